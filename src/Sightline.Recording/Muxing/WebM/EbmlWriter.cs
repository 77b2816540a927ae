using System.Numerics;

namespace Sightline.Recording.Muxing.WebM;

/// <summary>Elements in elements (RFC 8794 §6); the length of each is filled in at its end.</summary>
internal sealed class EbmlWriter(ByteWriter bytes)
{
    private readonly Stack<int> _open = [];

    public ByteWriter Bytes { get; } = bytes;

    public void Id(uint id)
    {
        for (var shift = (31 - BitOperations.LeadingZeroCount(id)) / 8 * 8; shift >= 0; shift -= 8)
            Bytes.U8((int)(id >> shift) & 255);
    }

    /// <summary>A length in four bytes, which all of ours fit.</summary>
    public void Length(int length) => Bytes.U32(0x1000_0000u | (uint)length);

    public void Begin(uint id)
    {
        Id(id);
        _open.Push(Bytes.Length);
        Bytes.U32(0);
    }

    public void End()
    {
        var at = _open.Pop();
        Bytes.PatchU32(at, 0x1000_0000u | (uint)(Bytes.Length - at - 4));
    }

    public void Unsigned(uint id, ulong value)
    {
        Id(id);
        Length(8);
        Bytes.U64(value);
    }

    public void Float(uint id, double value)
    {
        Id(id);
        Length(8);
        Bytes.F64(value);
    }

    public void Text(uint id, string text)
    {
        Id(id);
        Length(text.Length);
        Bytes.Ascii(text);
    }

    public void Binary(uint id, ReadOnlySpan<byte> value)
    {
        Id(id);
        Length(value.Length);
        Bytes.Bytes(value);
    }

    /// <summary>Room that is filled later; <paramref name="length"/> bytes in all, at least 5.</summary>
    public void Void(int length)
    {
        const uint id = 0xEC;
        Id(id);
        Length(length - 5);
        Bytes.Zeros(length - 5);
    }
}
