using Sightline.Recording.Composition;

namespace Sightline.Media.Finishing;

/// <summary>Where recordings are, and what is made of them.</summary>
public sealed record RecordingFinisherOptions
{
    /// <summary>Of all recordings; each has a folder in it that its id names.</summary>
    public required string Folder { get; init; }

    /// <summary>A path, or a name that is looked for as the system looks for programs.</summary>
    public string FfmpegPath { get; init; } = "ffmpeg";

    /// <summary>Whether a film of everybody is made too.</summary>
    public bool Combine { get; init; } = true;

    /// <summary>How the film of everybody looks.</summary>
    public CombinedPictureOptions Picture { get; init; } = CombinedPictureOptions.Default;

    /// <summary>What finishing leaves free on the disk: recordings that run need room more urgently.</summary>
    public long MinFreeBytes { get; init; }

    /// <summary>ffmpeg is given up when it has not come any further for so long.</summary>
    public TimeSpan CombineStallAfter { get; init; } = TimeSpan.FromMinutes(10);
}
