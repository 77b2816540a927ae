namespace Sightline.Recording.Timeline;

/// <summary>Lists what is missing, each with what happened while it should have arrived.</summary>
internal sealed class GapFinder(TimelineLimits limits)
{
    /// <summary>Who has sent nothing for so long when an interruption begins was not about to: that is no gap.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(5);

    private readonly List<Gap> _gaps = [];
    private readonly Queue<(GapCause Cause, DateTimeOffset From, DateTimeOffset To)> _causes = [];
    private (GapCause Cause, DateTimeOffset From)? _interruption;
    private long _count;
    private long _packets;
    private TimeSpan _length;

    public GapList List => new([.. _gaps], _count, _packets, _length);

    /// <summary>Nothing comes after the last packet, and something happened that nobody came back from.</summary>
    public Gap? Last(TimeSpan from, TimeSpan to, DateTimeOffset arrivedBefore) =>
        _interruption is { } interruption && interruption.From - arrivedBefore <= SilentAfter && to > from
            ? new Gap(from, to - from, Packets: 0, interruption.Cause)
            : null;

    public void Interrupted(GapCause cause, DateTimeOffset at) => _interruption ??= (cause, at);

    public void Resumed(DateTimeOffset at)
    {
        if (_interruption is not { } interruption)
            return;
        _interruption = null;
        Caused(interruption.Cause, interruption.From, at);
    }

    public void Caused(GapCause cause, DateTimeOffset from, DateTimeOffset to)
    {
        if (_causes.Count == limits.MaxCauses)
            _causes.Dequeue();
        _causes.Enqueue((cause, from, to));
    }

    /// <summary>Packets are missing between two that arrived then.</summary>
    public Gap Found(TimeSpan from, TimeSpan to, long packets, DateTimeOffset arrivedBefore, DateTimeOffset arrivedAfter) =>
        Add(new Gap(from, to - from, packets, CauseBetween(arrivedBefore, arrivedAfter)?.Cause ?? GapCause.Network));

    /// <summary>Another stream follows: a gap when something happened in between, otherwise only a change.</summary>
    public Gap? Restarted(TimeSpan from, TimeSpan to, DateTimeOffset arrivedBefore, DateTimeOffset arrivedAfter) =>
        CauseBetween(arrivedBefore, arrivedAfter) is { } cause && cause.From - arrivedBefore <= SilentAfter
            ? Add(new Gap(from, to - from, Packets: 0, cause.Cause))
            : null;

    private (GapCause Cause, DateTimeOffset From)? CauseBetween(DateTimeOffset before, DateTimeOffset after)
    {
        foreach (var (cause, from, to) in _causes)
        {
            if (from <= after && before <= to)
                return (cause, from);
        }

        return _interruption is { } interruption && interruption.From <= after ? interruption : null;
    }

    private Gap Add(Gap gap)
    {
        _count++;
        _packets += gap.Packets;
        _length += gap.Length;
        if (_gaps.Count < limits.MaxGaps)
            _gaps.Add(gap);
        return gap;
    }
}
