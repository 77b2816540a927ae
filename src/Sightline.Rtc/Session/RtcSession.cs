using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Srtp;
using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Session;

/// <summary>
/// One connection with one peer: ICE, DTLS and SRTP as one state machine without I/O. Hand in each datagram with the
/// time; then <see cref="Take"/> what is to be sent until there is nothing; call <see cref="Tick"/> when <see
/// cref="WakeAtUs"/> says. All times are µs of one monotonic clock. One thread at a time; nothing is allocated per packet.
/// </summary>
public sealed class RtcSession : IDisposable
{
    private readonly IDtlsEndpoint _endpoint;
    private readonly RtcSessionOptions _options;
    private readonly IIceAgent _ice;
    private readonly long _connectBeforeUs;
    private readonly byte[] _response = new byte[StunMessage.MaxBytes];
    private int _responseBytes;
    private TransportAddress _responseTo;
    private IDtlsConnection? _dtls;
    private TransportAddress _dtlsFrom;
    private SrtpReceiver? _receiver;
    private SrtpSender? _sender;
    private RtcDrops _drops;

    /// <param name="ice">This side's agent: <see cref="IceLite"/> at a node, <see cref="IceControlling"/> at a client.</param>
    public RtcSession(RtcSessionOptions options, IIceAgent ice, IDtlsEndpoint endpoint, long nowUs)
    {
        _options = options;
        _endpoint = endpoint;
        _connectBeforeUs = nowUs + (options.SetupMs * 1000L);
        _ice = ice;
    }

    public RtcState State { get; private set; }

    public RtcEnd End { get; private set; }

    public DtlsFailure DtlsFailure => _dtls?.Failure ?? DtlsFailure.None;

    /// <summary>The library's word for a failed handshake, for logs.</summary>
    public string? DtlsDetail => _dtls?.Detail;

    public RtcDrops Drops => _drops;

    /// <summary>Where this side sends to, once the peer has nominated a path.</summary>
    public TransportAddress? RemoteAddress => _ice.Selected;

    /// <summary>When <see cref="Tick"/> has something to do; null: never, the session is over.</summary>
    public long? WakeAtUs
    {
        get
        {
            if (State == RtcState.Ended) return null;

            var wakeAtUs = State == RtcState.Connecting ? _connectBeforeUs : long.MaxValue;
            wakeAtUs = Math.Min(wakeAtUs, _ice.WakeAtUs ?? long.MaxValue);
            wakeAtUs = Math.Min(wakeAtUs, _dtls?.WakeAtUs ?? long.MaxValue);
            return wakeAtUs;
        }
    }

    /// <summary>Whether an authentic check came from there lately.</summary>
    public bool IsValidated(TransportAddress from) => _ice.IsValidated(from);

    /// <summary>Takes a datagram and tells it apart by its first byte (RFC 7983 §7).</summary>
    /// <param name="datagram">Decrypted in place when it is RTP or RTCP; its content is undefined otherwise.</param>
    /// <param name="from">Where it came from.</param>
    public RtcReceived Handle(Span<byte> datagram, TransportAddress from, long nowUs)
    {
        if (datagram.IsEmpty || State == RtcState.Ended) return default;

        switch (datagram[0])
        {
            case <= 3:
                HandleStun(datagram, from, nowUs);
                return default;
            case >= 20 and <= 63:
                HandleDtls(datagram, from, nowUs);
                return default;
            case >= 128 and <= 191:
                return HandleSrtp(datagram, from);
            default:
                _drops = _drops with { NotUnderstood = _drops.NotUnderstood + 1 };
                return default;
        }
    }

    /// <summary>Writes the next datagram to send. Take all after each <see cref="Handle"/> and <see cref="Tick"/>.</summary>
    /// <param name="datagram">At least <see cref="StunMessage.MaxBytes"/>.</param>
    /// <returns>Its bytes; 0 when there is none.</returns>
    public int Take(Span<byte> datagram, out TransportAddress to)
    {
        to = _responseTo;
        if (_responseBytes > 0)
        {
            var bytes = _responseBytes;
            _responseBytes = 0;
            _response.AsSpan(0, bytes).CopyTo(datagram);
            return bytes;
        }

        var check = _ice.TakeCheck(datagram, out to);
        if (check > 0) return check;

        to = _ice.Selected ?? _dtlsFrom;
        return _dtls?.Take(datagram) ?? 0;
    }

    /// <summary>Lets time pass: retransmits, gives up.</summary>
    public void Tick(long nowUs)
    {
        if (State == RtcState.Ended) return;

        _ice.Tick(nowUs);
        _dtls?.Tick(nowUs);
        Follow(nowUs);
    }

    /// <summary>Protects an RTP packet in place, to be sent to <paramref name="to"/>.</summary>
    /// <param name="buffer">A plain packet, and behind it room for <see cref="SrtpLimits.MaxOverheadBytes"/>.</param>
    /// <returns>Bytes of the protected packet; 0 when there is no connection, or the packet cannot be sent.</returns>
    public int ProtectRtp(Span<byte> buffer, int plainBytes, out TransportAddress to)
    {
        var length = 0;
        to = _ice.Selected.GetValueOrDefault();
        if (_sender is { } sender && _ice.Selected is not null && State == RtcState.Connected)
            sender.ProtectRtp(buffer, plainBytes, out length);
        return length;
    }

