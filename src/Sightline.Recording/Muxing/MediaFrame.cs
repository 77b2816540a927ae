namespace Sightline.Recording.Muxing;

/// <summary>A whole frame of one track, ready for a file.</summary>
public readonly ref struct MediaFrame
{
    /// <summary>Which of the muxer's tracks.</summary>
    public required int Track { get; init; }

    /// <summary>
    /// Opus: one packet. VP8, VP9: one frame or superframe. AV1: one temporal unit of OBUs that carry their size (AV1 §5.2,
    /// low overhead). H.264: the NAL units of one access unit behind start codes (H.264 Annex B), parameter sets before keyframes.
    /// </summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Place in the recording, from the timeline.</summary>
    public required TimeSpan At { get; init; }

    public bool IsKeyframe { get; init; }

    /// <summary>Of a keyframe's picture, in pixels.</summary>
    public int Width { get; init; }

    public int Height { get; init; }
}

/// <summary>Why a frame is not in the file.</summary>
public enum MuxRefusal
{
    /// <summary>Pictures begin with a keyframe; those before it show nothing.</summary>
    BeforeKeyframe,

    /// <summary>It belongs where something else stands already: the sender's clock went back.</summary>
    Overlaps,

    /// <summary>The codec's own header cannot be read.</summary>
    Unreadable,

    /// <summary>Longer than <see cref="MuxLimits.MaxFrameBytes"/>.</summary>
    TooLong,
}

/// <summary>What a muxer keeps to itself.</summary>
public sealed record MuxLimits
{
    public static MuxLimits Default { get; } = new();

    /// <summary>At a keyframe, a fragment (cluster) ends after so long.</summary>
    public TimeSpan MinFragment { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Without a keyframe, it ends after so long.</summary>
    public TimeSpan MaxFragment { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Or when it holds so many bytes.</summary>
    public int MaxFragmentBytes { get; init; } = 4 * 1024 * 1024;

    public int MaxFrameBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>A file may have so many tracks.</summary>
    public int MaxTracks { get; init; } = 16;

    /// <summary>A track may have so many picture sizes or parameter sets; further changes stay in the bitstream only.</summary>
    public int MaxDescriptions { get; init; } = 256;
}
