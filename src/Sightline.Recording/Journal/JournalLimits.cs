namespace Sightline.Recording.Journal;

/// <summary>How long and how much a <see cref="JournalWriter"/> keeps to itself.</summary>
public sealed record JournalLimits
{
    public static JournalLimits Default { get; } = new();

    /// <summary>From a record to the step that writes it; with the caller's own timers it stays below 50 ms.</summary>
    public TimeSpan WriteAfter { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>From a record to the step that makes it durable; with the time that the disk takes it stays below 1 s.</summary>
    public TimeSpan SyncAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After a write that the disk refused.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A segment is closed at the first write after this time.</summary>
    public TimeSpan SegmentLength { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>A segment is closed at the first write after this many bytes.</summary>
    public int MaxSegmentBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes handed out in one step at most.</summary>
    public int ChunkBytes { get; init; } = 64 * 1024;

    /// <summary>What is kept while the disk takes nothing, about ten seconds of good video. More is dropped, counted and named.</summary>
    public int MaxBufferedBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Segments that wait for a slow disk; no new one begins meanwhile.</summary>
    public int MaxUnsyncedSegments { get; init; } = 8;

    /// <summary>Payload types that a track may have had.</summary>
    public int MaxFormats { get; init; } = 16;
}
