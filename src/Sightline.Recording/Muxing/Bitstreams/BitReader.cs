namespace Sightline.Recording.Muxing.Bitstreams;

/// <summary>Reads bits from the most significant on. Behind the end there are zeros, and <see cref="IsPastEnd"/> says so.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly bool IsPastEnd => _position > _bytes.Length * 8;

    public bool Flag() => Bits(1) == 1;

    public uint Bits(int count)
    {
        var value = 0u;
        for (var i = 0; i < count; i++, _position++)
        {
            var bit = _position < _bytes.Length * 8 ? (_bytes[_position / 8] >> (7 - (_position % 8))) & 1 : 0;
            value = (value << 1) | (uint)bit;
        }

        return value;
    }

    /// <summary>ue(v) of H.264 §9.1, uvlc() of AV1 §4.10.3.</summary>
    public uint ExpGolomb()
    {
        var zeros = 0;
        while (zeros < 32 && !IsPastEnd && !Flag())
            zeros++;
        return zeros >= 32 ? uint.MaxValue : Bits(zeros) + (1u << zeros) - 1;
    }
}
