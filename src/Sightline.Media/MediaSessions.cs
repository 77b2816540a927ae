using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sightline.Rtc;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Dtls.OpenSsl;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Sdp;
using Sightline.Rtc.Session;
using Sightline.Rtc.Stun;

namespace Sightline.Media;

/// <summary>What a worker allows and waits for.</summary>
public sealed record MediaWorkerOptions
{
    public int MaxSessions { get; init; } = 1_000;
    public ImmutableArray<string> VideoCodecs { get; init; } = SdpAnswerOptions.RecordingCodecs;
    public IceTimeouts IceTimeouts { get; init; } = IceTimeouts.Default;
    public DtlsTimeouts DtlsTimeouts { get; init; } = DtlsTimeouts.Default;
}

/// <summary>What became of an offer.</summary>
/// <param name="Sdp">The answer; null when there is none.</param>
/// <param name="Problem">Why not, when it is the offer's fault.</param>
/// <param name="IsFull">The worker has as many sessions as it may.</param>
public sealed record MediaAnswer(long SessionId, string? Sdp, SdpProblem Problem, bool IsFull);

/// <summary>All sessions of one worker: finds the one a datagram is for, and lets those happen that are due.</summary>
internal sealed class MediaSessions : IDisposable
{
    private static readonly TimeSpan CertificateLife = TimeSpan.FromDays(30);

    private readonly MediaWorker _worker;
    private readonly MediaWorkerOptions _options;
    private readonly OpenSslEndpoint _endpoint;
    private readonly ImmutableArray<TransportAddress> _candidates;
    private readonly Dictionary<long, MediaSession> _byId = [];
    private readonly Dictionary<ulong, MediaSession> _byFragment = [];
    private readonly Dictionary<TransportAddress, MediaSession> _byAddress = [];
    private readonly List<MediaSession> _ended = [];
    private readonly byte[] _outgoing = new byte[StunMessage.MaxBytes];
    private long _lastId;

    public MediaSessions(
        MediaWorker worker, MediaWorkerOptions options, IReadOnlyList<IPAddress> addresses, int port, DateTimeOffset now)
    {
        _worker = worker;
        _options = options;
        _endpoint = new OpenSslEndpoint(DtlsCertificate.Create(now, CertificateLife), options.DtlsTimeouts);
        _candidates = [.. addresses.Select(address => TransportAddress.From(new IPEndPoint(address, port)))];
    }

    /// <summary>The earliest moment that any session waits for; may be too early, never too late.</summary>
    public long WakeAtUs { get; private set; } = long.MaxValue;

    /// <summary>Datagrams that the network did not take.</summary>
    public long UnsentCount { get; set; }

    public MediaAnswer Answer(string text, IMediaSink sink, long nowUs)
    {
        if (_byId.Count >= _options.MaxSessions) return new(SessionId: 0, Sdp: null, SdpProblem.None, IsFull: true);
        if (SdpOffer.Parse(text, out var problem) is not { } offer) return new(SessionId: 0, Sdp: null, problem, IsFull: false);

        Span<byte> random = stackalloc byte[IceCredentials.RandomBytes];
        RandomNumberGenerator.Fill(random);
        var local = IceCredentials.FromRandom(random);
        var id = ++_lastId;
        var answer = SdpAnswer.Create(
            offer, new SdpAnswerOptions(id, SessionVersion: 1, local, _endpoint.Fingerprint, _candidates, _options.VideoCodecs));
        var ice = new IceLite(local, offer.Ice, _options.IceTimeouts, nowUs);
        var rtc = new RtcSession(new RtcSessionOptions(answer.Role, offer.Fingerprint), ice, _endpoint, nowUs);
        Add(new MediaSession(_worker, id, KeyOf(local), rtc, sink), answer);
        return new(id, answer.Text, SdpProblem.None, IsFull: false);
    }

    public bool Close(long id, long nowUs)
    {
        if (!_byId.TryGetValue(id, out var session)) return false;

        session.Rtc.Close();
        Settle(session, nowUs);
        RemoveEnded();
        return true;
    }

