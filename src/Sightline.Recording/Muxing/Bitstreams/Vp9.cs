namespace Sightline.Recording.Muxing.Bitstreams;

/// <summary>What files need to know of VP9 (VP Codec ISO Media File Format Binding 1.0).</summary>
internal static class Vp9
{
    private const uint SyncCode = 0x498342;

    /// <summary>The largest picture, in pixels, of each level; speed is left out.</summary>
    private static readonly (int Pixels, byte Level)[] Levels =
    [
        (36_864, 10), (73_728, 11), (122_880, 20), (245_760, 21), (552_960, 30), (983_040, 31), (2_228_224, 40), (8_912_896, 50),
    ];

    /// <summary>vpcC's content from a keyframe (VP9 §6.2); <c>null</c> when it is none.</summary>
    public static byte[]? Configuration(ReadOnlySpan<byte> keyframe, int width, int height)
    {
        var bits = new BitReader(keyframe);
        if (bits.Bits(2) != 2)
            return null;
        var profile = bits.Bits(1) | (bits.Bits(1) << 1);
        if (profile == 3)
            bits.Bits(1);
        // Not an existing frame that is shown again, and a keyframe; then whether it is shown, and resilient.
        if (bits.Flag() || bits.Flag() || bits.Bits(2) > 3 || bits.Bits(24) != SyncCode)
            return null;
        var depth = profile < 2 ? 8u : bits.Flag() ? 12u : 10u;
        var isRgb = bits.Bits(3) == 7;
        var isFullRange = isRgb || bits.Flag();
        var chroma = 1u; // 4:2:0
        if (profile is 1 or 3)
            chroma = isRgb ? 3u : (bits.Bits(2) switch { 0 => 3u, 2 => 2u, _ => 1u });
        if (bits.IsPastEnd)
            return null;
        const byte unspecified = 2;
        return
        [
            1, 0, 0, 0, (byte)profile, LevelOf(width * height),
            (byte)((depth << 4) | (chroma << 1) | (isFullRange ? 1u : 0)),
            unspecified, unspecified, unspecified, 0, 0,
        ];
    }

    private static byte LevelOf(int pixels)
    {
        foreach (var (most, level) in Levels)
        {
            if (pixels <= most)
                return level;
        }

        return 60;
    }
}
