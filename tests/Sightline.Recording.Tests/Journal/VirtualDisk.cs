using Sightline.Recording.Journal;

namespace Sightline.Recording.Tests.Journal;

/// <summary>Does what a journal's writer says on a clock that the test moves, and remembers when it was said.</summary>
internal sealed class VirtualDisk(JournalWriter writer)
{
    private readonly SortedDictionary<uint, MemoryStream> _segments = [];

    /// <summary>How many bytes of the next write are taken; <c>null</c>: all of it.</summary>
    public int? Takes { get; set; }

    /// <summary>A sync that was begun is not reported until this is cleared.</summary>
    public bool SyncHangs { get; set; }

    public bool SyncFails { get; set; }

    public List<(JournalStepKind Kind, uint Segment, DateTimeOffset At)> Steps { get; } = [];

    public IReadOnlyList<byte[]> Segments => [.. _segments.Values.Select(segment => segment.ToArray())];

    /// <summary>Does what is due now.</summary>
    public void Work(DateTimeOffset now)
    {
        for (var step = writer.Poll(now); step.Kind != JournalStepKind.Wait; step = writer.Poll(now))
        {
            Steps.Add((step.Kind, step.Segment, now));
            if (step.Kind == JournalStepKind.Write)
            {
                if (!_segments.TryGetValue(step.Segment, out var segment))
                    _segments.Add(step.Segment, segment = new MemoryStream());
                var taken = Math.Min(step.Bytes.Length, Takes ?? int.MaxValue);
                segment.Write(step.Bytes.Span[..taken]);
                writer.Wrote(taken, now);
            }

            if (step.Kind == JournalStepKind.Sync && !SyncHangs)
                writer.Synced(!SyncFails, now);
        }
    }

    /// <summary>Works whenever the writer wants to be woken, up to a time.</summary>
    public void WorkUntil(DateTimeOffset until)
    {
        while (writer.WakeAt is { } at && at <= until)
            Work(at > _now ? _now = at : _now);
        _now = until;
    }

    private DateTimeOffset _now = Scene.Start;
}
