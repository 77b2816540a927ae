using System.Buffers.Binary;

namespace Sightline.Recording.Journal;

/// <summary>
/// Turns what arrives on a track into bytes of its journal (docs/recording-format.md), and says when they are to be written
/// and made durable. It knows no file and no clock: hand in a record with the time, then do what <see cref="Poll"/> says
/// until it says <see cref="JournalStepKind.Wait"/>, and ask again at <see cref="WakeAt"/>. At most one write and one sync are
/// under way at a time; meanwhile records are taken all the same. For one thread; nothing is allocated per record.
/// </summary>
public sealed class JournalWriter
{
    private readonly JournalIdentity _identity;
    private readonly JournalLimits _limits;
    private readonly SegmentSyncs _syncs;
    private readonly ChunkQueue _chunks;
    private readonly List<StreamFormat> _formats = [];

    private uint _segment;
    private uint _nextRecord;
    private DateTimeOffset _segmentStartedAt;
    private long _segmentBytes;
    private bool _segmentIsOpen;
    private EndReason? _end;
    private bool _isEnded;

    private bool _isWriting;
    private DateTimeOffset? _retryAt;
    private uint _dropped;
    private DateTimeOffset _droppedSince;

    /// <param name="firstSegment">0, or the number after the last segment that an earlier writer of this track left.</param>
    /// <param name="firstRecord">0, or the number after the last record that is left of an earlier writer.</param>
    public JournalWriter(JournalIdentity identity, JournalLimits limits, uint firstSegment = 0, uint firstRecord = 0)
    {
        _identity = identity;
        _limits = limits;
        _segment = firstSegment;
        _nextRecord = firstRecord;
        _chunks = new ChunkQueue(limits.ChunkBytes, Math.Max(2, limits.MaxBufferedBytes / limits.ChunkBytes));
        _syncs = new SegmentSyncs(limits);
    }

    /// <summary>When to call <see cref="Poll"/> again; <c>null</c>: after the next record or report.</summary>
    public DateTimeOffset? WakeAt
    {
        get
        {
            var write = _isWriting ? null : _retryAt ?? (_chunks.HasSealed ? DateTimeOffset.MinValue : WriteDueAt);
            var sync = _syncs.DueAt(soon: _isEnded);
            return write is null || sync < write ? sync : write;
        }
    }

    /// <summary>Records that had no room because the disk took nothing for too long.</summary>
    public long DroppedRecords { get; private set; }

    /// <summary>The end of the track is written and durable.</summary>
    public bool IsDone => _isEnded && _chunks.IsEmpty && _syncs.IsEmpty;

    private DateTimeOffset? WriteDueAt => _chunks.FillingSince + _limits.WriteAfter;

    /// <summary>Takes an RTP packet; <c>false</c> when it is longer than a packet can be, or there is no room.</summary>
    public bool Packet(ReadOnlySpan<byte> rtp, DateTimeOffset arrivedAt) => Append(RecordKind.Packet, rtp, arrivedAt);

    public bool SenderReport(in SenderReport report, DateTimeOffset arrivedAt)
    {
        Span<byte> body = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(body, report.Ssrc);
        BinaryPrimitives.WriteUInt64LittleEndian(body[4..], report.NtpTime);
        BinaryPrimitives.WriteUInt32LittleEndian(body[12..], report.RtpTime);
        BinaryPrimitives.WriteUInt32LittleEndian(body[16..], report.Packets);
        BinaryPrimitives.WriteUInt32LittleEndian(body[20..], report.Octets);
        return Append(RecordKind.SenderReport, body, arrivedAt);
    }

    /// <summary>What a payload type means from here on. <c>false</c> also when the track had too many.</summary>
    public bool Format(in StreamFormat format, DateTimeOffset now)
    {
        var payloadType = format.PayloadType;
        var known = _formats.FindIndex(one => one.PayloadType == payloadType);
        if (known < 0 && _formats.Count == _limits.MaxFormats)
            return false;
        if (known < 0)
            _formats.Add(format);
        else
            _formats[known] = format;
        Span<byte> body = stackalloc byte[FormatLength];
        WriteFormat(body, format);
        return Append(RecordKind.Format, body, now);
    }

    public bool Muted(bool isMuted, DateTimeOffset now) => Append(isMuted ? RecordKind.Muted : RecordKind.Unmuted, [], now);

    public bool Interrupted(InterruptionCause cause, DateTimeOffset now) => Append(RecordKind.Interrupted, [(byte)cause], now);

    public bool Resumed(DateTimeOffset now) => Append(RecordKind.Resumed, [], now);

    public bool LayerChanged(uint ssrc, DateTimeOffset now)
    {
        Span<byte> body = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(body, ssrc);
        return Append(RecordKind.LayerChanged, body, now);
    }

    /// <param name="forward">How far the wall clock moved against the clock whose times are handed in here.</param>
    public bool ClockStepped(TimeSpan forward, DateTimeOffset now)
    {
        Span<byte> body = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(body, forward.Ticks / TimeSpan.TicksPerMicrosecond);
        return Append(RecordKind.ClockStepped, body, now);
    }

    /// <summary>The last record: what is left is written, made durable and closed at once.</summary>
    public void End(EndReason reason, DateTimeOffset now)
    {
        _end ??= reason;
        AppendWhatIsOwed(now);
    }

