namespace Sightline.Rtc.Dtls.OpenSsl;

/// <summary>
/// DTLS 1.2 by OpenSSL 3, the library that .NET itself uses on Linux. It computes in memory only: datagrams go in and out
/// through memory BIOs. One thread at a time.
/// </summary>
public sealed class OpenSslEndpoint : IDtlsEndpoint
{
    public const int DefaultMaxHandshakes = 256;

    private const string Ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
        + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

    private const string SrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

    private readonly SslContext _context;
    private readonly DtlsTimeouts _timeouts;
    private readonly int _maxHandshakes;

    /// <param name="maxHandshakes">Handshakes under way at the same time; each takes some 60 kB.</param>
    public OpenSslEndpoint(DtlsCertificate certificate, DtlsTimeouts timeouts, int maxHandshakes = DefaultMaxHandshakes)
    {
        Fingerprint = DtlsFingerprint.Of(certificate.Certificate);
        _timeouts = timeouts;
        _maxHandshakes = maxHandshakes;
        _context = Native.NewContext(Native.DtlsMethod());
        Configure(certificate);
    }

    public DtlsFingerprint Fingerprint { get; }

    /// <summary>Handshakes under way.</summary>
    public int HandshakeCount { get; private set; }

    public IDtlsConnection Connect(DtlsRole role, DtlsFingerprint remote, long nowUs)
    {
        if (HandshakeCount >= _maxHandshakes) return new RefusedConnection();

        HandshakeCount++;
        return new OpenSslConnection(_context, role, remote, _timeouts, nowUs, onSettled: () => HandshakeCount--);
    }

    public void Dispose() => _context.Dispose();

    private unsafe void Configure(DtlsCertificate certificate)
    {
        Native.SetVerify(_context, Native.VerifyPeer | Native.FailWithoutPeerCertificate, &Native.AcceptAnyCertificate);
        Native.SetOptions(_context, Native.NoQueryMtu | Native.NoTicket | Native.NoCompression | Native.NoRenegotiation);
        Native.ControlContext(_context, Native.SetSessionCacheMode, 0, text: null);
        Native.ControlContext(_context, Native.SetMaxCertificateList, DtlsLimits.MaxCertificateBytes, text: null);
        var done = Native.ControlContext(_context, Native.SetMinVersion, Native.Dtls12, text: null) == 1
            && Native.ControlContext(_context, Native.SetMaxVersion, Native.Dtls12, text: null) == 1
            && Native.ControlContext(_context, Native.SetGroups, 0, "X25519:P-256") == 1
            && Native.SetCiphers(_context, Ciphers) == 1
            && Native.SetSrtpProfiles(_context, SrtpProfiles) == 0
            && Native.UseCertificate(_context, certificate.Certificate.Length, certificate.Certificate) == 1
            && Native.UsePrivateKey(Native.EcKey, _context, certificate.PrivateKey, certificate.PrivateKey.Length) == 1;
        if (!done) throw new InvalidOperationException($"OpenSSL refused its configuration: {OpenSslConnection.TakeErrorReason()}.");
    }

    /// <summary>One handshake too many.</summary>
    private sealed class RefusedConnection : IDtlsConnection
    {
        public DtlsState State => DtlsState.Failed;
        public DtlsFailure Failure => DtlsFailure.TooManyHandshakes;
        public string? Detail => null;
        public SrtpKeys? Keys => null;
        public long? WakeAtUs => null;

        public void Handle(ReadOnlySpan<byte> datagram, long nowUs)
        {
        }

        public void Tick(long nowUs)
        {
        }

        public int Take(Span<byte> datagram) => 0;

        public void Close()
        {
        }

        public void Dispose()
        {
        }
    }
}
