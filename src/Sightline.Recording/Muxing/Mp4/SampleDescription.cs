namespace Sightline.Recording.Muxing.Mp4;

/// <summary>What a decoder needs to know before the first sample (ISO/IEC 14496-12 §8.5.2).</summary>
/// <param name="Configuration">Content of vpcC, av1C, avcC or dOps.</param>
internal sealed record SampleDescription(Codec Codec, int Width, int Height, byte[] Configuration)
{
    /// <summary>Opus in ISO Base Media §4.3.2: version, channels, pre-skip, rate, gain, mapping family.</summary>
    public static SampleDescription Opus { get; } =
        new(Codec.Opus, 0, 0, [0, 2, OpusLine.PreSkip >> 8, OpusLine.PreSkip & 255, 0, 0, 0xBB, 0x80, 0, 0, 0]);

    public bool Equals(SampleDescription? other) =>
        other is not null && Codec == other.Codec && Width == other.Width && Height == other.Height &&
        Configuration.AsSpan().SequenceEqual(other.Configuration);

    public override int GetHashCode() => HashCode.Combine(Codec, Width, Height, Configuration.Length);

    public void Write(BoxWriter to)
    {
        to.Begin(Codec switch { Codec.Vp9 => "vp09", Codec.Av1 => "av01", Codec.H264 => "avc1", Codec.Opus => "Opus", _ => "vp08" });
        to.Bytes.Zeros(6);
        to.Bytes.U16(1);
        if (Codec == Codec.Opus)
            WriteSound(to.Bytes);
        else
            WritePicture(to.Bytes);
        to.Begin(Codec switch { Codec.Av1 => "av1C", Codec.H264 => "avcC", Codec.Opus => "dOps", _ => "vpcC" });
        to.Bytes.Bytes(Configuration);
        to.End();
        to.End();
    }

    private static void WriteSound(ByteWriter to)
    {
        to.Zeros(8);
        to.U16(2);
        to.U16(16);
        to.Zeros(4);
        to.U32((uint)OpusLine.RateHz << 16);
    }

    private void WritePicture(ByteWriter to)
    {
        const uint dotsPerInch = 72;
        to.Zeros(16);
        to.U16(Width);
        to.U16(Height);
        to.U32(dotsPerInch << 16);
        to.U32(dotsPerInch << 16);
        to.Zeros(4);
        to.U16(1);
        to.Zeros(32);
        to.U16(24);
        to.U16(-1);
    }
}
