namespace Sightline.Rtc.Codecs;

/// <summary>The codecs whose RTP payload is understood.</summary>
public enum MediaCodec
{
    Opus,
    Vp8,
    Vp9,
    Av1,
    H264,
}

/// <summary>One frame of video, or one packet of sound, as a decoder or a file takes it.</summary>
/// <param name="data">
/// VP8 and VP9: the frame; AV1: a temporal unit without its delimiter, each OBU with its size; H.264: NAL units behind start codes
/// (Annex B), with the parameter sets as they came; Opus: the packet. Valid until the depacketiser's next call.
/// </param>
/// <param name="timestamp">Unwrapped, in units of the clock of the media.</param>
/// <param name="width">In pixels; 0 where the frame does not say it.</param>
/// <param name="durationUs">0 where the frame does not say it: everything but Opus.</param>
public readonly ref struct Frame(ReadOnlySpan<byte> data, long timestamp, bool isKey, int width = 0, int height = 0, long durationUs = 0)
{
    public ReadOnlySpan<byte> Data { get; } = data;

    public long Timestamp { get; } = timestamp;

    /// <summary>A decoder may begin here.</summary>
    public bool IsKey { get; } = isKey;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public long DurationUs { get; } = durationUs;
}

/// <summary>
/// Puts frames together from the payloads of RTP packets in their order. A frame of which something is missing is dropped whole:
/// say where packets are missing with <see cref="Gap"/>.
/// </summary>
public interface IDepacketiser
{
    /// <summary>Frames that were begun and not finished.</summary>
    long Dropped { get; }

    /// <summary>Takes the payload of the next packet, and may finish a frame.</summary>
    /// <param name="timestamp">Unwrapped.</param>
    bool TryAdd(ReadOnlySpan<byte> payload, bool marker, long timestamp, out Frame frame);

    /// <summary>Packets are missing before the next one.</summary>
    void Gap();
}

/// <summary>Depacketisers by codec.</summary>
public static class Depacketiser
{
    public static IDepacketiser For(MediaCodec codec) => codec switch
    {
        MediaCodec.Opus => new OpusDepacketiser(),
        MediaCodec.Vp8 => new Vp8Depacketiser(),
        MediaCodec.Vp9 => new Vp9Depacketiser(),
        MediaCodec.Av1 => new Av1Depacketiser(),
        MediaCodec.H264 => new H264Depacketiser(),
    };

    /// <summary>Whether a key frame begins with this payload; sound has none.</summary>
    public static bool BeginsKeyFrame(MediaCodec codec, ReadOnlySpan<byte> payload) => codec switch
    {
        MediaCodec.Opus => false,
        MediaCodec.Vp8 => Vp8Depacketiser.BeginsKeyFrame(payload),
        MediaCodec.Vp9 => Vp9Depacketiser.BeginsKeyFrame(payload),
        MediaCodec.Av1 => Av1Depacketiser.BeginsKeyFrame(payload),
        MediaCodec.H264 => H264Depacketiser.BeginsKeyFrame(payload),
    };
}
