using System.Diagnostics.CodeAnalysis;

namespace Sightline.Recording.Journal;

/// <summary>A run of a segment's bytes that is written in one go.</summary>
internal sealed class Chunk(int capacity)
{
    public byte[] Buffer { get; } = new byte[capacity];

    public uint Segment { get; set; }

    public int Length { get; set; }

    public int Written { get; set; }

    /// <summary>When its oldest record came.</summary>
    public DateTimeOffset Since { get; set; }

    public bool EndsSegment { get; set; }

    public ReadOnlyMemory<byte> Unwritten => Buffer.AsMemory(Written, Length - Written);
}

/// <summary>The chunk that is being filled, and those before it that wait to be written. They are used again, and never too many.</summary>
internal sealed class ChunkQueue(int chunkBytes, int maxChunks)
{
    private readonly Queue<Chunk> _sealed = new(maxChunks);
    private readonly Stack<Chunk> _free = new(maxChunks);
    private Chunk? _filling;
    private int _made;

    public bool HasSealed => _sealed.Count > 0;

    public bool IsEmpty => _sealed.Count == 0 && _filling is null;

    public DateTimeOffset? FillingSince => _filling?.Since;

    public int FillingLength => _filling?.Length ?? 0;

    public int FillingRoom => _filling is null ? 0 : chunkBytes - _filling.Length;

    public bool TryBegin(uint segment, DateTimeOffset now)
    {
        if (!_free.TryPop(out var chunk))
        {
            if (_made == maxChunks)
                return false;
            // The second comes with the first: sooner or later a record arrives while the first is being written.
            chunk = new Chunk(chunkBytes);
            if (_made == 0) _free.Push(new Chunk(chunkBytes));
            _made = Math.Max(2, _made + 1);
        }

        (chunk.Segment, chunk.Since, chunk.Length, chunk.Written, chunk.EndsSegment) = (segment, now, 0, 0, false);
        _filling = chunk;
        return true;
    }

    /// <summary>The next bytes of the chunk that is being filled.</summary>
    public Span<byte> Take(int length)
    {
        var taken = _filling!.Buffer.AsSpan(_filling.Length, length);
        _filling.Length += length;
        return taken;
    }

    public void Seal(bool endsSegment)
    {
        _filling!.EndsSegment = endsSegment;
        _sealed.Enqueue(_filling);
        _filling = null;
    }

    public bool TryPeek([NotNullWhen(true)] out Chunk? chunk) => _sealed.TryPeek(out chunk);

    /// <summary>The first chunk is written.</summary>
    public void Release() => _free.Push(_sealed.Dequeue());
}
