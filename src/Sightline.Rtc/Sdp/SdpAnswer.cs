using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Sdp;

/// <summary>What this side brings to an answer.</summary>
/// <param name="SessionId">Of this side's descriptions, the same for a session's life.</param>
/// <param name="SessionVersion">Grows with each answer of a session.</param>
/// <param name="Candidates">Where this node's socket is reached, most wanted first.</param>
/// <param name="VideoCodecs">Names by preference; of those that are offered, the first is taken and no other.</param>
public sealed record SdpAnswerOptions(
    long SessionId,
    int SessionVersion,
    IceCredentials Ice,
    DtlsFingerprint Fingerprint,
    ImmutableArray<TransportAddress> Candidates,
    ImmutableArray<string> VideoCodecs)
{
    /// <summary>For a recording: what an MP4 holds and browsers play, and then the one that needs WebM.</summary>
    public static ImmutableArray<string> RecordingCodecs { get; } = ["VP9", "H264", "AV1", "VP8"];
}

/// <summary>What was agreed on for one media section.</summary>
/// <param name="Codec">The one that the peer sends; null when the section was refused.</param>
/// <param name="Extensions">Header extensions with their numbers.</param>
/// <param name="Rids">Simulcast layers that the peer sends, best first; empty without simulcast.</param>
public sealed record SdpAgreedMedia(
    string Mid, SdpMediaKind Kind, SdpCodec? Codec, ImmutableArray<SdpExtension> Extensions, ImmutableArray<string> Rids)
{
    public bool IsAccepted => Codec is not null;

    /// <summary>The numbers of header extensions as packets are read with them.</summary>
    public KnownExtensions KnownExtensions
    {
        get
        {
            var known = default(KnownExtensions);
            foreach (var extension in Extensions) known = known.With(extension.Uri, extension.Id);
            return known;
        }
    }
}

/// <summary>
/// An answer that takes what the peer sends and sends no media itself: BUNDLE over one ICE-lite transport, rtcp-mux, one codec
/// for each section with its retransmissions. A section that cannot be had is refused, and the others stand.
/// </summary>
public sealed class SdpAnswer
{
    /// <summary>Header extensions that are agreed on. Not video-orientation: without it, senders turn the picture themselves.</summary>
    private static readonly string[] Extensions =
    [
        ExtensionUris.Mid, ExtensionUris.Rid, ExtensionUris.RepairedRid,
        ExtensionUris.TransportSequence, ExtensionUris.AbsoluteSendTime, ExtensionUris.AudioLevel,
    ];

    private const string RtpProtocol = "UDP/TLS/RTP/SAVPF";
    private const uint HostTypePreference = 126;
    private const int Component = 1;

    /// <summary>REMB is left out: where transport-cc is agreed on, senders go by that.</summary>
    private static readonly string[] Feedback = ["nack", "nack pli", "ccm fir", "transport-cc"];

    private SdpAnswer(string text, DtlsRole role, ImmutableArray<SdpAgreedMedia> media) => (Text, Role, Media) = (text, role, media);

    public string Text { get; }

    /// <summary>This side's part in the handshake: a server, unless the peer insists on being one.</summary>
    public DtlsRole Role { get; }

    /// <summary>The offer's sections in their order.</summary>
    public ImmutableArray<SdpAgreedMedia> Media { get; }

    public static SdpAnswer Create(SdpOffer offer, SdpAnswerOptions options)
    {
        var role = RoleFor(offer);
        ImmutableArray<SdpAgreedMedia> agreed = [.. offer.Media.Select(media => Agree(media, options))];

        var text = new StringBuilder();
        Line(text, $"v=0");
        Line(text, $"o=- {options.SessionId} {options.SessionVersion} IN IP4 127.0.0.1");
        Line(text, $"s=-");
        Line(text, $"t=0 0");
        Line(text, $"a=group:BUNDLE{string.Concat(agreed.Where(media => media.IsAccepted).Select(media => $" {media.Mid}"))}");
        Line(text, $"a=ice-lite");
        Line(text, $"a=msid-semantic: WMS *");
        for (var i = 0; i < agreed.Length; i++) WriteMedia(text, offer.Media[i], agreed[i], role, options);

        return new SdpAnswer(text.ToString(), role, agreed);
    }

    /// <inheritdoc cref="Role"/>
    public static DtlsRole RoleFor(SdpOffer offer) => offer.Setup == SdpSetup.Passive ? DtlsRole.Client : DtlsRole.Server;

