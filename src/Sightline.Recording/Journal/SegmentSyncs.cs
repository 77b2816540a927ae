namespace Sightline.Recording.Journal;

/// <summary>Which segments have bytes that a failing host would lose, and when each is to be made durable.</summary>
internal sealed class SegmentSyncs(JournalLimits limits)
{
    private readonly Queue<Entry> _entries = new(limits.MaxUnsyncedSegments + 1);
    private readonly Stack<Entry> _free = new(limits.MaxUnsyncedSegments + 1);
    private Entry? _last;
    private bool _isSyncing;

    /// <summary>One more segment may begin.</summary>
    public bool HasRoom => _entries.Count < limits.MaxUnsyncedSegments;

    public bool IsEmpty => _entries.Count == 0;

    /// <param name="soon">Nothing waits for its time; what the disk refused does all the same.</param>
    public DateTimeOffset? DueAt(bool soon)
    {
        if (_isSyncing || !_entries.TryPeek(out var first))
            return null;
        if (first.Since is null)
            return first.IsComplete ? DateTimeOffset.MinValue : null;
        var at = soon ? DateTimeOffset.MinValue : first.Since + limits.SyncAfter;
        return at < first.RetryAt ? first.RetryAt : at;
    }

    /// <param name="since">When the oldest of the written records came.</param>
    public void Wrote(uint segment, DateTimeOffset since)
    {
        if (_last is null || _last.Segment != segment)
        {
            _last = _free.TryPop(out var entry) ? entry : new Entry();
            (_last.Segment, _last.Since, _last.RetryAt, _last.IsComplete) = (segment, null, null, false);
            _entries.Enqueue(_last);
        }

        _last.Since ??= since;
    }

    public void Complete(uint segment)
    {
        if (_last?.Segment == segment)
            _last.IsComplete = true;
    }

    public JournalStep Poll(DateTimeOffset now, bool soon)
    {
        if (_isSyncing || !_entries.TryPeek(out var first))
            return default;
        if (first is { IsComplete: true, Since: null })
        {
            if (ReferenceEquals(first, _last))
                _last = null;
            _free.Push(_entries.Dequeue());
            return new JournalStep(JournalStepKind.Close, first.Segment, default);
        }

        if (!(DueAt(soon) <= now))
            return default;
        _isSyncing = true;
        first.SyncingSince = first.Since;
        // What is written from here on waits for the next sync.
        first.Since = null;
        return new JournalStep(JournalStepKind.Sync, first.Segment, default);
    }

    /// <summary>The segment whose sync is over.</summary>
    public uint Synced(bool succeeded, DateTimeOffset now)
    {
        _isSyncing = false;
        var first = _entries.Peek();
        if (!succeeded)
        {
            first.Since = first.SyncingSince;
            first.RetryAt = now + limits.RetryAfter;
        }

        return first.Segment;
    }

    private sealed class Entry
    {
        public uint Segment { get; set; }

        /// <summary>When the oldest record came that is written and not yet durable.</summary>
        public DateTimeOffset? Since { get; set; }

        public DateTimeOffset? SyncingSince { get; set; }

        public DateTimeOffset? RetryAt { get; set; }

        public bool IsComplete { get; set; }
    }
}
