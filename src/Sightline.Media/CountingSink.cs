using System.Text.Json;
using System.Text.Json.Serialization;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Sdp;
using Sightline.Rtc.Session;

namespace Sightline.Media;

/// <summary>One line of stdin.</summary>
public sealed record MediaOrder(string? Offer, long? Session, long? Count, long? Close)
{
    /// <summary>Null when it is no order.</summary>
    public static MediaOrder? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, MediaJson.Default.MediaOrder);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(MediaOrder);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MediaOrder))]
internal sealed partial class MediaJson : JsonSerializerContext;

/// <summary>Counts what comes, and asks once for a key frame: shows that both directions work.</summary>
internal sealed class CountingSink : IMediaSink
{
    private const uint OwnSsrc = 1;

    private readonly Lock _lock = new();
    private MediaSession? _session;
    private SdpAnswer? _answer;
    private MediaCounts _counts = new();
    private bool _hasAsked;

    public long? WakeAtUs => null;

    public MediaCounts Read()
    {
        lock (_lock) return _counts;
    }

    public void Agreed(MediaSession session, SdpAnswer answer) => (_session, _answer) = (session, answer);

    public void Received(RtcPacketKind kind, ReadOnlySpan<byte> packet, long arrivalUs)
    {
        var media = kind == RtcPacketKind.Rtp ? Find((byte)(packet[1] & 0x7F)) : null;
        lock (_lock)
        {
            _counts = media switch
            {
                SdpMediaKind.Audio => _counts with { AudioPackets = _counts.AudioPackets + 1 },
                SdpMediaKind.Video => _counts with { VideoPackets = _counts.VideoPackets + 1 },
                _ when kind == RtcPacketKind.Rtcp => _counts with { RtcpPackets = _counts.RtcpPackets + 1 },
                _ => _counts with { OtherPackets = _counts.OtherPackets + 1 },
            };
        }

        if (media == SdpMediaKind.Video && !_hasAsked) AskForKeyFrame(packet);
    }

    public void Changed(RtcState state, RtcEnd end)
    {
        lock (_lock) _counts = _counts with { State = state.ToString(), End = end.ToString(), Drops = _session!.Rtc.Drops };
    }

    public void Tick(long nowUs)
    {
    }

    private SdpMediaKind? Find(byte payloadType)
    {
        foreach (var media in _answer!.Media)
        {
            if (media.Codec?.PayloadType == payloadType) return media.Kind;
        }

        return null;
    }

    private void AskForKeyFrame(ReadOnlySpan<byte> packet)
    {
        if (RtpPacket.Parse(packet, out var rtp) != RtpFault.None) return;

        Span<byte> buffer = stackalloc byte[64];
        var writer = new RtcpWriter(buffer);
        _hasAsked = writer.PictureLoss(OwnSsrc, rtp.Ssrc) && _session!.SendRtcp(buffer[..writer.Length]);
    }
}

/// <summary>What came in one session.</summary>
public sealed record MediaCounts
{
    [JsonPropertyName("state")]
    public string State { get; init; } = nameof(RtcState.Connecting);

    [JsonPropertyName("end")]
    public string End { get; init; } = nameof(RtcEnd.None);

    [JsonPropertyName("audio_packets")]
    public long AudioPackets { get; init; }

    [JsonPropertyName("video_packets")]
    public long VideoPackets { get; init; }

    [JsonPropertyName("rtcp_packets")]
    public long RtcpPackets { get; init; }

    [JsonPropertyName("other_packets")]
    public long OtherPackets { get; init; }

    [JsonPropertyName("drops")]
    public RtcDrops Drops { get; init; }
}
