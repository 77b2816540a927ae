namespace Sightline.Recording.Timeline;

public enum GapCause
{
    /// <summary>Packets were lost on the way, and not repaired.</summary>
    Network,

    /// <summary>The connection to the person was lost.</summary>
    Connection,

    /// <summary>The node that recorded was stopped or killed.</summary>
    Node,

    /// <summary>The disk took nothing, or its journal is damaged.</summary>
    Disk,
}

/// <summary>A part of a track that is not there. Silence that the sender meant (mute, DTX) is none.</summary>
/// <param name="At">The last packet before it, in the recording's time.</param>
/// <param name="Length">From there to the first packet behind it.</param>
/// <param name="Packets">That are missing; 0 where the sender began to count anew, and nobody knows.</param>
public sealed record Gap(TimeSpan At, TimeSpan Length, long Packets, GapCause Cause);

/// <summary>What a timeline had to leave out.</summary>
/// <param name="Listed">In order; at most <see cref="TimelineLimits.MaxGaps"/>.</param>
/// <param name="Count">All of them.</param>
/// <param name="Packets">Missing in all of them.</param>
public sealed record GapList(IReadOnlyList<Gap> Listed, long Count, long Packets, TimeSpan Length);
