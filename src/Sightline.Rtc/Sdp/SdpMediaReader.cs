using System.Collections.Immutable;

namespace Sightline.Rtc.Sdp;

/// <summary>Collects one media section while its lines are read; they may come in any order.</summary>
internal sealed class SdpMediaReader
{
    private const int MaxPayloadType = 127;

    /// <summary>Identifiers of the one-byte form (RFC 8285 §4.2), the only one that is agreed on.</summary>
    private const int MaxExtensionId = 14;

    private readonly List<byte> _order = [];
    private readonly Dictionary<byte, (string Name, int ClockRateHz, int Channels)> _maps = [];
    private readonly Dictionary<byte, string> _formats = [];
    private readonly Dictionary<byte, List<string>> _feedback = [];
    private readonly List<SdpExtension> _extensions = [];
    private readonly List<string> _sentRids = [];
    private string _name = "";
    private string _protocol = "";
    private string _formatList = "";
    private SdpMediaKind _kind;
    private SdpDirection _direction;
    private bool _hasRtcpMux;
    private bool _hasPort;
    private bool _isBundleOnly;

    public SdpTransport Transport { get; } = new();
    public string Mid { get; private set; } = "";

    /// <summary>Without a port, and not because it shares that of the group (RFC 8843 §6).</summary>
    public bool IsClosed => !_hasPort && !_isBundleOnly;

    /// <summary>Reads what follows <c>m=</c>; null when it is malformed.</summary>
    public static SdpMediaReader? Begin(ReadOnlySpan<char> value)
    {
        var name = SdpToken.Cut(value, ' ', out var rest);
        var port = SdpToken.Cut(rest, ' ', out rest);
        var protocol = SdpToken.Cut(rest, ' ', out var formats);
        if (!SdpToken.IsToken(name) || !SdpToken.TryNumber(port, out var number) || number > ushort.MaxValue) return null;
        if (protocol.Length is 0 or > SdpLimits.MaxTokenLetters || formats.Length is 0 or > SdpLimits.MaxFormatLetters) return null;

        var media = new SdpMediaReader
        {
            _name = name.ToString(),
            _protocol = protocol.ToString(),
            _formatList = formats.ToString(),
            _kind = name switch { "audio" => SdpMediaKind.Audio, "video" => SdpMediaKind.Video, _ => SdpMediaKind.Other },
            _hasPort = number != 0,
        };
        return media._kind == SdpMediaKind.Other || media.ReadPayloadTypes(formats) ? media : null;
    }

