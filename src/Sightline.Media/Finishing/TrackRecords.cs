using Sightline.Recording.Journal;

namespace Sightline.Media.Finishing;

/// <summary>Reads a track's journal from its files, one segment in memory at a time. It stands at a record until it is moved on.</summary>
internal sealed class TrackRecords(TrackFolder folder)
{
    /// <summary>What no writer makes is not read: segments end at 8 MiB.</summary>
    private const int MaxSegmentBytes = 64 * 1024 * 1024;

    private readonly JournalReader _reader = new();
    private byte[] _bytes = [];
    private int _length;
    private int _nextSegment;

    private RecordKind _kind;
    private uint _number;
    private uint _lostBefore;
    private Range _body;

    public TrackFolder Folder { get; } = folder;

    /// <summary>Bytes of the segments that were opened.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Of the record where it stands.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>Valid until it is moved on.</summary>
    public JournalRecord Record => new(_kind, _number, At, _bytes.AsSpan(_body)) { LostBefore = _lostBefore };

    /// <summary>Whether the track has begun, was ended or only left, and what is missing.</summary>
    public JournalReport Report => _reader.Report;

    /// <summary>Goes to the next record; <c>false</c> at the end of the journal.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            if (_length > 0 && _reader.TryRead(out var record))
            {
                (_kind, _number, At, _lostBefore) = (record.Kind, record.Number, record.At, record.LostBefore);
                _body = (_reader.SoundLength - record.Body.Length).._reader.SoundLength;
                return true;
            }

            if (_nextSegment == Folder.Segments.Count)
                return false;
            Load(Folder.Segments[_nextSegment++]);
        }
    }

    private void Load(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        _length = (int)Math.Min(RandomAccess.GetLength(file), MaxSegmentBytes);
        if (_length > _bytes.Length)
            _bytes = new byte[Math.Max(_length, Math.Min(MaxSegmentBytes, _bytes.Length * 2))];
        var read = 0;
        while (read < _length && RandomAccess.Read(file, _bytes.AsSpan(read, _length - read), read) is > 0 and var count)
            read += count;
        _length = read;
        BytesRead += read;
        _reader.Open(_bytes.AsMemory(0, _length));
    }
}
