using System.Globalization;
using Sightline.Recording;
using Sightline.Recording.Journal;

namespace Sightline.Media.Recording;

/// <summary>What earlier writers left of a track.</summary>
/// <param name="Identity"><c>null</c>: nothing is there.</param>
/// <param name="LastAt">Of the last record; <c>null</c> without one.</param>
internal readonly record struct JournalRemains(
    JournalIdentity? Identity, uint NextSegment, uint NextRecord, DateTimeOffset? LastAt, bool HasEnd, long Bytes)
{
    public bool IsEmpty => NextSegment == 0;
}

/// <summary>The folder of one track's journal.</summary>
internal static class JournalFolder
{
    private const string Extension = ".journal";

    public static string Of(string folder, LegName leg, TrackKind kind) =>
        Path.Combine(folder, leg.RecordingId.ToString("D"), leg.PersonId.ToString("D"), leg.DeviceId.ToString("D"), NameOf(kind));

    public static string Segment(string folder, uint number) =>
        Path.Combine(folder, number.ToString("D6", CultureInfo.InvariantCulture) + Extension);

    /// <summary>
    /// Finds out where a track goes on. Of the segments, the last ones are read, back to one that says who and where it is; behind
    /// its last sound record the last one is cut.
    /// </summary>
    public static JournalRemains Recover(string folder, Guid recordingId)
    {
        if (!Directory.Exists(folder)) return default;

        var segments = Segments(folder);
        for (var first = segments.Count - 1; first >= 0; first--)
        {
            if (!Read(segments, first, recordingId, out var remains)) continue;
            return remains with { NextSegment = Math.Max(remains.NextSegment, segments[^1].Number + 1), Bytes = Size(segments) };
        }

        return segments.Count == 0 ? default : new JournalRemains { NextSegment = segments[^1].Number + 1, Bytes = Size(segments) };
    }

    private static long Size(List<(uint Number, string Path)> segments) => segments.Sum(segment => new FileInfo(segment.Path).Length);

    private static string NameOf(TrackKind kind) => kind switch
    {
        TrackKind.Microphone => "microphone",
        TrackKind.Camera => "camera",
        TrackKind.Screen => "screen",
    };

    private static List<(uint Number, string Path)> Segments(string folder)
    {
        var segments = new List<(uint Number, string Path)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (uint.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                segments.Add((number, path));
        }

        segments.Sort();
        return segments;
    }

    /// <summary>Reads from this segment to the last, whose torn tail is cut.</summary>
    /// <returns><c>false</c>: the segment alone does not say where the track goes on.</returns>
    private static bool Read(List<(uint Number, string Path)> segments, int first, Guid recordingId, out JournalRemains remains)
    {
        remains = default;
        var reader = new JournalReader();
        DateTimeOffset? lastAt = null;
        for (var i = first; i < segments.Count; i++)
        {
            var bytes = File.ReadAllBytes(segments[i].Path);
            reader.Open(bytes);
            while (reader.TryRead(out var record)) lastAt = record.At;
            if (lastAt is null || reader.Identity is null) return false;
            if (i == segments.Count - 1 && reader.SoundLength < bytes.Length) Cut(segments[i].Path, reader.SoundLength);
        }

        if (reader.Identity?.RecordingId != recordingId) return false;

        remains = new JournalRemains(reader.Identity, reader.NextSegment, reader.NextRecord, lastAt, reader.Report.HasEnd, Bytes: 0);
        return true;
    }

    private static void Cut(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }
}
