using Sightline.Recording;
using Sightline.Recording.Journal;

namespace Sightline.Media.Recording;

/// <summary>
/// One track's journal: the media thread appends, the disk's threads write. The lock is never held while the disk is waited for.
/// </summary>
internal sealed class TrackJournal
{
    /// <summary>Bytes appended after which the writer is woken before its time: what is kept must not run full between two rounds.</summary>
    private const int HurryBytes = 512 * 1024;

    private readonly Lock _lock = new();
    private readonly JournalWriter _writer;
    private readonly RecordingClock _clock;
    private readonly JournalDisk _disk;
    private readonly SegmentFiles _files;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StreamFormat> _formats = [];
    private StreamFormat _lastFormat;
    private uint? _layer;
    private readonly bool _isContinued;
    private bool _hasBegun;
    private bool _isInterrupted;
    private bool _isSyncing;
    private bool _isClosing;
    private int _unwritten;

    /// <summary>Nothing is due before; in ticks of UTC. Read without the lock, so that idle tracks cost a round nothing.</summary>
    private long _dueTicks;
    private readonly long _writeAfterTicks;

    private TrackJournal(
        JournalIdentity identity, JournalLimits limits, in JournalRemains remains, RecordingClock clock, JournalDisk disk, SegmentFiles files)
    {
        _writer = new JournalWriter(identity, limits, remains.NextSegment, remains.NextRecord);
        (_clock, _disk, _files) = (clock, disk, files);
        _writeAfterTicks = limits.WriteAfter.Ticks;
        _isContinued = !remains.IsEmpty;
        Bytes = remains.Bytes;
    }

    /// <summary>Everything is durable and closed.</summary>
    public Task Done => _done.Task;

    /// <summary>On the disk.</summary>
    public long Bytes { get; private set; }

    public long DroppedRecords
    {
        get
        {
            lock (_lock) return _writer.DroppedRecords;
        }
    }

    /// <summary>Goes on where an earlier writer stopped, and says so at once.</summary>
    /// <param name="stoppedAt">When that was.</param>
    public static TrackJournal Open(
        JournalIdentity identity,
        JournalLimits limits,
        in JournalRemains remains,
        DateTimeOffset stoppedAt,
        RecordingClock clock,
        JournalDisk disk,
        SegmentFiles files)
    {
        var journal = new TrackJournal(identity, limits, remains, clock, disk, files);
        if (!remains.IsEmpty && !remains.HasEnd) journal.Continue(stoppedAt);
        return journal;
    }

    /// <returns><c>false</c>: there was no room for it.</returns>
    public bool Packet(ReadOnlySpan<byte> packet, uint ssrc, in StreamFormat format, DateTimeOffset at)
    {
        bool isKept;
        lock (_lock)
        {
            if (_layer != ssrc || _isInterrupted || format != _lastFormat) Prepare(ssrc, format, at);
            isKept = _writer.Packet(packet, at);
            WriteBy(at);
        }

        _unwritten += packet.Length;
        if (_unwritten < HurryBytes) return isKept;

        _unwritten = 0;
        _disk.Hurry();
        return isKept;
    }

    /// <summary>A packet of the stream before, that came again.</summary>
    public void LatePacket(ReadOnlySpan<byte> packet, DateTimeOffset at)
    {
        lock (_lock)
        {
            _writer.Packet(packet, at);
            WriteBy(at);
        }
    }

    public void Report(in SenderReport report, DateTimeOffset at)
    {
        lock (_lock)
        {
            _writer.SenderReport(report, at);
            WriteBy(at);
        }
    }

