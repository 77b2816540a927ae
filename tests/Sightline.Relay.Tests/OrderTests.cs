namespace Sightline.Relay.Tests;

public class OrderTests
{
    [Fact]
    public void A_line_sets_one_or_both_directions_and_the_rest_is_default()
    {
        var (order, problem) = Order.Parse(
            """{"toRight":{"lossPct":2.5,"delayMs":40,"jitterMs":10},"toLeft":{"rateBps":400000,"down":true}}""");

        problem.ShouldBeNull();
        order!.ToRight.ShouldBe(new Conditions { LossPct = 2.5, DelayMs = 40, JitterMs = 10 });
        order.ToLeft.ShouldBe(new Conditions { RateBps = 400_000, Down = true });
        Order.Parse("""{"toLeft":{"queueMs":50}}""").Order.ShouldBe(new Order { ToLeft = new Conditions { QueueMs = 50 } });
        Conditions.Perfect.QueueMs.ShouldBe(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("delay")]
    [InlineData("""{"toright":{}}""")]
    [InlineData("""{"toRight":{"delay":5}}""")]
    [InlineData("""{"toRight":{"delayMs":"5"}}""")]
    [InlineData("""{"toRight":{"lossPct":101}}""")]
    [InlineData("""{"toRight":{"lossPct":-1}}""")]
    [InlineData("""{"toRight":{"burstMs":-1}}""")]
    [InlineData("""{"toRight":{"delayMs":5,"jitterMs":6}}""")]
    [InlineData("""{"toRight":{"delayMs":60001}}""")]
    [InlineData("""{"toRight":{"reorderPct":1e9}}""")]
    [InlineData("""{"toRight":{"rateBps":-1}}""")]
    [InlineData("""{"toRight":{},"toLeft":{"queueMs":1e300}}""")]
    public void A_wrong_line_is_refused_with_a_reason(string line)
    {
        var (order, problem) = Order.Parse(line);

        order.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }
}
