namespace Sightline.Media.Receiving;

/// <summary>
/// Says when to ask for the packet behind the newest one. Packets that are lost are missed when one behind them comes; behind the
/// last one of a stream that goes quiet none does. Who never sent it answers nothing. TCP probes its tail likewise (RFC 8985, 7).
/// </summary>
internal sealed class TailProbe
{
    /// <summary>Each may be lost, and so may its answer.</summary>
    public const int MaxTimes = 8;

    public const long QuietUs = 100_000;

    private int _times;

    /// <summary>When to ask; <see cref="long.MaxValue"/>: not before another packet.</summary>
    public long AtUs { get; private set; } = long.MaxValue;

    /// <summary>A packet came that is newer than all before.</summary>
    public void Advanced(long nowUs) => (_times, AtUs) = (0, nowUs + QuietUs);

    public void Asked(long nowUs) => AtUs = ++_times < MaxTimes ? nowUs + QuietUs : long.MaxValue;
}
