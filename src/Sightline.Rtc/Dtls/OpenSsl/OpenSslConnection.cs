using System.Runtime.InteropServices;
using Sightline.Rtc.Srtp;

namespace Sightline.Rtc.Dtls.OpenSsl;

/// <summary>
/// One connection. OpenSSL's own retransmission runs by the wall clock, so here time that is handed in decides, and the last
/// flight is sent again as it was. A server needs no more: whoever lacks its last flight repeats its own, and gets it. A
/// client asks OpenSSL first, which then numbers the records anew: other servers would take the same numbers for a replay.
/// </summary>
internal sealed class OpenSslConnection : IDtlsConnection
{
    private const string ExporterLabel = "EXTRACTOR-dtls_srtp";

    private readonly SslSession _session;
    private readonly nint _incoming;
    private readonly nint _outgoing;
    private readonly DtlsRole _role;
    private readonly DtlsFingerprint _remote;
    private readonly DtlsTimeouts _timeouts;
    private readonly Action _onSettled;
    private readonly DtlsFlight _flight = new();
    private readonly long _giveUpAtUs;
    private long _retransmitMs;
    private long? _retransmitAtUs;
    private int _lastFlightRepeats;

    public unsafe OpenSslConnection(
        SslContext context, DtlsRole role, DtlsFingerprint remote, DtlsTimeouts timeouts, long nowUs, Action onSettled)
    {
        _role = role;
        _remote = remote;
        _timeouts = timeouts;
        _onSettled = onSettled;
        _giveUpAtUs = nowUs + (timeouts.HandshakeMs * 1000L);

        _session = Native.NewSession(context);
        _incoming = NewMemory();
        _outgoing = NewMemory();
        Native.SetBio(_session, _incoming, _outgoing);
        Native.ControlSession(_session, Native.SetMtu, DtlsLimits.MaxDatagramBytes, 0);
        if (role == DtlsRole.Server)
        {
            Native.SetServer(_session);
            Native.SetTimer(_session, &Native.NoTimer);
        }
        else
        {
            Native.SetClient(_session);
            Step(nowUs);
        }
    }

    public DtlsState State { get; private set; }
    public DtlsFailure Failure { get; private set; }
    public string? Detail { get; private set; }
    public SrtpKeys? Keys { get; private set; }

    public long? WakeAtUs => State == DtlsState.Handshaking ? Math.Min(_retransmitAtUs ?? _giveUpAtUs, _giveUpAtUs) : null;

    public void Handle(ReadOnlySpan<byte> datagram, long nowUs)
    {
        Tick(nowUs);
        if (State is DtlsState.Closed or DtlsState.Failed) return;
        if (!DtlsRecord.LooksLikeDtls(datagram) || datagram.Length > DtlsLimits.MaxReceivedBytes) return;

        Native.WriteBio(_incoming, datagram, datagram.Length);
        if (State == DtlsState.Handshaking)
            Step(nowUs);
        else
            Listen(datagram);

        // What OpenSSL left of a broken datagram must not meet the next one.
        Native.ControlBio(_incoming, Native.BioReset, 0, 0);
    }

    public void Tick(long nowUs)
    {
        if (State != DtlsState.Handshaking) return;
        if (nowUs >= _giveUpAtUs)
        {
            Fail(DtlsFailure.TimedOut);
            return;
        }

        if (_retransmitAtUs is null || nowUs < _retransmitAtUs) return;

        Native.ClearErrors();
        var renumbered = _role == DtlsRole.Client && Native.ControlSession(_session, Native.HandleTimeout, 0, 0) > 0 && Collect();
        if (!renumbered) _flight.Rewind();
        _retransmitMs = Math.Min(2 * _retransmitMs, _timeouts.MaxRetransmitMs);
        _retransmitAtUs = nowUs + (_retransmitMs * 1000);
    }

    public int Take(Span<byte> datagram) => _flight.Take(datagram);

    public void Close()
    {
        if (State != DtlsState.Connected) return;

        Native.ClearErrors();
        Native.Shutdown(_session);
        Collect();
        State = DtlsState.Closed;
    }

    public void Dispose()
    {
        if (State == DtlsState.Handshaking) Settle(DtlsState.Closed);
        _session.Dispose();
    }

