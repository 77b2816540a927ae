namespace Sightline.Recording.Muxing.Bitstreams;

/// <summary>What files need to know of AV1 (AV1 Bitstream §5.3–5.5, AV1 ISO Media File Format Binding 1.2 §2.3).</summary>
internal static class Av1
{
    private const int SequenceHeader = 1;
    private const int TemporalDelimiter = 2;

    /// <summary>av1C's content from a keyframe; <c>null</c> when no sequence header can be read.</summary>
    public static byte[]? Configuration(ReadOnlySpan<byte> unit)
    {
        while (TryNext(ref unit, out var type, out var whole, out var payload))
        {
            if (type == SequenceHeader)
                return Describe(payload) is { } description ? [0x81, .. description, 0, .. whole] : null;
        }

        return null;
    }

    /// <summary>A sample has no temporal delimiters: the container delimits.</summary>
    public static void WriteSample(ReadOnlySpan<byte> unit, ByteWriter to)
    {
        while (TryNext(ref unit, out var type, out var whole, out _))
        {
            if (type != TemporalDelimiter)
                to.Bytes(whole);
        }
    }

    private static bool TryNext(ref ReadOnlySpan<byte> unit, out int type, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> payload)
    {
        type = 0;
        whole = payload = default;
        if (unit.IsEmpty)
            return false;
        type = (unit[0] >> 3) & 15;
        var headerLength = (unit[0] & 4) != 0 ? 2 : 1;
        var hasSize = (unit[0] & 2) != 0;
        var length = unit.Length - headerLength;
        if (length < 0 || (hasSize && !TryReadLeb128(unit[headerLength..], out length, ref headerLength)))
            return false;
        if (length > unit.Length - headerLength)
            return false;

        whole = unit[..(headerLength + length)];
        payload = whole[headerLength..];
        unit = unit[whole.Length..];
        return true;
    }

    /// <summary>leb128() of AV1 §4.10.5; no frame is so long that it takes more than four bytes.</summary>
    private static bool TryReadLeb128(ReadOnlySpan<byte> bytes, out int value, ref int headerLength)
    {
        value = 0;
        for (var i = 0; i < Math.Min(4, bytes.Length); i++)
        {
            value |= (bytes[i] & 127) << (7 * i);
            headerLength++;
            if ((bytes[i] & 128) == 0)
                return true;
        }

        return false;
    }

    /// <summary>Bytes 1 and 2 of av1C; <c>null</c> when the header ends too early.</summary>
    private static byte[]? Describe(ReadOnlySpan<byte> header)
    {
        var bits = new BitReader(header);
        var profile = bits.Bits(3);
        bits.Bits(1);
        var isReduced = bits.Flag();
        var (level, tier) = isReduced ? (bits.Bits(5), 0u) : ReadOperatingPoints(ref bits);
        var widthBits = (int)bits.Bits(4) + 1;
        var heightBits = (int)bits.Bits(4) + 1;
        bits.Bits(widthBits);
        bits.Bits(heightBits);
        SkipTools(ref bits, isReduced);

        var isHigh = bits.Flag();
        var isTwelve = profile == 2 && isHigh && bits.Flag();
        var isMono = profile != 1 && bits.Flag();
        var colour = bits.Flag() ? bits.Bits(24) : 0x02_02_02;
        const uint srgb = 0x01_0D_00;
        var (halfWide, halfHigh) = (true, true);
        if (!isMono && colour == srgb)
        {
            (halfWide, halfHigh) = (false, false);
        }
        else
        {
            bits.Bits(1);
            if (!isMono && profile != 0)
            {
                halfWide = profile == 2 && (!isTwelve || bits.Flag());
                halfHigh = profile == 2 && isTwelve && halfWide && bits.Flag();
            }
        }

        var samplePosition = !isMono && halfWide && halfHigh ? bits.Bits(2) : 0;
        if (bits.IsPastEnd)
            return null;
        return
        [
            (byte)((profile << 5) | level),
            (byte)((tier << 7) | (isHigh ? 64u : 0) | (isTwelve ? 32u : 0) | (isMono ? 16u : 0) |
                (halfWide ? 8u : 0) | (halfHigh ? 4u : 0) | samplePosition),
        ];
    }

    /// <summary>Level and tier of the first; the others are stepped over.</summary>
    private static (uint Level, uint Tier) ReadOperatingPoints(ref BitReader bits)
    {
        var delayBits = 0;
        if (bits.Flag())
        {
            bits.Bits(32);
            bits.Bits(32);
            if (bits.Flag())
                bits.ExpGolomb();
            if (bits.Flag())
            {
                delayBits = (int)bits.Bits(5) + 1;
                bits.Bits(32);
                bits.Bits(10);
            }
        }

        var hasDisplayDelay = bits.Flag();
        var points = bits.Bits(5) + 1;
        var first = (Level: 0u, Tier: 0u);
        for (var i = 0; i < points; i++)
        {
            bits.Bits(12);
            var level = bits.Bits(5);
            var tier = level > 7 ? bits.Bits(1) : 0;
            if (i == 0)
                first = (level, tier);
            if (delayBits > 0 && bits.Flag())
            {
                bits.Bits(delayBits);
                bits.Bits(delayBits);
                bits.Bits(1);
            }

            if (hasDisplayDelay && bits.Flag())
                bits.Bits(4);
        }

        return first;
    }

    /// <summary>From the frame ids to film grain: everything between the size and the colours.</summary>
    private static void SkipTools(ref BitReader bits, bool isReduced)
    {
        if (!isReduced && bits.Flag())
            bits.Bits(7);
        bits.Bits(3);
        if (!isReduced)
        {
            bits.Bits(4);
            var hasOrder = bits.Flag();
            if (hasOrder)
                bits.Bits(2);
            var screenContent = bits.Flag() ? 2 : bits.Bits(1);
            if (screenContent > 0 && !bits.Flag())
                bits.Bits(1);
            if (hasOrder)
                bits.Bits(3);
        }

        bits.Bits(3);
    }
}
