using System.Buffers.Binary;

namespace Sightline.Recording.Muxing;

/// <summary>Bytes that grow, in network order. Cleared and used again, it allocates nothing more.</summary>
internal sealed class ByteWriter(int capacity = 1024)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void U8(int value) => Take(1)[0] = (byte)value;

    public void U16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), (ushort)value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    public void F64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Take(8), value);

    public void Zeros(int count) => Take(count).Clear();

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text, Take(text.Length));

    public void PatchU32(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(at), value);

    public void Clear() => Length = 0;

    /// <summary>Forgets what stands before <paramref name="at"/>.</summary>
    public void RemoveBefore(int at)
    {
        _bytes.AsSpan(at, Length - at).CopyTo(_bytes);
        Length -= at;
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        var taken = _bytes.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}
