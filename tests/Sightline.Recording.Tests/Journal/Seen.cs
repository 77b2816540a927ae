using Sightline.Recording.Journal;

namespace Sightline.Recording.Tests.Journal;

/// <summary>A record that a test keeps.</summary>
internal sealed record Seen(RecordKind Kind, uint Number, DateTimeOffset At, string Body, uint Dropped)
{
    public static List<Seen> All(IEnumerable<byte[]> segments, out JournalReport report)
    {
        var reader = new JournalReader();
        var seen = new List<Seen>();
        foreach (var segment in segments)
        {
            reader.Open(segment);
            while (reader.TryRead(out var record))
                seen.Add(Of(record));
        }

        report = reader.Report;
        return seen;
    }

    public static Seen Of(in JournalRecord record) =>
        new(
            record.Kind,
            record.Number,
            record.At,
            Convert.ToHexString(record.Body),
            record.Kind == RecordKind.Dropped ? record.DroppedRecords : 0);
}
