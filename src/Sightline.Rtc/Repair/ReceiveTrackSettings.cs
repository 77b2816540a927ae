using Sightline.Rtc.Codecs;

namespace Sightline.Rtc.Repair;

/// <summary>How one track is received: what was negotiated for it, and how long it may be waited for. Times are µs.</summary>
public sealed record ReceiveTrackSettings
{
    /// <summary>Units of the RTP timestamp in a second.</summary>
    public required int ClockRate { get; init; }

    /// <summary>Of video, key frames are asked for where something is lost for good, until one is seen; <c>null</c>: unknown.</summary>
    public MediaCodec? Codec { get; init; }

    /// <summary>Whether the sender answers NACK; without, nothing is asked for again and <see cref="ReorderWaitUs"/> is all the wait.</summary>
    public bool Nack { get; init; } = true;

    /// <summary>Whether the sender answers PLI.</summary>
    public bool PictureLoss { get; init; } = true;

    /// <summary>Whether the sender answers FIR, which is used where PLI is not answered.</summary>
    public bool FullIntraRequest { get; init; }

    /// <summary>How long a missing packet is waited for from when it was missed.</summary>
    public long WaitUs { get; init; } = 500_000;

    /// <summary>How long packets that overtook each other are waited for where nothing can be asked for again.</summary>
    public long ReorderWaitUs { get; init; } = 300_000;

    /// <summary>How long the first packet is held back, in case it overtook those before it.</summary>
    public long StartWaitUs { get; init; }

    /// <summary>How long a packet may be missing before a key frame is asked for beside it.</summary>
    public long KeyFrameAfterUs { get; init; } = 500_000;

    /// <summary>Between two requests for a key frame.</summary>
    public long KeyFrameIntervalUs { get; init; } = 1_000_000;

    /// <summary>From when a packet is missed until it is asked for: those that are only overtaken come by themselves.</summary>
    public long FirstNackUs { get; init; } = 10_000;

    /// <summary>How often one packet is asked for.</summary>
    public int MaxNacks { get; init; } = 10;

    /// <summary>Packets held while one before them is missing; at more, the oldest missing ones are given up.</summary>
    public int MaxPackets { get; init; } = 4096;

    /// <summary>Whether packets are held with their bytes; whoever took those as they came needs no copies.</summary>
    public bool KeepBytes { get; init; } = true;

    /// <summary>
    /// For a recording: nobody watches, so everything that can still be repaired is waited for. Chromium keeps what it sent for
    /// three seconds at most.
    /// </summary>
    public ReceiveTrackSettings ForRecording() =>
        this with { WaitUs = 4_000_000, StartWaitUs = 200_000, KeyFrameAfterUs = 1_000_000, MaxNacks = 40 };

    internal long MissingWaitUs => Nack ? WaitUs : Math.Min(WaitUs, ReorderWaitUs);
}
