namespace Sightline.Recording.Journal;

/// <summary>
/// Reads the segments of one track's journal in their order, whatever became of them: sound records come out, and
/// <see cref="Report"/> says what is missing. Open a segment, read until there is no more, open the next. Nothing is kept of a
/// segment, so that a long journal needs no more memory than a short one.
/// </summary>
public sealed class JournalReader
{
    /// <summary>Damages that are described one by one; further ones are only counted in the lost records.</summary>
    public const int MaxDamages = 1000;

    private readonly List<JournalDamage> _damages = [];
    private JournalIdentity? _identity;
    private ReadOnlyMemory<byte> _segment;
    private uint _segmentNumber;
    private uint _nextSegment;

    private int _offset;
    private uint _expected;
    private DateTimeOffset? _lastAt;

    /// <summary>The last damage: nothing sound was read since, so that its other side is not known.</summary>
    private JournalDamage? _pending;

    private long _records;
    private long _lostRecords;
    private long _unknownRecords;
    private bool _hasEnd;

    /// <summary>Whose journal it is; <c>null</c> before the first sound header.</summary>
    public JournalIdentity? Identity => _identity;

    /// <summary>Where the last sound record of the open segment ends. After the last: where to cut a torn tail.</summary>
    public int SoundLength { get; private set; }

    /// <summary>The number that the next writer's first record gets.</summary>
    public uint NextRecord => _expected;

    /// <summary>The number that the next writer's first segment gets.</summary>
    public uint NextSegment => _nextSegment;

    /// <summary>What is known so far.</summary>
    public JournalReport Report =>
        new(_records, _lostRecords, _unknownRecords, _hasEnd, _pending is null ? [.. _damages] : [.. _damages, _pending]);

    /// <summary>Goes on with the next segment. Its bytes are read by <see cref="TryRead"/> and stay as they are.</summary>
    public void Open(ReadOnlyMemory<byte> segment)
    {
        _segment = segment;
        _offset = SoundLength = 0;
        _segmentNumber = _nextSegment;
        var wrong = JournalFormat.ReadHeader(segment.Span, out var header);
        if (wrong is null && (header.Segment < _nextSegment || (_identity is { } identity && identity != header.Identity)))
            wrong = DamageKind.ForeignSegment;
        if (wrong is DamageKind.Version or DamageKind.ForeignSegment)
        {
            Suspect(wrong.Value, 0, segment.Length);
            _offset = segment.Length;
        }
        else if (wrong is null)
        {
            _identity = header.Identity;
            _segmentNumber = header.Segment;
            if (header.Segment > _nextSegment)
                Suspect(DamageKind.MissingSegment, 0, 0);
            _offset = SoundLength = JournalFormat.SegmentHeaderLength;
        }

        if (wrong is not DamageKind.ForeignSegment)
            _nextSegment = _segmentNumber + 1;
    }

    /// <summary>The next sound record of the open segment; <c>false</c> at its end.</summary>
    public bool TryRead(out JournalRecord record)
    {
        var bytes = _segment.Span;
        while (_offset < bytes.Length)
        {
            if (!JournalFormat.TryReadRecord(bytes[_offset..], out record, out var length) || !CanFollow(record.Number))
            {
                _offset++;
                _offset += JournalFormat.FindMarker(bytes[_offset..]);
                continue;
            }

            record = record with { LostBefore = unchecked(record.Number - _expected) };
            Accept(record);
            _offset += length;
            SoundLength = _offset;
            if (!record.HasItsShape)
            {
                _unknownRecords++;
                continue;
            }

            _records++;
            _hasEnd |= record.Kind == RecordKind.Ended;
            return true;
        }

        if (SoundLength < bytes.Length && _offset == bytes.Length)
        {
            var isHeaderless = SoundLength == 0 && bytes.Length >= JournalFormat.SegmentHeaderLength;
            if (_pending is not { Kind: DamageKind.Version or DamageKind.ForeignSegment })
                Suspect(isHeaderless ? DamageKind.Header : DamageKind.TornTail, SoundLength, bytes.Length - SoundLength);
            _offset++; // Once.
        }

        record = default;
        return false;
    }

    /// <summary>Records follow each other without a gap; where bytes are damaged, at most as many are missing as had room there.</summary>
    private bool CanFollow(uint number)
    {
        var missing = unchecked((int)(number - _expected));
        var isFirst = SoundLength <= JournalFormat.SegmentHeaderLength;
        return missing >= 0 && (isFirst || missing <= (_offset - SoundLength) / JournalFormat.RecordHeaderLength);
    }

    private void Accept(in JournalRecord record)
    {
        if (_offset > SoundLength)
            Suspect(SoundLength == 0 ? DamageKind.Header : DamageKind.Corrupt, SoundLength, _offset - SoundLength);
        var lost = record.LostBefore;
        if (lost > 0 && _pending is null)
            Suspect(DamageKind.MissingSegment, SoundLength, 0);
        if (_pending is not null)
        {
            Settle(_pending with { LostRecords = lost, To = record.At });
            _pending = null;
        }

        _lostRecords += lost;
        _expected = record.Number + 1;
        _lastAt = record.At;
    }

    private void Suspect(DamageKind kind, long offset, long bytes)
    {
        if (_pending is not null)
            Settle(_pending);
        _pending = new JournalDamage(kind, _segmentNumber, offset, bytes, LostRecords: 0, _lastAt, To: null);
    }

    private void Settle(JournalDamage damage)
    {
        if (_damages.Count < MaxDamages)
            _damages.Add(damage);
    }
}