    /// <summary>The oldest error of this thread in the library's words.</summary>
    internal static string? TakeErrorReason() => Marshal.PtrToStringUTF8(Native.ErrorReason(Native.TakeError()));

    private static nint NewMemory()
    {
        var bio = Native.NewBio(Native.MemoryMethod());
        // Empty means "come back", not "closed".
        Native.ControlBio(bio, Native.BioSetEndReturn, -1, 0);
        return bio;
    }

    /// <summary>Goes on with the handshake as far as what has arrived allows.</summary>
    private void Step(long nowUs)
    {
        Native.ClearErrors();
        var result = Native.DoHandshake(_session);
        var error = result == 1 ? 0 : Native.GetError(_session, result);
        if (error is not (0 or Native.WantsRead)) Detail = TakeErrorReason() ?? $"SSL error {error}";

        if (Collect())
        {
            _retransmitMs = _timeouts.RetransmitMs;
            _retransmitAtUs = nowUs + (_retransmitMs * 1000);
        }

        if (result == 1)
            Finish();
        else if (error != Native.WantsRead)
            Fail(DtlsFailure.Refused);
    }

    private void Finish()
    {
        // The last flight of a handshake is the server's; a client that has it is through.
        if (_role == DtlsRole.Client) _flight.Clear();

        if (!HasExpectedCertificate())
        {
            Native.Shutdown(_session);
            Collect();
            Fail(DtlsFailure.WrongFingerprint);
        }
        else if (ExportKeys() is { } keys)
        {
            Keys = keys;
            Settle(DtlsState.Connected);
        }
        else
        {
            Fail(DtlsFailure.NoSrtpProfile);
        }
    }

    /// <summary>After the handshake: a goodbye, or a peer that lacks our last flight. Application data is not for us.</summary>
    private void Listen(ReadOnlySpan<byte> datagram)
    {
        Native.ClearErrors();
        Span<byte> ignored = stackalloc byte[DtlsLimits.MaxReceivedBytes];
        while (Native.Read(_session, ignored, ignored.Length) > 0)
        {
        }

        if ((Native.GetShutdown(_session) & Native.ReceivedShutdown) != 0) State = DtlsState.Closed;

        var repeats = Collect() || DtlsRecord.HasHandshake(datagram);
        if (!repeats) return;
        if (_lastFlightRepeats++ < DtlsLimits.MaxLastFlightRepeats)
            _flight.Rewind();
        else
            _flight.Clear();
    }

    /// <summary>Makes what OpenSSL has written the flight; false when it has written nothing.</summary>
    private bool Collect()
    {
        var bytes = (int)Native.ControlBio(_outgoing, Native.BioPending, 0, 0);
        if (bytes == 0) return false;

        Span<byte> records = bytes <= DtlsLimits.MaxFlightBytes ? new byte[bytes] : [];
        Native.ReadBio(_outgoing, records, records.Length);
        Native.ControlBio(_outgoing, Native.BioReset, 0, 0);
        return _flight.Replace(records);
    }

    private unsafe bool HasExpectedCertificate()
    {
        var certificate = Native.GetPeerCertificate(_session);
        if (certificate == 0) return false;

        try
        {
            var bytes = Native.EncodeCertificate(certificate, null);
            if (bytes is <= 0 or > DtlsLimits.MaxCertificateBytes) return false;

            var encoded = new byte[bytes];
            fixed (byte* start = encoded)
            {
                var end = start;
                bytes = Native.EncodeCertificate(certificate, &end);
            }

            return bytes == encoded.Length && _remote.Matches(encoded);
        }
        finally
        {
            Native.FreeCertificate(certificate);
        }
    }

    private unsafe SrtpKeys? ExportKeys()
    {
        var selected = Native.GetSrtpProfile(_session);
        if (selected is null) return null;

        var profile = (SrtpProfile)selected->Id;
        Span<byte> material = stackalloc byte[SrtpKeys.MaterialBytes(profile)];
        var exported = Native.Export(_session, material, material.Length, ExporterLabel, ExporterLabel.Length, 0, 0, 0);
        return exported == 1 ? new SrtpKeys(profile, material, _role) : null;
    }

    private void Fail(DtlsFailure failure)
    {
        Failure = failure;
        Settle(DtlsState.Failed);
    }

    private void Settle(DtlsState state)
    {
        State = state;
        _retransmitAtUs = null;
        _onSettled();
    }
}
