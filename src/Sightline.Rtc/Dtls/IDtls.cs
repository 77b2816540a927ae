using Sightline.Rtc.Srtp;

namespace Sightline.Rtc.Dtls;

public enum DtlsRole
{
    /// <summary>Waits for a ClientHello: <c>a=setup:passive</c>.</summary>
    Server,

    /// <summary>Begins: <c>a=setup:active</c>.</summary>
    Client,
}

public enum DtlsState
{
    Handshaking,

    /// <summary>The peer has proved the fingerprint, and keys are there.</summary>
    Connected,

    /// <summary>The peer or this side said goodbye.</summary>
    Closed,

    /// <summary>See <see cref="IDtlsConnection.Failure"/>.</summary>
    Failed,
}

public enum DtlsFailure
{
    None,

    /// <summary>Not done within <see cref="DtlsTimeouts.HandshakeMs"/>.</summary>
    TimedOut,

    /// <summary>The peer's certificate is not the one its SDP announced.</summary>
    WrongFingerprint,

    /// <summary>No SRTP profile in common.</summary>
    NoSrtpProfile,

    /// <summary>The peer broke the protocol, refused, or has nothing in common; see <see cref="IDtlsConnection.Detail"/>.</summary>
    Refused,

    /// <summary>More handshakes are under way than the endpoint allows.</summary>
    TooManyHandshakes,
}

/// <summary>How a handshake deals with loss.</summary>
/// <param name="RetransmitMs">Until the first retransmission; each further one waits twice as long.</param>
/// <param name="MaxRetransmitMs">The longest wait.</param>
/// <param name="HandshakeMs">From the start to <see cref="DtlsFailure.TimedOut"/>.</param>
public sealed record DtlsTimeouts(int RetransmitMs, int MaxRetransmitMs, int HandshakeMs)
{
    public static DtlsTimeouts Default { get; } = new(RetransmitMs: 100, MaxRetransmitMs: 2_000, HandshakeMs: 20_000);
}

public static class DtlsLimits
{
    /// <summary>The longest datagram that is sent, without the headers of UDP and IP: fits every path that WebRTC runs on.</summary>
    public const int MaxDatagramBytes = 1200;

    /// <summary>The longest datagram that is read.</summary>
    public const int MaxReceivedBytes = 2048;

    /// <summary>All datagrams of one flight, kept until the other side answers.</summary>
    public const int MaxFlightBytes = 16 * 1024;

    /// <summary>The peer's certificates together.</summary>
    public const int MaxCertificateBytes = 8 * 1024;

    /// <summary>How often the last flight is repeated for a peer that has not had it.</summary>
    public const int MaxLastFlightRepeats = 20;
}

/// <summary>One certificate, and the handshakes made with it.</summary>
public interface IDtlsEndpoint : IDisposable
{
    /// <summary>Of the own certificate, for the SDP.</summary>
    DtlsFingerprint Fingerprint { get; }

    /// <summary>
    /// Begins a handshake. Beyond the number that the endpoint allows it has failed already, with <see
    /// cref="DtlsFailure.TooManyHandshakes"/>.
    /// </summary>
    /// <param name="remote">What the peer's certificate has to match.</param>
    IDtlsConnection Connect(DtlsRole role, DtlsFingerprint remote, long nowUs);
}

/// <summary>
/// One DTLS 1.2 handshake and what follows it (RFC 6347, RFC 5764), without I/O: hand in datagrams and the time, then take
/// datagrams until there are none.
/// </summary>
public interface IDtlsConnection : IDisposable
{
    DtlsState State { get; }
    DtlsFailure Failure { get; }

    /// <summary>The library's word for a failure, for logs; null when there is none.</summary>
    string? Detail { get; }

    /// <summary>Set once <see cref="State"/> is Connected.</summary>
    SrtpKeys? Keys { get; }

    /// <summary>When <see cref="Tick"/> has something to do; null when it has not.</summary>
    long? WakeAtUs { get; }

    /// <summary>Takes a datagram with DTLS records; anything else is dropped.</summary>
    void Handle(ReadOnlySpan<byte> datagram, long nowUs);

    /// <summary>Lets time pass: retransmits, gives up.</summary>
    void Tick(long nowUs);

    /// <summary>Writes the next datagram to send.</summary>
    /// <param name="datagram">At least <see cref="DtlsLimits.MaxDatagramBytes"/>.</param>
    /// <returns>Its bytes; 0 when there is none.</returns>
    int Take(Span<byte> datagram);

    /// <summary>Says goodbye; the alert is among what <see cref="Take"/> gives.</summary>
    void Close();
}

/// <summary>What the handshake exported for SRTP (RFC 5764 §4.2), cut into directions.</summary>
public sealed class SrtpKeys
{
    private readonly byte[] _material;
    private readonly bool _isServer;

    /// <param name="material">Client's key, server's key, client's salt, server's salt.</param>
    public SrtpKeys(SrtpProfile profile, ReadOnlySpan<byte> material, DtlsRole role)
    {
        Profile = profile;
        _material = material.ToArray();
        _isServer = role == DtlsRole.Server;
    }

    public SrtpProfile Profile { get; }

    public static int MaterialBytes(SrtpProfile profile) => 2 * (SrtpProfileSizes.KeyBytes + profile.SaltBytes());

    public SrtpSender CreateSender() => new(Profile, Key(_isServer), Salt(_isServer));

    public SrtpReceiver CreateReceiver() => new(Profile, Key(!_isServer), Salt(!_isServer));

    private ReadOnlySpan<byte> Key(bool ofServer) => _material.AsSpan(ofServer ? SrtpProfileSizes.KeyBytes : 0, SrtpProfileSizes.KeyBytes);

    private ReadOnlySpan<byte> Salt(bool ofServer)
    {
        var bytes = Profile.SaltBytes();
        return _material.AsSpan((2 * SrtpProfileSizes.KeyBytes) + (ofServer ? bytes : 0), bytes);
    }
}
