namespace Sightline.Rtc.Codecs;

/// <summary>What is read of AV1's open bitstream units (AV1 specification, 5.3 and 5.5).</summary>
internal static class Av1Obu
{
    public const int SequenceHeader = 1;
    public const int TemporalDelimiter = 2;
    public const int TileList = 8;
    public const byte HasSizeBit = 0x02;

    /// <summary>Reads the header of one OBU, whose size field may be there or not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> obu, out (int Type, bool HasExtension) header, out ReadOnlySpan<byte> body)
    {
        body = default;
        header = ((obu[0] >> 3) & 0x0F, (obu[0] & 0x04) != 0);
        var at = header.HasExtension ? 2 : 1;
        if (at > obu.Length || (obu[0] & 0x80) != 0) return false;

        body = obu[at..];
        if ((obu[0] & HasSizeBit) == 0) return true;
        if (!Leb128.TryRead(body, out var size, out var sizeBytes) || size > body.Length - sizeBytes) return false;

        body = body.Slice(sizeBytes, size);
        return true;
    }

    /// <summary>The largest size of a frame, in pixels; zeros where it cannot be read.</summary>
    /// <param name="body">Of a sequence header (5.5.1).</param>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> body)
    {
        var bits = new BitReader(body);
        // seq_profile, still_picture
        bits.Skip(4);
        if (bits.Flag()) bits.Skip(5);
        else SkipOperatingPoints(ref bits);

        var (widthBits, heightBits) = ((int)bits.Bits(4) + 1, (int)bits.Bits(4) + 1);
        var (width, height) = ((int)bits.Bits(widthBits) + 1, (int)bits.Bits(heightBits) + 1);
        return bits.IsPastEnd ? default : (width, height);
    }

    private static void SkipOperatingPoints(ref BitReader bits)
    {
        var (hasDecoderModel, delayBits) = (false, 0);
        if (bits.Flag())
        {
            // timing_info: two numbers of 32 bits, and the ticks of a picture.
            bits.Skip(64);
            if (bits.Flag()) bits.Exponential();
            hasDecoderModel = bits.Flag();
            if (hasDecoderModel)
            {
                delayBits = (int)bits.Bits(5) + 1;
                bits.Skip(32 + 5 + 5);
            }
        }

        var hasInitialDelay = bits.Flag();
        for (var points = bits.Bits(5) + 1; points > 0; points--)
        {
            bits.Skip(12);
            if (bits.Bits(5) > 7) bits.Skip(1);
            if (hasDecoderModel && bits.Flag()) bits.Skip((2 * delayBits) + 1);
            if (hasInitialDelay && bits.Flag()) bits.Skip(4);
        }
    }
}
