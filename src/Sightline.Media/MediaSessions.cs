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
public sealed record MediaAnswer(long SessionId, string? Sdp, SdpProblem Problem, bool IsFull)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(MediaAnswer);
}

/// <summary>All sessions of one worker: finds the one a datagram is for, and lets those happen that are due.</summary>
internal sealed class MediaSessions : IDisposable
{
    /// <summary>All sessions are looked through at a tick, so there are not more of them than this.</summary>
    private const int MinTickUs = 2_000;

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
    private long _wakeAtUs = long.MaxValue;
    private long _tickedAtUs = -MinTickUs;

    public MediaSessions(
        MediaWorker worker, MediaWorkerOptions options, IReadOnlyList<IPAddress> addresses, int port, DateTimeOffset now)
    {
        _worker = worker;
        _options = options;
        _endpoint = new OpenSslEndpoint(DtlsCertificate.Create(now, CertificateLife), options.DtlsTimeouts);
        _candidates = [.. addresses.Select(address => TransportAddress.From(new IPEndPoint(address, port)))];
    }

    /// <summary>When <see cref="Tick"/> has something to do; may be too early, and late by <see cref="MinTickUs"/> at most.</summary>
    public long WakeAtUs => Math.Max(_wakeAtUs, _tickedAtUs + MinTickUs);

    public MediaAnswer Answer(string text, IMediaSink sink, long nowUs)
    {
        if (_byId.Count >= _options.MaxSessions) return new(SessionId: 0, Sdp: null, SdpProblem.None, IsFull: true);
        if (SdpOffer.Parse(text, out var problem) is not { } offer) return new(SessionId: 0, Sdp: null, problem, IsFull: false);

        var local = NewCredentials();
        var rtc = new RtcSession(
            new RtcSessionOptions(SdpAnswer.RoleFor(offer), offer.Fingerprint),
            new IceLite(local, offer.Ice, _options.IceTimeouts, nowUs),
            _endpoint,
            nowUs);
        var session = new MediaSession(_worker, ++_lastId, offer, local, rtc, sink);
        _byId.Add(session.Id, session);
        _byFragment.Add(KeyOf(local), session);
        return Agree(session);
    }

    /// <summary>Other credentials in the offer are an ICE restart; another certificate or origin would be another peer.</summary>
    public MediaAnswer AnswerAgain(long id, string text, long nowUs)
    {
        if (SdpOffer.Parse(text, out var problem) is not { } offer) return new(SessionId: 0, Sdp: null, problem, IsFull: false);
        if (!_byId.TryGetValue(id, out var session) || !IsSamePeer(session.Offer, offer))
            return new(SessionId: 0, Sdp: null, SdpProblem.None, IsFull: false);

        if (session.Offer.Ice != offer.Ice)
        {
            var local = NewCredentials();
            session.Rtc.RestartIce(local, offer.Ice, nowUs);
            _byFragment.Remove(session.PreviousKey);
            session.PreviousKey = KeyOf(session.Local);
            _byFragment.Add(KeyOf(local), session);
            session.Local = local;
        }

        session.Offer = offer;
        return Agree(session);
    }

    public bool Close(long id)
    {
        if (!_byId.TryGetValue(id, out var session)) return false;

        session.Rtc.Close();
        Settle(session);
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
            WakeBy(session, Math.Min(session.DueAtUs, session.Sink.WakeAtUs ?? long.MaxValue));
            return;
        }

        if (isStun && session.Rtc.IsValidated(from)) Learn(session, from);
        Settle(session);
        RemoveEnded();
    }

    public void Tick(long nowUs)
    {
        if (nowUs < WakeAtUs) return;

        _tickedAtUs = nowUs;
        _wakeAtUs = long.MaxValue;
        foreach (var session in _byId.Values)
        {
            if (nowUs < session.DueAtUs)
            {
                _wakeAtUs = Math.Min(_wakeAtUs, session.DueAtUs);
                continue;
            }

            session.Rtc.Tick(nowUs);
            session.Sink.Tick(nowUs);
            Settle(session);
        }

        RemoveEnded();
    }

    public void Dispose()
    {
        foreach (var session in _byId.Values) session.Rtc.Dispose();
        _endpoint.Dispose();
    }

    private static bool IsSamePeer(SdpOffer before, SdpOffer after) =>
        before.Origin == after.Origin && before.Fingerprint.Equals(after.Fingerprint);

    private static ulong KeyOf(IceCredentials local) =>
        BinaryPrimitives.ReadUInt64BigEndian(Encoding.ASCII.GetBytes(local.UsernameFragment));

    private MediaSession? FindByUsername(ReadOnlySpan<byte> datagram)
    {
        if (!StunMessage.TryParse(datagram, out var message)) return null;
        if (message.Username.IndexOf((byte)':') != IceCredentials.FragmentLetters) return null;
        return _byFragment.GetValueOrDefault(BinaryPrimitives.ReadUInt64BigEndian(message.Username));
    }

    private static IceCredentials NewCredentials()
    {
        Span<byte> random = stackalloc byte[IceCredentials.RandomBytes];
        RandomNumberGenerator.Fill(random);
        return IceCredentials.FromRandom(random);
    }

    private MediaAnswer Agree(MediaSession session)
    {
        var answer = SdpAnswer.Create(
            session.Offer,
            new SdpAnswerOptions(
                session.Id, ++session.Version, session.Local, _endpoint.Fingerprint, _candidates, _options.VideoCodecs));
        session.Sink.Agreed(session, answer);
        WakeBy(session, session.WakeAtUs);
        return new(session.Id, answer.Text, SdpProblem.None, IsFull: false);
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
    private void Settle(MediaSession session)
    {
        for (int bytes; (bytes = session.Rtc.Take(_outgoing, out var to)) > 0;) _worker.SendTo(_outgoing.AsSpan(0, bytes), to);

        if (session.Rtc.State != session.ToldState)
        {
            session.ToldState = session.Rtc.State;
            session.Sink.Changed(session.Rtc.State, session.Rtc.End);
            if (session.Rtc.State == RtcState.Ended) _ended.Add(session);
        }

        WakeBy(session, session.WakeAtUs);
    }

    private void WakeBy(MediaSession session, long atUs)
    {
        session.DueAtUs = atUs;
        _wakeAtUs = Math.Min(_wakeAtUs, atUs);
    }

    private void RemoveEnded()
    {
        foreach (var session in _ended)
        {
            foreach (var address in session.Addresses) _byAddress.Remove(address);
            _byFragment.Remove(KeyOf(session.Local));
            _byFragment.Remove(session.PreviousKey);
            _byId.Remove(session.Id);
            session.Rtc.Dispose();
        }

        _ended.Clear();
    }
}
