using System.Collections.Immutable;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;

namespace Sightline.Rtc.Sdp;

/// <summary>Why an offer cannot be answered.</summary>
public enum SdpProblem
{
    None,

    /// <summary>Beyond one of <see cref="SdpLimits"/>.</summary>
    TooLarge,

    /// <summary>A line that is none, or a value that its attribute does not allow.</summary>
    Malformed,

    /// <summary>No media section.</summary>
    NoMedia,

    /// <summary>No ICE credentials, or ones that are too short, too long or of other letters.</summary>
    NoIce,

    /// <summary>The peer is ICE-lite as well: neither side would begin.</summary>
    BothIceLite,

    /// <summary>No fingerprint with SHA-256 or better.</summary>
    NoFingerprint,

    /// <summary>Not one transport for all: no BUNDLE group, or several transports in one.</summary>
    NotBundled,
}

public static class SdpLimits
{
    public const int MaxLetters = 64 * 1024;
    public const int MaxLines = 4_000;
    public const int MaxMedia = 32;
    public const int MaxCodecsPerMedia = 96;
    public const int MaxExtensionsPerMedia = 32;
    public const int MaxRidsPerMedia = 8;
    public const int MaxFeedbackPerCodec = 16;
    public const int MaxTokenLetters = 64;
    public const int MaxFormatLetters = 512;
}

public enum SdpMediaKind
{
    Audio,
    Video,

    /// <summary>A data channel, or something unknown.</summary>
    Other,
}

/// <summary>What the side that wrote the section does with its media.</summary>
public enum SdpDirection
{
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

/// <summary>Who begins the DTLS handshake (RFC 5763 §5).</summary>
public enum SdpSetup
{
    ActPass,
    Active,
    Passive,
}

/// <summary>A payload type and what it stands for.</summary>
/// <param name="Name">As written, for example <c>VP9</c>; compare without regard to case.</param>
/// <param name="ClockRateHz">RTP's clock.</param>
/// <param name="Channels">1 where none are written.</param>
/// <param name="Format">The value of <c>fmtp</c>; empty when there is none.</param>
/// <param name="Feedback">Values of <c>rtcp-fb</c>, for example <c>nack pli</c>.</param>
/// <param name="RtxPayloadType">Retransmissions of this one (RFC 4588), or null.</param>
public sealed record SdpCodec(
    byte PayloadType, string Name, int ClockRateHz, int Channels, string Format, ImmutableArray<string> Feedback, byte? RtxPayloadType)
{
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A parameter of <see cref="Format"/>, such as <c>profile-id</c>; null when it is not there.</summary>
    public string? Parameter(string name)
    {
        foreach (var part in Format.Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Equals(name, StringComparison.OrdinalIgnoreCase)) return part[(equals + 1)..];
        }

        return null;
    }
}

/// <summary>A header extension under the number it has in RTP (RFC 8285).</summary>
public sealed record SdpExtension(byte Id, string Uri);

/// <summary>One media section of an offer.</summary>
public sealed record SdpMedia
{
    /// <summary>The kind as written: <c>audio</c>, <c>video</c>, <c>application</c>.</summary>
    public required string Name { get; init; }

    public required SdpMediaKind Kind { get; init; }

    /// <summary>As written, for example <c>UDP/TLS/RTP/SAVPF</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>What follows the protocol: payload types, or the name of another format.</summary>
    public required string Formats { get; init; }

    public required string Mid { get; init; }
    public required SdpDirection Direction { get; init; }

    /// <summary>Port 0 where it is not <c>bundle-only</c>: there is nothing to answer.</summary>
    public required bool IsClosed { get; init; }

    /// <summary>In the BUNDLE group.</summary>
    public required bool IsBundled { get; init; }

    public required bool HasRtcpMux { get; init; }

    /// <summary>In the offerer's order of preference, without rtx.</summary>
    public required ImmutableArray<SdpCodec> Codecs { get; init; }

    /// <summary>Those that the offerer sends.</summary>
    public required ImmutableArray<SdpExtension> Extensions { get; init; }

    /// <summary>Simulcast layers that are sent, best first; empty without simulcast.</summary>
    public required ImmutableArray<string> SentRids { get; init; }
}

/// <summary>What an offer of a browser says, as far as it matters here (RFC 8829, RFC 8839, RFC 8843).</summary>
public sealed record SdpOffer
{
    /// <summary>The number in <c>o=</c>, which a peer connection keeps in all its descriptions (RFC 8829 §5.2.1); empty without one.</summary>
    public required string Origin { get; init; }

    public required IceCredentials Ice { get; init; }
    public required DtlsFingerprint Fingerprint { get; init; }
    public required SdpSetup Setup { get; init; }
    public required ImmutableArray<SdpMedia> Media { get; init; }

    /// <summary>Reads an offer; null when it cannot be answered, for the reason in <paramref name="problem"/>.</summary>
    public static SdpOffer? Parse(string text, out SdpProblem problem) => new SdpReader().Read(text, out problem);
}
