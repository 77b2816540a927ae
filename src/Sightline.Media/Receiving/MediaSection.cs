using System.Text;
using Sightline.Rtc.Codecs;
using Sightline.Rtc.Repair;
using Sightline.Rtc.Sdp;

namespace Sightline.Media.Receiving;

/// <summary>One media section of a session's descriptions, with what was agreed on for it.</summary>
public sealed class MediaSection
{
    private readonly byte[] _mid;
    private readonly byte[][] _rids;

    private MediaSection(int index, SdpAgreedMedia media, SdpCodec codec, MediaCodec mediaCodec)
    {
        Index = index;
        Kind = media.Kind;
        Codec = codec;
        MediaCodec = mediaCodec;
        _mid = Encoding.ASCII.GetBytes(media.Mid);
        _rids = [.. media.Rids.Select(Encoding.ASCII.GetBytes)];
        Settings = new ReceiveTrackSettings
        {
            ClockRate = codec.ClockRateHz,
            Codec = mediaCodec,
            Nack = codec.Feedback.Contains("nack", StringComparer.Ordinal),
            PictureLoss = codec.Feedback.Contains("nack pli", StringComparer.Ordinal),
            FullIntraRequest = codec.Feedback.Contains("ccm fir", StringComparer.Ordinal),
        };
    }

    /// <summary>Of the section in the description.</summary>
    public int Index { get; }

    public SdpMediaKind Kind { get; }

    public SdpCodec Codec { get; }

    public MediaCodec MediaCodec { get; }

    /// <summary>Live; a recording waits longer.</summary>
    public ReceiveTrackSettings Settings { get; }

    /// <summary><c>null</c>: it was refused, or its codec is none whose payload is understood.</summary>
    public static MediaSection? From(int index, SdpAgreedMedia media) =>
        media.Codec is { } codec && CodecOf(codec.Name) is { } mediaCodec ? new MediaSection(index, media, codec, mediaCodec) : null;

    internal bool Is(ReadOnlySpan<byte> mid) => mid.SequenceEqual(_mid);

    internal bool Has(byte payloadType) => payloadType == Codec.PayloadType || payloadType == Codec.RtxPayloadType;

    internal bool IsSameMedia(MediaSection other) =>
        other.Index == Index && other.Codec.PayloadType == Codec.PayloadType && other.MediaCodec == MediaCodec;

    /// <summary>Which of the layers it is, 0 the best; 0 too where there is one only. <c>null</c>: it does not say, or is none.</summary>
    internal int? LayerOf(ReadOnlySpan<byte> rid)
    {
        if (_rids.Length == 0) return 0;

        for (var i = 0; i < _rids.Length; i++)
        {
            if (rid.SequenceEqual(_rids[i])) return i;
        }

        return null;
    }

    private static MediaCodec? CodecOf(string name) => name.ToUpperInvariant() switch
    {
        "OPUS" => Rtc.Codecs.MediaCodec.Opus,
        "VP8" => Rtc.Codecs.MediaCodec.Vp8,
        "VP9" => Rtc.Codecs.MediaCodec.Vp9,
        "AV1" => Rtc.Codecs.MediaCodec.Av1,
        "H264" => Rtc.Codecs.MediaCodec.H264,
        _ => null,
    };
}