    private static SdpAgreedMedia Agree(SdpMedia media, SdpAnswerOptions options)
    {
        var usable = !media.IsClosed && media.IsBundled && media.HasRtcpMux && media.Protocol == RtpProtocol;
        var codec = usable ? Choose(media, options) : null;
        if (codec is null) return new(media.Mid, media.Kind, Codec: null, Extensions: [], Rids: []);

        return new(
            media.Mid,
            media.Kind,
            codec with { Feedback = [.. codec.Feedback.Where(value => Feedback.Contains(value, StringComparer.Ordinal))] },
            [.. media.Extensions.Where(extension => Extensions.Contains(extension.Uri, StringComparer.Ordinal))],
            media.SentRids);
    }

    private static SdpCodec? Choose(SdpMedia media, SdpAnswerOptions options)
    {
        if (media.Kind == SdpMediaKind.Audio)
            return media.Codecs.FirstOrDefault(codec => codec.Is("opus") && codec is { ClockRateHz: 48_000, Channels: 2 });
        if (media.Kind != SdpMediaKind.Video) return null;

        return options.VideoCodecs
            .Select(name => media.Codecs.FirstOrDefault(codec => codec.Is(name) && IsPlayable(codec)))
            .FirstOrDefault(codec => codec is not null);
    }

    /// <summary>Eight bits and 4:2:0 (profile 0), and H.264 in fragments, which every browser plays.</summary>
    private static bool IsPlayable(SdpCodec codec) => codec.Name.ToUpperInvariant() switch
    {
        "H264" => codec.Parameter("packetization-mode") == "1",
        "VP9" => codec.Parameter("profile-id") is null or "0",
        "AV1" => codec.Parameter("profile") is null or "0",
        _ => true,
    };

    private static void WriteMedia(StringBuilder text, SdpMedia offered, SdpAgreedMedia agreed, DtlsRole role, SdpAnswerOptions options)
    {
        if (agreed.Codec is not { } codec)
        {
            Line(text, $"m={offered.Name} 0 {offered.Protocol} {offered.Formats}");
            Line(text, $"c=IN IP4 0.0.0.0");
            if (offered.Mid.Length > 0) Line(text, $"a=mid:{offered.Mid}");
            Line(text, $"a=inactive");
            return;
        }

        Line(text, $"m={offered.Name} 9 {RtpProtocol} {codec.PayloadType}{(codec.RtxPayloadType is { } rtx ? $" {rtx}" : "")}");
        Line(text, $"c=IN IP4 0.0.0.0");
        Line(text, $"a=mid:{agreed.Mid}");
        Line(text, $"a=ice-ufrag:{options.Ice.UsernameFragment}");
        Line(text, $"a=ice-pwd:{options.Ice.Password}");
        Line(text, $"a=fingerprint:{options.Fingerprint}");
        Line(text, $"a=setup:{(role == DtlsRole.Server ? "passive" : "active")}");
        WriteCandidates(text, options.Candidates);
        Line(text, $"a={(offered.Direction is SdpDirection.SendRecv or SdpDirection.SendOnly ? "recvonly" : "inactive")}");
        Line(text, $"a=rtcp-mux");
        Line(text, $"a=rtcp-rsize");
        foreach (var extension in agreed.Extensions) Line(text, $"a=extmap:{extension.Id} {extension.Uri}");
        WriteCodec(text, codec);
        foreach (var rid in agreed.Rids) Line(text, $"a=rid:{rid} recv");
        if (!agreed.Rids.IsEmpty) Line(text, $"a=simulcast:recv {string.Join(';', agreed.Rids)}");
    }

    private static void WriteCodec(StringBuilder text, SdpCodec codec)
    {
        var channels = codec.Channels == 1 ? "" : $"/{codec.Channels}";
        Line(text, $"a=rtpmap:{codec.PayloadType} {codec.Name}/{codec.ClockRateHz}{channels}");
        foreach (var value in codec.Feedback) Line(text, $"a=rtcp-fb:{codec.PayloadType} {value}");
        if (codec.Format.Length > 0) Line(text, $"a=fmtp:{codec.PayloadType} {codec.Format}");
        if (codec.RtxPayloadType is not { } rtx) return;

        Line(text, $"a=rtpmap:{rtx} rtx/{codec.ClockRateHz}");
        Line(text, $"a=fmtp:{rtx} apt={codec.PayloadType}");
    }

    /// <summary>Host candidates with falling priority (RFC 8445 §5.1.2).</summary>
    private static void WriteCandidates(StringBuilder text, ImmutableArray<TransportAddress> candidates)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            var priority = (HostTypePreference << 24) | ((uint)(ushort.MaxValue - i) << 8) | (256 - Component);
            var (ip, port) = (candidates[i].ToIPAddress(), candidates[i].Port);
            Line(text, $"a=candidate:{i + 1} {Component} udp {priority} {ip} {port} typ host");
        }

        Line(text, $"a=end-of-candidates");
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
}
