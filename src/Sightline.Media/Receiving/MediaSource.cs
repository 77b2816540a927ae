using Sightline.Rtc.Repair;

namespace Sightline.Media.Receiving;

/// <summary>One SSRC of a session: media, or the retransmissions of another source.</summary>
public sealed class MediaSource
{
    internal MediaSource(uint ssrc, MediaSection section, int layer, ReceiveTrack track)
    {
        Ssrc = ssrc;
        Section = section;
        Layer = layer;
        Track = track;
    }

    internal MediaSource(uint ssrc, MediaSource repairs)
    {
        Ssrc = ssrc;
        Section = repairs.Section;
        Layer = repairs.Layer;
        Track = repairs.Track;
        Repairs = repairs;
    }

    public uint Ssrc { get; }

    public MediaSection Section { get; internal set; }

    /// <summary>Of simulcast, 0 the best.</summary>
    public int Layer { get; }

    /// <summary>The source that this one's retransmissions belong to; <c>null</c>: it is media itself.</summary>
    public MediaSource? Repairs { get; }

    public ReceiveTrack Track { get; internal set; }

    /// <summary>Unwrapped, of the newest packet.</summary>
    public long HighestSequence { get; internal set; } = long.MinValue;

    internal TailProbe Tail { get; } = new();

    /// <summary>Counts the sources of a session as they began.</summary>
    public int Order { get; internal init; }

    public long LastArrivalUs { get; internal set; }
}
