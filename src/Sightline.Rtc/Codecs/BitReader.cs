namespace Sightline.Rtc.Codecs;

/// <summary>Reads bits from the highest of each byte down. Behind the end there are zeros, and <see cref="IsPastEnd"/> says so.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool IsPastEnd => _at > 8 * _bytes.Length;

    public bool Flag() => Bit() == 1;

    /// <param name="count">At most 32.</param>
    public uint Bits(int count)
    {
        var value = 0u;
        while (count-- > 0) value = (value << 1) | Bit();
        return value;
    }

    public void Skip(int count) => _at += count;

    /// <summary>ue(v) (H.264, 9.1), and uvlc() of AV1 (4.10.3).</summary>
    public uint Exponential()
    {
        var zeros = 0;
        while (zeros < 32 && !IsPastEnd && Bit() == 0) zeros++;
        return zeros == 32 ? uint.MaxValue : (1u << zeros) - 1 + Bits(zeros);
    }

    /// <summary>se(v) (H.264, 9.1.1).</summary>
    public int SignedExponential()
    {
        var value = Exponential();
        return (value & 1) == 1 ? (int)((value >> 1) + 1) : -(int)(value >> 1);
    }

    private uint Bit()
    {
        var at = _at++;
        return at < 8 * _bytes.Length ? (uint)(_bytes[at >> 3] >> (7 - (at & 7))) & 1 : 0;
    }
}
