namespace Sightline.Recording.Timeline;

/// <summary>An RTP packet in its turn, with its place in the recording.</summary>
public readonly ref struct TimedPacket
{
    /// <summary>With its header. Valid until the next call to the timeline.</summary>
    public required ReadOnlySpan<byte> Rtp { get; init; }

    public required StreamFormat Format { get; init; }

    /// <summary>From the recording's start. All packets of a frame have the same; it never goes back.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Packets before it are missing, or it is the first of a stream: what a frame began before it does not go on.</summary>
    public required bool IsCut { get; init; }

    /// <summary>What is missing right before it; <c>null</c> where nothing is.</summary>
    public Gap? Gap { get; init; }
}