    /// <summary>The next thing to do. Call it until it says <see cref="JournalStepKind.Wait"/>.</summary>
    /// <param name="syncSoon">What is written is to be made durable now, because others are: together costs less.</param>
    public JournalStep Poll(DateTimeOffset now, bool syncSoon = false)
    {
        AppendWhatIsOwed(now);
        // While the disk takes nothing, a chunk goes on being filled: each that is sealed takes the room of a full one.
        if (_isEnded || (WriteDueAt <= now && !_chunks.HasSealed))
            Seal(now);

        if (!_isWriting && !(_retryAt > now) && _chunks.TryPeek(out var chunk))
        {
            _retryAt = null;
            _isWriting = true;
            return new JournalStep(JournalStepKind.Write, chunk.Segment, chunk.Unwritten);
        }

        return _syncs.Poll(now, syncSoon || _isEnded);
    }

    /// <summary>Reports the write under way.</summary>
    /// <param name="bytes">Written from the first on; fewer than asked when the disk takes no more: the rest is tried later.</param>
    public void Wrote(int bytes, DateTimeOffset now)
    {
        _isWriting = false;
        _ = _chunks.TryPeek(out var chunk);
        chunk!.Written += bytes;
        if (bytes > 0)
            _syncs.Wrote(chunk.Segment, chunk.Since);
        if (chunk.Written < chunk.Length)
        {
            _retryAt = now + _limits.RetryAfter;
            return;
        }

        if (chunk.EndsSegment)
            _syncs.Complete(chunk.Segment);
        _chunks.Release();
    }

    /// <summary>Reports the sync under way. What the disk has after a failure is unknown: another segment follows.</summary>
    public void Synced(bool succeeded, DateTimeOffset now)
    {
        var segment = _syncs.Synced(succeeded, now);
        if (!succeeded && segment == _segment && _segmentIsOpen)
            _segmentBytes = _limits.MaxSegmentBytes;
    }

    private bool Append(RecordKind kind, ReadOnlySpan<byte> body, DateTimeOffset at)
    {
        if (_end is not null || body.Length > JournalFormat.MaxBodyLength)
            return false;
        return (AppendDropped(at) && TryAppend(kind, body, at)) || Drop(at);
    }

    /// <summary>What found no room when it was due.</summary>
    private void AppendWhatIsOwed(DateTimeOffset now)
    {
        if (AppendDropped(now) && _end is { } reason && !_isEnded)
            _isEnded = TryAppend(RecordKind.Ended, [(byte)reason], now);
    }

    private bool AppendDropped(DateTimeOffset at)
    {
        if (_dropped == 0)
            return true;
        Span<byte> body = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(body, _dropped);
        BinaryPrimitives.WriteInt64LittleEndian(body[4..], JournalFormat.ToUs(_droppedSince));
        if (!TryAppend(RecordKind.Dropped, body, at))
            return false;
        _dropped = 0;
        return true;
    }

    private bool Drop(DateTimeOffset at)
    {
        if (_dropped++ == 0)
            _droppedSince = at;
        DroppedRecords++;
        return false;
    }

    private bool TryAppend(RecordKind kind, ReadOnlySpan<byte> body, DateTimeOffset at)
    {
        var length = JournalFormat.RecordHeaderLength + body.Length;
        if (_chunks.FillingRoom < length)
        {
            Seal(at);
            if (!TryBeginChunk(at))
                return false;
        }

        WriteRecord(_chunks.Take(length), kind, body, at);
        return true;
    }

    private bool TryBeginChunk(DateTimeOffset at)
    {
        if (!_chunks.TryBegin(_segment, at))
            return false;
        if (_segmentIsOpen)
            return true;

        _segmentIsOpen = true;
        _segmentStartedAt = at;
        _segmentBytes = 0;
        JournalFormat.WriteHeader(_chunks.Take(JournalFormat.SegmentHeaderLength), new SegmentHeader(_identity, _segment, _nextRecord, at));
        Span<byte> body = stackalloc byte[FormatLength];
        foreach (var format in _formats)
        {
            WriteFormat(body, format);
            WriteRecord(_chunks.Take(JournalFormat.RecordHeaderLength + body.Length), RecordKind.Format, body, at);
        }

        return true;
    }

    private void WriteRecord(Span<byte> record, RecordKind kind, ReadOnlySpan<byte> body, DateTimeOffset at)
    {
        body.CopyTo(record[JournalFormat.RecordHeaderLength..]);
        JournalFormat.SealRecord(record, kind, _nextRecord++, at);
    }

    /// <summary>Nothing more goes into the chunk that is being filled; a segment that is long enough ends with it.</summary>
    private void Seal(DateTimeOffset now)
    {
        if (_chunks.FillingSince is null)
            return;
        _segmentBytes += _chunks.FillingLength;
        var isLongEnough = now - _segmentStartedAt >= _limits.SegmentLength || _segmentBytes >= _limits.MaxSegmentBytes;
        var endsSegment = _isEnded || (isLongEnough && _syncs.HasRoom);
        _chunks.Seal(endsSegment);
        if (!endsSegment)
            return;
        _segmentIsOpen = false;
        _segment++;
    }

    private const int FormatLength = 8;

    private static void WriteFormat(Span<byte> body, in StreamFormat format)
    {
        body[0] = format.PayloadType;
        body[1] = (byte)format.Codec;
        body[2] = format.Channels;
        body[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], format.ClockRateHz);
    }
}
