using System.Buffers;
using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Timeline;

namespace Sightline.Server.Recordings;

/// <summary>From the words of <c>Sightline.Media</c> to those of the wire.</summary>
internal static class RecordingOutcomes
{
    private const int MaxNameChars = 200;

    private static readonly SearchValues<char> NameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    public static RecordingOutcome Of(FinishedRecording made) => new(
        [.. made.Files.Select(Of)],
        [.. made.Gaps.Select(gap => new RecordingGap(gap.PersonId, Of(gap.Track), Ms(gap.At), Ms(gap.Length), gap.Packets, Of(gap.Cause)))],
        made.CombinedProblem);

    private static RecordingFile Of(FinishedFile file) => IsName(file.Name)
        ? new(file.Name, Of(file.Kind), file.PersonId, file.ContentType, file.Bytes, Ms(file.From), Ms(file.Length))
        : throw new InvalidOperationException("A file's name has lowercase letters, digits, dots and dashes.");

    /// <summary>It becomes part of a path: nothing in it leads elsewhere.</summary>
    private static bool IsName(string name) =>
        name is { Length: > 0 and <= MaxNameChars } && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(NameChars);

    private static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;

    private static RecordingFileKind Of(FinishedFileKind kind) => kind switch
    {
        FinishedFileKind.Combined => RecordingFileKind.Combined,
        FinishedFileKind.Person => RecordingFileKind.Person,
        FinishedFileKind.Screen => RecordingFileKind.Screen,
    };

    private static RecordingTrack Of(TrackKind track) => track switch
    {
        TrackKind.Microphone => RecordingTrack.Microphone,
        TrackKind.Camera => RecordingTrack.Camera,
        TrackKind.Screen => RecordingTrack.Screen,
    };

    private static RecordingGapCause Of(GapCause cause) => cause switch
    {
        GapCause.Network => RecordingGapCause.Network,
        GapCause.Connection => RecordingGapCause.Connection,
        GapCause.Node => RecordingGapCause.Node,
        GapCause.Disk => RecordingGapCause.Disk,
    };
}
