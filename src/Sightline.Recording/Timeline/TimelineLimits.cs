namespace Sightline.Recording.Timeline;

/// <summary>How long and how much a <see cref="TrackTimeline"/> waits for what may still come.</summary>
public sealed record TimelineLimits
{
    public static TimelineLimits Default { get; } = new();

    /// <summary>A packet that is missing is given up when those behind it have waited this long. Retransmissions take less.</summary>
    public TimeSpan ReorderFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A new stream waits this long for its first sender report; browsers send one after one to five seconds.</summary>
    public TimeSpan HoldForReport { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Packets that wait at once; a power of two. The oldest go when there are more.</summary>
    public int MaxWaiting { get; init; } = 8192;

    /// <summary>Gaps that are described one by one; further ones are only counted.</summary>
    public int MaxGaps { get; init; } = 10_000;

    /// <summary>Interruptions and disk losses that are remembered to name gaps by.</summary>
    public int MaxCauses { get; init; } = 64;

    /// <summary>A timestamp that is further than this from its arrival is of a clock that jumped.</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromSeconds(10);
}
