namespace Sightline.Media.Finishing;

/// <summary>What a packet of VP8 (RFC 7741 §4.2) or VP9 (RFC 9628 §4.2) says of its frame, as far as it tells of lost ones.</summary>
/// <param name="Picture">Counts frames; <c>null</c> where it is not said.</param>
/// <param name="Bits">Of the count: 7 or 15.</param>
/// <param name="Lowest">Counts the frames of the lowest temporal layer, in 8 bits; <c>null</c> where it is not said.</param>
/// <param name="Layer">Temporal layer.</param>
/// <param name="IsSync">Of the layers, it refers to the lowest alone.</param>
/// <param name="IsSwitch">Higher layers refer to nothing before it.</param>
internal readonly record struct FrameNumbers(int? Picture, int Bits, byte? Lowest, int Layer, bool IsSync, bool IsSwitch)
{
    /// <summary>A layer has two or three bits.</summary>
    public const int Layers = 8;

    /// <summary>The first layer that misses something, where packets between the two frames are missing.</summary>
    public int FirstBrokenAfter(in FrameNumbers kept)
    {
        if (Picture is { } picture && kept.Picture is { } before && Bits == kept.Bits && picture == ((before + 1) & ((1 << Bits) - 1)))
            return Layers;
        if (Lowest is not { } lowest || kept.Lowest is not { } lowestBefore)
            return 0;
        var expected = Layer == 0 ? (byte)(lowestBefore + 1) : lowestBefore;
        return lowest == expected ? 1 : 0;
    }

    public static FrameNumbers OfVp8(ReadOnlySpan<byte> payload)
    {
        const byte isExtended = 0x80, hasPicture = 0x80, hasLowest = 0x40, hasLayer = 0x20, hasKeyIndex = 0x10;
        if (payload.Length < 2 || (payload[0] & isExtended) == 0)
            return default;
        var flags = payload[1];
        var rest = payload[2..];
        var numbers = default(FrameNumbers);
        if ((flags & hasPicture) != 0 && !TryReadPicture(ref rest, ref numbers))
            return default;
        if ((flags & hasLowest) != 0)
        {
            if (rest.IsEmpty)
                return default;
            numbers = numbers with { Lowest = rest[0] };
            rest = rest[1..];
        }

        if ((flags & (hasLayer | hasKeyIndex)) == 0 || rest.IsEmpty)
            return numbers;
        return (flags & hasLayer) != 0 ? numbers with { Layer = rest[0] >> 6, IsSync = (rest[0] & 0x20) != 0 } : numbers;
    }

    public static FrameNumbers OfVp9(ReadOnlySpan<byte> payload)
    {
        const byte hasPicture = 0x80, hasLayers = 0x20, isFlexible = 0x10;
        if (payload.IsEmpty)
            return default;
        var flags = payload[0];
        var rest = payload[1..];
        var numbers = default(FrameNumbers);
        if ((flags & hasPicture) != 0 && !TryReadPicture(ref rest, ref numbers))
            return default;
        if ((flags & hasLayers) == 0 || rest.IsEmpty)
            return numbers;
        numbers = numbers with { Layer = rest[0] >> 5, IsSwitch = (rest[0] & 0x10) != 0 };
        return (flags & isFlexible) == 0 && rest.Length > 1 ? numbers with { Lowest = rest[1] } : numbers;
    }

    private static bool TryReadPicture(ref ReadOnlySpan<byte> rest, ref FrameNumbers numbers)
    {
        if (rest.IsEmpty || ((rest[0] & 0x80) != 0 && rest.Length < 2))
            return false;
        var isLong = (rest[0] & 0x80) != 0;
        numbers = isLong
            ? numbers with { Picture = ((rest[0] & 0x7F) << 8) | rest[1], Bits = 15 }
            : numbers with { Picture = rest[0], Bits = 7 };
        rest = rest[(isLong ? 2 : 1)..];
        return true;
    }
}
