namespace Sightline.Signalling.Tests;

public class TokenBucketTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_burst_passes_and_the_next_message_does_not()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 3, Start);

        Enumerable.Range(0, 4).Select(_ => bucket.TryTake(Start)).ShouldBe([true, true, true, false]);
    }

    [Fact]
    public void Time_brings_tokens_back_up_to_the_burst()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 3, Start);
        while (bucket.TryTake(Start))
        {
        }

        bucket.TryTake(Start + TimeSpan.FromMilliseconds(99)).ShouldBeFalse();
        bucket.TryTake(Start + TimeSpan.FromMilliseconds(100)).ShouldBeTrue();

        var later = Start + TimeSpan.FromHours(1);
        Enumerable.Range(0, 4).Select(_ => bucket.TryTake(later)).ShouldBe([true, true, true, false]);
    }

    [Fact]
    public void A_clock_set_back_takes_nothing_away()
    {
        var bucket = new TokenBucket(perSecond: 1, burst: 2, Start);

        bucket.TryTake(Start - TimeSpan.FromDays(1)).ShouldBeTrue();
    }
}
