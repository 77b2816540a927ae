using Sightline.Rtc.Dtls;

namespace Sightline.Rtc.Session;

/// <summary>What a session has to know beside its ICE agent; it comes from an offer and its answer.</summary>
/// <param name="Role">This side's part in the DTLS handshake.</param>
/// <param name="RemoteFingerprint">Of the peer's certificate, as its SDP says.</param>
/// <param name="SetupMs">From the start until packets can be read; then it is over.</param>
public sealed record RtcSessionOptions(DtlsRole Role, DtlsFingerprint RemoteFingerprint, int SetupMs = RtcSessionOptions.DefaultSetupMs)
{
    public const int DefaultSetupMs = 30_000;
}

public enum RtcState
{
    /// <summary>No path or no keys yet.</summary>
    Connecting,

    /// <summary>Packets are read and may be sent.</summary>
    Connected,

    /// <summary>Over; see <see cref="RtcSession.End"/>.</summary>
    Ended,
}

/// <summary>Why a session is over.</summary>
public enum RtcEnd
{
    None,

    /// <summary>The peer never got through.</summary>
    NoPath,

    /// <summary>The peer stopped checking its path: it is gone, or its network is.</summary>
    ConsentLost,

    /// <summary>There was a path, and no handshake over it in time.</summary>
    NoHandshake,

    /// <summary>See <see cref="RtcSession.DtlsFailure"/>.</summary>
    HandshakeFailed,

    /// <summary>The peer said goodbye.</summary>
    PeerClosed,

    /// <summary>This side said goodbye.</summary>
    Closed,
}

public enum RtcPacketKind
{
    /// <summary>Nothing for the caller: it was part of the connection itself, or was dropped.</summary>
    None,
    Rtp,
    Rtcp,
}

/// <summary>What a datagram turned out to be.</summary>
/// <param name="Length">Bytes of the plain packet, at the beginning of the datagram that was handed in; 0 for None.</param>
public readonly record struct RtcReceived(RtcPacketKind Kind, int Length);

/// <summary>Datagrams that were dropped, since the beginning.</summary>
public readonly record struct RtcDrops
{
    /// <summary>From an address that no authentic check came from.</summary>
    public long FromElsewhere { get; init; }

    /// <summary>Malformed STUN, and what is none of STUN, DTLS and RTP.</summary>
    public long NotUnderstood { get; init; }

    /// <summary>SRTP before there are keys.</summary>
    public long TooEarly { get; init; }

    /// <summary>SRTP that is forged or damaged.</summary>
    public long NotAuthentic { get; init; }

    /// <summary>SRTP that came before: duplicates, or somebody who plays it back.</summary>
    public long Replayed { get; init; }

    /// <summary>SRTP that is malformed or beyond a limit.</summary>
    public long Other { get; init; }
}
