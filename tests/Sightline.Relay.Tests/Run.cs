namespace Sightline.Relay.Tests;

/// <summary>A link on a clock of the test's own, and what came of every packet.</summary>
internal sealed class Run(ulong seed = 1)
{
    public const double Ms = 1e6;

    private readonly Link<int> _link = new(seed);

    public long NowNs { get; private set; }

    public List<Sent> Offered { get; } = [];

    /// <summary>In the order in which they came out, at the moment at which the link asked to be woken.</summary>
    public List<(int Number, long AtNs)> Arrived { get; } = [];

    public IEnumerable<double> DelaysMs => Arrived.Select(packet => (packet.AtNs - Offered[packet.Number].AtNs) / Ms);

    public double LostPct => 100.0 * Offered.Count(packet => packet.Fate == Fate.Lost) / Offered.Count;

    public static Run With(Conditions conditions, ulong seed = 1) => new Run(seed).Set(conditions);

    public Run Set(Conditions conditions)
    {
        _link.Set(conditions, NowNs);
        return this;
    }

    /// <summary>Offers packets at an even pace, beginning now.</summary>
    public Run Send(int packets, double everyMs, int lengthBytes = 1200)
    {
        for (var sent = 0; sent < packets; sent++)
        {
            Offered.Add(new Sent(NowNs, lengthBytes, _link.Offer(Offered.Count, lengthBytes, NowNs)));
            Pass(everyMs);
        }

        return this;
    }

    public Run Pass(double ms)
    {
        var untilNs = NowNs + (long)(ms * Ms);
        while (_link.WakeAtNs is { } wakeNs && wakeNs <= untilNs)
        {
            NowNs = Math.Max(NowNs, wakeNs);
            while (_link.TryTake(NowNs, out var number)) Arrived.Add((number, NowNs));
        }

        NowNs = untilNs;
        return this;
    }

    /// <summary>What came out in a span of time, in bit/s.</summary>
    public double RateBps(double fromMs, double untilMs) =>
        Arrived.Where(packet => packet.AtNs > fromMs * Ms && packet.AtNs <= untilMs * Ms)
            .Sum(packet => Offered[packet.Number].LengthBytes * 8.0)
        / ((untilMs - fromMs) / 1000);

    public sealed record Sent(long AtNs, int LengthBytes, Fate Fate);
}
