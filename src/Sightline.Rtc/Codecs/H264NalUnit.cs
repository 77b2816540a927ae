namespace Sightline.Rtc.Codecs;

/// <summary>What is read of H.264's NAL units (ITU-T H.264, 7.3.2.1.1).</summary>
internal static class H264NalUnit
{
    public const int IdrSlice = 5;
    public const int SequenceParameters = 7;

    /// <summary>More of a sequence parameter set is not looked at.</summary>
    private const int MaxParameterBytes = 256;

    private const uint MaxMacroblocks = 1024;

    /// <summary>Profiles that say their chroma format and scaling lists.</summary>
    private static ReadOnlySpan<byte> HighProfiles => [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

    /// <summary>The picture's size in pixels after cropping; zeros where it cannot be read.</summary>
    /// <param name="body">Of a sequence parameter set, without the NAL unit's header.</param>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> body)
    {
        Span<byte> bytes = stackalloc byte[MaxParameterBytes];
        var bits = new BitReader(bytes[..Unescape(body, bytes)]);
        var profile = (byte)bits.Bits(8);
        // Constraints and level.
        bits.Skip(16);
        bits.Exponential();
        var chroma = 1u;
        if (HighProfiles.Contains(profile))
        {
            chroma = bits.Exponential();
            if (chroma == 3) bits.Skip(1);
            bits.Exponential();
            bits.Exponential();
            bits.Skip(1);
            if (bits.Flag()) SkipScalingLists(ref bits, chroma == 3 ? 12 : 8);
        }

        bits.Exponential();
        SkipPictureOrder(ref bits);
        bits.Exponential();
        bits.Skip(1);
        var (columns, rows) = (bits.Exponential() + 1, bits.Exponential() + 1);
        var isProgressive = bits.Flag();
        if (!isProgressive) bits.Skip(1);
        bits.Skip(1);
        if (columns - 1 >= MaxMacroblocks || rows - 1 >= MaxMacroblocks) return default;

        var (width, height) = ((int)columns * 16, (int)rows * 16 * (isProgressive ? 1 : 2));
        if (bits.Flag())
        {
            var unitX = chroma is 1 or 2 ? 2 : 1;
            var unitY = (chroma == 1 ? 2 : 1) * (isProgressive ? 1 : 2);
            width -= unitX * Crop(ref bits) + (unitX * Crop(ref bits));
            height -= unitY * Crop(ref bits) + (unitY * Crop(ref bits));
        }

        return bits.IsPastEnd || width <= 0 || height <= 0 ? default : (width, height);
    }

    private static int Crop(ref BitReader bits) => (int)Math.Min(bits.Exponential(), 16 * MaxMacroblocks);

    private static void SkipPictureOrder(ref BitReader bits)
    {
        var type = bits.Exponential();
        if (type == 0)
        {
            bits.Exponential();
        }
        else if (type == 1)
        {
            bits.Skip(1);
            bits.SignedExponential();
            bits.SignedExponential();
            for (var count = bits.Exponential(); count > 0 && !bits.IsPastEnd; count--) bits.SignedExponential();
        }
    }

    private static void SkipScalingLists(ref BitReader bits, int lists)
    {
        for (var list = 0; list < lists; list++)
        {
            if (!bits.Flag()) continue;
            var (last, next) = (8, 8);
            for (var i = 0; i < (list < 6 ? 16 : 64); i++)
            {
                if (next != 0) next = (last + bits.SignedExponential() + 256) & 0xFF;
                last = next == 0 ? last : next;
            }
        }
    }

    /// <summary>Takes out the bytes that keep start codes from standing in the data (7.4.1).</summary>
    private static int Unescape(ReadOnlySpan<byte> body, Span<byte> into)
    {
        var (length, zeros) = (0, 0);
        foreach (var value in body)
        {
            if (length == into.Length) break;
            if (zeros >= 2 && value == 3)
            {
                zeros = 0;
                continue;
            }

            zeros = value == 0 ? zeros + 1 : 0;
            into[length++] = value;
        }

        return length;
    }
}
