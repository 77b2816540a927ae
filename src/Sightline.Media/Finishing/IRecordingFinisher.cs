using Sightline.Recording;
using Sightline.Recording.Timeline;

namespace Sightline.Media.Finishing;

/// <summary>Makes the files that people play from the journals of a recording that is over. May be done again at any time.</summary>
public interface IRecordingFinisher
{
    /// <param name="progress">From 0 to 1; it never falls.</param>
    Task<FinishResult> FinishAsync(Guid recordingId, IProgress<double>? progress, CancellationToken cancel);
}

public enum FinishProblem
{
    None,

    /// <summary>There is no journal, or nothing that can be played in one.</summary>
    NothingRecorded,

    /// <summary>There is no room for the files; the journals are as they were.</summary>
    DiskFull,
}

/// <param name="Recording"><c>null</c> when there is a problem.</param>
public sealed record FinishResult(FinishedRecording? Recording, FinishProblem Problem);

/// <param name="StartedAt">The recording's time 0, by the node's clock.</param>
/// <param name="Files">The combined one first. It is missing when ffmpeg is; <paramref name="CombinedProblem"/> says so.</param>
/// <param name="Gaps">At most as many as a timeline lists.</param>
/// <param name="CombinedProblem">Why there is no combined file, for people; <c>null</c> when there is.</param>
public sealed record FinishedRecording(
    DateTimeOffset StartedAt,
    TimeSpan Length,
    IReadOnlyList<FinishedFile> Files,
    IReadOnlyList<NamedGap> Gaps,
    string? CombinedProblem);

public enum FinishedFileKind
{
    /// <summary>Everybody, in one picture.</summary>
    Combined,

    /// <summary>One person's microphone and camera, as they came.</summary>
    Person,

    /// <summary>One person's shared screen.</summary>
    Screen,
}

/// <param name="Name">Of the file in the recording's folder of finished files: lowercase letters, digits, dots and dashes.</param>
/// <param name="ContentType">video/mp4, video/webm, or audio/mp4 without a picture.</param>
/// <param name="From">Where its beginning stands in the recording.</param>
public sealed record FinishedFile(
    string Name, FinishedFileKind Kind, Guid? PersonId, string ContentType, long Bytes, TimeSpan From, TimeSpan Length);

/// <summary>A part of somebody's track that is not there, in the recording's time.</summary>
public sealed record NamedGap(Guid PersonId, TrackKind Track, TimeSpan At, TimeSpan Length, long Packets, GapCause Cause);