    /// <summary>Protects an RTCP packet in place, as <see cref="ProtectRtp"/> does with RTP.</summary>
    public int ProtectRtcp(Span<byte> buffer, int plainBytes, out TransportAddress to)
    {
        var length = 0;
        to = _ice.Selected.GetValueOrDefault();
        if (_sender is { } sender && _ice.Selected is not null && State == RtcState.Connected)
            sender.ProtectRtcp(buffer, plainBytes, out length);
        return length;
    }

    /// <summary>An ICE restart of the peer: new credentials on both sides, the same keys.</summary>
    public void RestartIce(IceCredentials local, IceCredentials remote, long nowUs) => _ice.Restart(local, remote, nowUs);

    /// <summary>Says goodbye; <see cref="Take"/> gives what is to be sent.</summary>
    public void Close()
    {
        if (State == RtcState.Ended) return;

        _dtls?.Close();
        Finish(RtcEnd.Closed);
    }

    public void Dispose()
    {
        _receiver?.Dispose();
        _sender?.Dispose();
        _dtls?.Dispose();
    }

    private void HandleStun(ReadOnlySpan<byte> datagram, TransportAddress from, long nowUs)
    {
        if (!StunMessage.TryParse(datagram, out var message))
        {
            _drops = _drops with { NotUnderstood = _drops.NotUnderstood + 1 };
            return;
        }

        _responseBytes = _ice.Handle(message, from, nowUs, _response);
        _responseTo = from;
        Follow(nowUs);
    }

    private void HandleDtls(ReadOnlySpan<byte> datagram, TransportAddress from, long nowUs)
    {
        if (!_ice.IsValidated(from))
        {
            _drops = _drops with { FromElsewhere = _drops.FromElsewhere + 1 };
            return;
        }

        _dtlsFrom = from;
        _dtls ??= _endpoint.Connect(_options.Role, _options.RemoteFingerprint, nowUs);
        _dtls.Handle(datagram, nowUs);
        Follow(nowUs);
    }

    private RtcReceived HandleSrtp(Span<byte> packet, TransportAddress from)
    {
        if (from != _ice.Selected && !_ice.IsValidated(from))
        {
            _drops = _drops with { FromElsewhere = _drops.FromElsewhere + 1 };
            return default;
        }

        if (_receiver is null)
        {
            _drops = _drops with { TooEarly = _drops.TooEarly + 1 };
            return default;
        }

        var isRtcp = IsRtcp(packet);
        var result = isRtcp ? _receiver.UnprotectRtcp(packet, out var length) : _receiver.UnprotectRtp(packet, out length);
        if (result == SrtpResult.Ok) return new(isRtcp ? RtcPacketKind.Rtcp : RtcPacketKind.Rtp, length);

        _drops = result switch
        {
            SrtpResult.NotAuthentic => _drops with { NotAuthentic = _drops.NotAuthentic + 1 },
            SrtpResult.Replayed => _drops with { Replayed = _drops.Replayed + 1 },
            _ => _drops with { Other = _drops.Other + 1 },
        };
        return default;
    }

    /// <summary>Payload types 64 to 95 with the marker are RTCP's packet types (RFC 5761 §4).</summary>
    private static bool IsRtcp(ReadOnlySpan<byte> packet) => packet.Length > 1 && packet[1] is >= 192 and <= 223;

    /// <summary>Draws the conclusions from what ICE and DTLS have come to.</summary>
    private void Follow(long nowUs)
    {
        if (_ice.State == IceState.Failed)
        {
            Finish(State == RtcState.Connected ? RtcEnd.ConsentLost : RtcEnd.NoPath);
            return;
        }

        // A client begins once there is a path; a server waits for the first datagram, so that idle peers hold no handshake.
        if (_options.Role == DtlsRole.Client && _ice.State == IceState.Connected)
            _dtls ??= _endpoint.Connect(DtlsRole.Client, _options.RemoteFingerprint, nowUs);

        switch (_dtls?.State)
        {
            case DtlsState.Failed:
                Finish(RtcEnd.HandshakeFailed);
                break;
            case DtlsState.Closed:
                Finish(RtcEnd.PeerClosed);
                break;
            case DtlsState.Connected when State == RtcState.Connecting && _dtls.Keys is { } keys:
                _receiver = keys.CreateReceiver();
                _sender = keys.CreateSender();
                State = RtcState.Connected;
                break;
        }

        if (State == RtcState.Connecting && nowUs >= _connectBeforeUs)
            Finish(_ice.State == IceState.Connected ? RtcEnd.NoHandshake : RtcEnd.NoPath);
    }

    private void Finish(RtcEnd end)
    {
        State = RtcState.Ended;
        End = end;
    }
}
