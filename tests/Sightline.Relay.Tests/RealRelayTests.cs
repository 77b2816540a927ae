namespace Sightline.Relay.Tests;

public class RealRelayTests
{
    private const double Tolerance = 0.10;

    [Fact]
    public void The_real_relay_delays_loses_and_slows_down_as_asked()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/net/tun"), "This takes root and /dev/net/tun.");
        using var crossroads = new Crossroads(seed: 1);

        var lossy = crossroads.Send("""{"lossPct":20}""", packets: 2000, everyMs: 0.5, lengthBytes: 200);
        (100.0 * lossy.Count(packet => packet.CameNs is null) / lossy.Count).ShouldBe(20, 20 * Tolerance);

        var late = crossroads.Send("""{"delayMs":100}""", packets: 400, everyMs: 2, lengthBytes: 200);
        late.ShouldAllBe(packet => packet.CameNs != null);
        Median(late.Select(packet => (packet.CameNs!.Value - packet.SentNs) / 1e6)).ShouldBe(100, 100 * Tolerance);

        // Twice as much is sent as goes through. The time for 50 packets in a row, again and again: a pause of the machine
        // spoils a few of these, and not the median.
        const int lengthBytes = 1200;
        const int row = 50;
        var slow = crossroads.Send("""{"rateBps":1000000}""", packets: 600, everyMs: 4.8, lengthBytes);
        var came = slow.Where(packet => packet.CameNs is not null).Select(packet => packet.CameNs!.Value).ToList();
        came.Count.ShouldBeLessThan(slow.Count);
        var rowNs = Median(came.Zip(came.Skip(row), (first, last) => (double)(last - first)));
        (row * lengthBytes * 8e9 / rowNs).ShouldBe(1_000_000, 1_000_000 * Tolerance);

        crossroads.End().ShouldBe(0);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