    public SdpProblem Read(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "mid":
                Mid = value.ToString();
                return SdpToken.IsToken(value) ? SdpProblem.None : SdpProblem.Malformed;
            case "rtcp-mux":
                _hasRtcpMux = true;
                return SdpProblem.None;
            case "bundle-only":
                _isBundleOnly = true;
                return SdpProblem.None;
            case "sendrecv":
                _direction = SdpDirection.SendRecv;
                return SdpProblem.None;
            case "sendonly":
                _direction = SdpDirection.SendOnly;
                return SdpProblem.None;
            case "recvonly":
                _direction = SdpDirection.RecvOnly;
                return SdpProblem.None;
            case "inactive":
                _direction = SdpDirection.Inactive;
                return SdpProblem.None;
            case "rtpmap" when _kind != SdpMediaKind.Other:
                return ReadMap(value);
            case "fmtp" when _kind != SdpMediaKind.Other:
                return ReadFormat(value);
            case "rtcp-fb" when _kind != SdpMediaKind.Other:
                return ReadFeedback(value);
            case "extmap":
                return ReadExtension(value);
            case "simulcast":
                return ReadSimulcast(value);
            default:
                return Transport.Read(name, value);
        }
    }

    public SdpMedia Build(HashSet<string> bundled) => new()
    {
        Name = _name,
        Kind = _kind,
        Protocol = _protocol,
        Formats = _formatList,
        Mid = Mid,
        Direction = _direction,
        IsClosed = IsClosed,
        IsBundled = bundled.Contains(Mid),
        HasRtcpMux = _hasRtcpMux,
        Codecs = Codecs(),
        Extensions = [.. _extensions],
        SentRids = [.. _sentRids],
    };

    private bool ReadPayloadTypes(ReadOnlySpan<char> formats)
    {
        foreach (var range in formats.Split(' '))
        {
            if (!SdpToken.TryByte(formats[range], out var type) || type > MaxPayloadType) return false;
            if (_order.Count == SdpLimits.MaxCodecsPerMedia || _order.Contains(type)) return false;
            _order.Add(type);
        }

        return true;
    }

    /// <summary><c>96 VP8/90000</c>, <c>111 opus/48000/2</c>.</summary>
    private SdpProblem ReadMap(ReadOnlySpan<char> value)
    {
        var type = SdpToken.Cut(value, ' ', out var rest);
        var name = SdpToken.Cut(rest, '/', out rest);
        var clock = SdpToken.Cut(rest, '/', out var channels);
        var channelCount = 1;
        if (!SdpToken.TryByte(type, out var payloadType) || !SdpToken.IsToken(name)) return SdpProblem.Malformed;
        if (!SdpToken.TryNumber(clock, out var clockRateHz) || clockRateHz == 0) return SdpProblem.Malformed;
        if (!channels.IsEmpty && !SdpToken.TryNumber(channels, out channelCount)) return SdpProblem.Malformed;
        if (_order.Contains(payloadType)) _maps[payloadType] = (name.ToString(), clockRateHz, channelCount);
        return SdpProblem.None;
    }

    private SdpProblem ReadFormat(ReadOnlySpan<char> value)
    {
        var type = SdpToken.Cut(value, ' ', out var rest);
        if (!SdpToken.TryByte(type, out var payloadType)) return SdpProblem.Malformed;
        if (rest.Length > SdpLimits.MaxFormatLetters) return SdpProblem.TooLarge;
        if (_order.Contains(payloadType)) _formats[payloadType] = rest.ToString();
        return SdpProblem.None;
    }

    private SdpProblem ReadFeedback(ReadOnlySpan<char> value)
    {
        var type = SdpToken.Cut(value, ' ', out var rest);
        if (type is "*")
        {
            foreach (var each in _order)
            {
                if (!AddFeedback(each, rest)) return SdpProblem.TooLarge;
            }

            return SdpProblem.None;
        }

        if (!SdpToken.TryByte(type, out var payloadType)) return SdpProblem.Malformed;
        return !_order.Contains(payloadType) || AddFeedback(payloadType, rest) ? SdpProblem.None : SdpProblem.TooLarge;
    }

    private bool AddFeedback(byte payloadType, ReadOnlySpan<char> value)
    {
        if (!_feedback.TryGetValue(payloadType, out var list)) _feedback[payloadType] = list = [];
        if (list.Count == SdpLimits.MaxFeedbackPerCodec || value.Length > SdpLimits.MaxTokenLetters) return false;

        list.Add(value.ToString());
        return true;
    }

    /// <summary><c>3 uri</c> or <c>3/sendonly uri</c>; one that the offerer only receives is of no use.</summary>
    private SdpProblem ReadExtension(ReadOnlySpan<char> value)
    {
        var number = SdpToken.Cut(value, ' ', out var rest);
        var uri = SdpToken.Cut(rest, ' ', out _);
        var id = SdpToken.Cut(number, '/', out var direction);
        if (!SdpToken.TryNumber(id, out var parsed) || uri.IsEmpty) return SdpProblem.Malformed;
        if (_extensions.Count == SdpLimits.MaxExtensionsPerMedia || uri.Length > SdpLimits.MaxFormatLetters) return SdpProblem.TooLarge;
        if (parsed is >= 1 and <= MaxExtensionId && direction is not ("recvonly" or "inactive"))
            _extensions.Add(new SdpExtension((byte)parsed, uri.ToString()));
        return SdpProblem.None;
    }

    /// <summary><c>send h;m;~l</c>: of alternatives the first counts, and a paused layer is a layer (RFC 8853 §5.1).</summary>
    private SdpProblem ReadSimulcast(ReadOnlySpan<char> value)
    {
        for (var rest = value; !rest.IsEmpty;)
        {
            var direction = SdpToken.Cut(rest, ' ', out rest);
            var streams = SdpToken.Cut(rest, ' ', out rest);
            if (direction is not "send") continue;

            foreach (var range in streams.Split(';'))
            {
                var rid = SdpToken.Cut(streams[range], ',', out _).TrimStart('~');
                if (!SdpToken.IsToken(rid)) return SdpProblem.Malformed;
                if (_sentRids.Count == SdpLimits.MaxRidsPerMedia) return SdpProblem.TooLarge;
                _sentRids.Add(rid.ToString());
            }
        }

        return SdpProblem.None;
    }

    private ImmutableArray<SdpCodec> Codecs()
    {
        var codecs = ImmutableArray.CreateBuilder<SdpCodec>();
        foreach (var payloadType in _order)
        {
            if (!_maps.TryGetValue(payloadType, out var map) || IsRtx(map.Name)) continue;

            var feedback = _feedback.TryGetValue(payloadType, out var list) ? list.ToImmutableArray() : [];
            var format = _formats.GetValueOrDefault(payloadType, "");
            codecs.Add(new SdpCodec(payloadType, map.Name, map.ClockRateHz, map.Channels, format, feedback, RtxOf(payloadType)));
        }

        return codecs.ToImmutable();
    }

    private byte? RtxOf(byte payloadType)
    {
        foreach (var (type, map) in _maps)
        {
            if (IsRtx(map.Name) && _formats.TryGetValue(type, out var format) && IsFor(format, payloadType)) return type;
        }

        return null;
    }

    private static bool IsFor(ReadOnlySpan<char> format, byte payloadType) =>
        format.StartsWith("apt=")
        && SdpToken.TryByte(SdpToken.Cut(format[4..], ';', out _), out var associated)
        && associated == payloadType;

    private static bool IsRtx(string name) => name.Equals("rtx", StringComparison.OrdinalIgnoreCase);
}
