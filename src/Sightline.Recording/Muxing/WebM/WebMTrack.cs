namespace Sightline.Recording.Muxing.WebM;

/// <summary>A track of a WebM file, and what stands about it in front.</summary>
internal sealed class WebMTrack(int number, Codec codec)
{
    public const uint WidthId = 0xB0;
    public const uint HeightId = 0xBA;

    public int Number { get; } = number;

    public bool IsAudio { get; } = codec == Codec.Opus;

    public OpusLine Sound { get; } = new();

    public bool HasBegun { get; set; }

    public long LastMs { get; set; }

    /// <summary>Where the picture's size is filled in when the first is there.</summary>
    public long WidthAt { get; private set; }

    public long HeightAt { get; private set; }

    public void Write(EbmlWriter to)
    {
        const ulong video = 1, audio = 2;
        to.Begin(0xAE);
        to.Unsigned(0xD7, (ulong)Number);
        to.Unsigned(0x73C5, (ulong)Number);
        to.Unsigned(0x83, IsAudio ? audio : video);
        to.Unsigned(0x9C, 0); // No lacing.
        to.Text(0x86, codec switch { Codec.Opus => "A_OPUS", Codec.Vp8 => "V_VP8", _ => "V_VP9" });
        if (IsAudio)
            WriteSound(to);
        else
            WritePicture(to);
        to.End();
    }

    private static void WriteSound(EbmlWriter to)
    {
        const ulong preSkipNs = OpusLine.PreSkip * 1_000_000_000UL / OpusLine.RateHz;
        const ulong seekPreRollNs = 80_000_000;
        // RFC 7845 §5.1, whose numbers are little-endian.
        to.Binary(0x63A2, [.. "OpusHead"u8, 1, 2, OpusLine.PreSkip & 255, OpusLine.PreSkip >> 8, 0x80, 0xBB, 0, 0, 0, 0, 0]);
        to.Unsigned(0x56AA, preSkipNs);
        to.Unsigned(0x56BB, seekPreRollNs);
        to.Begin(0xE1);
        to.Float(0xB5, OpusLine.RateHz);
        to.Unsigned(0x9F, 2);
        to.End();
    }

    private void WritePicture(EbmlWriter to)
    {
        to.Begin(0xE0);
        WidthAt = to.Bytes.Length;
        to.Unsigned(WidthId, 1);
        HeightAt = to.Bytes.Length;
        to.Unsigned(HeightId, 1);
        to.End();
    }
}