    /// <summary>A check says by its username which session it is for; anything else by where it comes from.</summary>
    public void Handle(Span<byte> datagram, TransportAddress from, long nowUs)
    {
        var isStun = StunMessage.LooksLikeStun(datagram);
        var session = isStun ? FindByUsername(datagram) : _byAddress.GetValueOrDefault(from);
        if (session is null) return;

        var received = session.Rtc.Handle(datagram, from, nowUs);
        if (received.Kind != RtcPacketKind.None)
        {
            session.Sink.Received(received.Kind, datagram[..received.Length], nowUs);
            WakeAtUs = Math.Min(WakeAtUs, session.Sink.WakeAtUs ?? long.MaxValue);
            return;
        }

        if (isStun && session.Rtc.IsValidated(from)) Learn(session, from);
        Settle(session, nowUs);
        RemoveEnded();
    }

    public void Tick(long nowUs)
    {
        if (nowUs < WakeAtUs) return;

        WakeAtUs = long.MaxValue;
        foreach (var session in _byId.Values)
        {
            if (nowUs >= session.WakeAtUs)
            {
                session.Rtc.Tick(nowUs);
                session.Sink.Tick(nowUs);
            }

            Settle(session, nowUs);
        }

        RemoveEnded();
    }

    public void Dispose()
    {
        foreach (var session in _byId.Values) session.Rtc.Dispose();
        _endpoint.Dispose();
    }

    private static ulong KeyOf(IceCredentials local) =>
        BinaryPrimitives.ReadUInt64BigEndian(Encoding.ASCII.GetBytes(local.UsernameFragment));

    private MediaSession? FindByUsername(ReadOnlySpan<byte> datagram)
    {
        if (!StunMessage.TryParse(datagram, out var message)) return null;
        if (message.Username.IndexOf((byte)':') != IceCredentials.FragmentLetters) return null;
        return _byFragment.GetValueOrDefault(BinaryPrimitives.ReadUInt64BigEndian(message.Username));
    }

    private void Add(MediaSession session, SdpAnswer answer)
    {
        _byId.Add(session.Id, session);
        _byFragment.Add(session.Fragment, session);
        session.Sink.Begin(session, answer);
        WakeAtUs = Math.Min(WakeAtUs, session.WakeAtUs);
    }

    /// <summary>Remembers no more addresses of a session than its ICE agent does.</summary>
    private void Learn(MediaSession session, TransportAddress from)
    {
        if (_byAddress.TryGetValue(from, out var holder) && holder == session) return;

        holder?.Addresses.Remove(from);
        _byAddress[from] = session;
        session.Addresses.Add(from);
        if (session.Addresses.Count <= IceLite.MaxPaths) return;

        for (var i = session.Addresses.Count - 1; i >= 0; i--)
        {
            if (session.Rtc.IsValidated(session.Addresses[i])) continue;
            _byAddress.Remove(session.Addresses[i]);
            session.Addresses.RemoveAt(i);
        }
    }

    /// <summary>Sends what the session has to say, and tells the sink what has changed.</summary>
    private void Settle(MediaSession session, long nowUs)
    {
        for (int bytes; (bytes = session.Rtc.Take(_outgoing, out var to)) > 0;) _worker.SendTo(_outgoing.AsSpan(0, bytes), to);

        if (session.Rtc.State != session.ToldState)
        {
            session.ToldState = session.Rtc.State;
            session.Sink.Changed(session.Rtc.State, session.Rtc.End);
            if (session.Rtc.State == RtcState.Ended) _ended.Add(session);
        }

        WakeAtUs = Math.Min(WakeAtUs, session.WakeAtUs);
    }

    private void RemoveEnded()
    {
        foreach (var session in _ended)
        {
            foreach (var address in session.Addresses) _byAddress.Remove(address);
            _byFragment.Remove(session.Fragment);
            _byId.Remove(session.Id);
            session.Rtc.Dispose();
        }

        _ended.Clear();
    }
}