    /// <summary>Nothing more comes by this connection; the next packet resumes. Of a track that has not begun, nothing is said.</summary>
    public void Interrupt(InterruptionCause cause, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (_hasBegun && !_isInterrupted) _isInterrupted = _writer.Interrupted(cause, at);
            WriteBy(at);
        }
    }

    public void ClockStepped(TimeSpan forward)
    {
        lock (_lock)
        {
            _writer.ClockStepped(forward, _clock.Now);
            WriteBy(_clock.Now);
        }
    }

    public void End(EndReason reason, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (_hasBegun) _writer.End(reason, at);
            _isClosing = true;
        }

        Conclude();
    }

    /// <summary>What is there is made durable at once, and the track can be continued later.</summary>
    public void Close()
    {
        lock (_lock) _isClosing = true;
        Conclude();
    }

    /// <summary>On the writer's thread: does what is due.</summary>
    /// <param name="syncSoon">What is written is made durable now, whether it is time or not.</param>
    /// <returns><c>false</c>: it is over.</returns>
    public bool Write(bool syncSoon = false)
    {
        if (!syncSoon && !_isClosing && _clock.Now.UtcTicks < Volatile.Read(ref _dueTicks)) return true;

        while (true)
        {
            JournalStep step;
            lock (_lock)
            {
                step = _writer.Poll(Now, syncSoon);
                if (step.Kind == JournalStepKind.Sync) _isSyncing = true;
                if (step.Kind == JournalStepKind.Wait)
                {
                    Volatile.Write(ref _dueTicks, (_writer.WakeAt ?? DateTimeOffset.MaxValue).UtcTicks);
                    return !IsOver;
                }
            }

            switch (step.Kind)
            {
                case JournalStepKind.Write:
                    var written = _files.TryWrite(step.Segment, step.Bytes.Span) ? step.Bytes.Length : 0;
                    Bytes += written;
                    lock (_lock) _writer.Wrote(written, Now);
                    break;
                case JournalStepKind.Sync:
                    _disk.Sync(this, step.Segment);
                    break;
                case JournalStepKind.Close:
                    _files.Close(step.Segment);
                    break;
            }
        }
    }

    /// <summary>On a thread that may wait for the disk.</summary>
    public void Sync(uint segment) => Synced(_files.TrySync(segment));

    /// <summary>Its segment was made durable together with others.</summary>
    public void WasSynced(uint segment)
    {
        _files.WasSynced(segment);
        Synced(succeeded: true);
    }

    /// <summary>It is over, or given up.</summary>
    public void Finish()
    {
        _files.Dispose();
        _done.TrySetResult();
    }

    /// <summary>While it closes, everything is due.</summary>
    private DateTimeOffset Now => _isClosing ? _clock.Now.AddHours(1) : _clock.Now;

    /// <summary>Within the lock, after each record.</summary>
    private void WriteBy(DateTimeOffset at) => Volatile.Write(ref _dueTicks, Math.Min(_dueTicks, at.UtcTicks + _writeAfterTicks));

    private bool IsOver => _isClosing && !_isSyncing && _writer.WakeAt is null;

    private void Synced(bool succeeded)
    {
        lock (_lock)
        {
            _writer.Synced(succeeded, Now);
            _isSyncing = false;
            _dueTicks = 0;
            if (!_isClosing) return;
        }

        _disk.Hurry();
    }

    private void Conclude()
    {
        if (_hasBegun) _disk.Hurry();
        else Finish();
    }

    private void Continue(DateTimeOffset stoppedAt)
    {
        lock (_lock)
        {
            _isInterrupted = _writer.Interrupted(InterruptionCause.Node, stoppedAt);
            WriteBy(stoppedAt);
            Begin();
        }
    }

    private void Prepare(uint ssrc, in StreamFormat format, DateTimeOffset at)
    {
        Begin();
        if (_isInterrupted) _isInterrupted = !_writer.Resumed(at);
        if (format != _lastFormat && !_formats.Contains(format))
        {
            if (!_writer.Format(format, at)) return;
            var payloadType = format.PayloadType;
            _formats.RemoveAll(known => known.PayloadType == payloadType);
            _formats.Add(format);
        }

        _lastFormat = format;
        if (_layer == ssrc) return;

        // The first stream of a new journal is no change.
        if (_layer is null && !_isContinued) _layer = ssrc;
        else if (_writer.LayerChanged(ssrc, at)) _layer = ssrc;
    }

    private void Begin()
    {
        if (_hasBegun) return;

        _hasBegun = true;
        _disk.Add(this);
    }
}
