using System.Text;
using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Ice;

/// <summary>
/// An ICE-lite agent (RFC 8445 §2.5): it has host candidates only, is always controlled, answers checks and sends none of its
/// own. The peer's checks nominate a path, and by going on arriving they are its consent to receive over that path. A check
/// without the right credentials gets no answer, so nobody can have packets sent to somebody else.
/// </summary>
public sealed class IceLite : IIceAgent
{
    /// <summary>Addresses of the peer that are remembered; beyond it, the one that was silent longest is forgotten.</summary>
    public const int MaxPaths = 16;

    private readonly IceTimeouts _timeouts;
    private readonly Path[] _paths = new Path[MaxPaths];
    private int _pathCount;
    private Credentials _current;

    /// <summary>Valid after a restart until the peer nominates with the new ones: its answer may be on the way.</summary>
    private Credentials? _previous;
    private TransportAddress? _selected;
    private long _connectBeforeUs;

    public IceLite(IceCredentials local, IceCredentials remote, IceTimeouts timeouts, long nowUs)
    {
        _timeouts = timeouts;
        _current = new Credentials(local, remote);
        _connectBeforeUs = nowUs + (timeouts.ConnectMs * 1000L);
    }

    public IceState State { get; private set; }

    /// <summary>Where to send to: the peer's address that it nominated last and still sends checks from.</summary>
    public TransportAddress? Selected => _selected;

    /// <summary>When <see cref="Tick"/> has something to do; null when it has not.</summary>
    public long? WakeAtUs
    {
        get
        {
            if (State == IceState.Failed) return null;

            long? wakeAtUs = State == IceState.Waiting ? _connectBeforeUs : null;
            foreach (ref readonly var path in _paths.AsSpan(0, _pathCount))
            {
                var expiresAtUs = ExpiresAtUs(path);
                if (wakeAtUs is null || expiresAtUs < wakeAtUs) wakeAtUs = expiresAtUs;
            }

            return wakeAtUs;
        }
    }

    /// <summary>Whether an authentic check has come from there within the consent time: only then is anything else read.</summary>
    public bool IsValidated(TransportAddress from) => Find(from) >= 0;

    /// <summary>Takes a Binding request.</summary>
    /// <param name="response">At least <see cref="StunMessage.MaxBytes"/>; the answer, to be sent to <paramref name="from"/>.</param>
    /// <returns>Bytes of the answer; 0 when there is none.</returns>
    public int Handle(scoped in StunMessage message, TransportAddress from, long nowUs, Span<byte> response)
    {
        Tick(nowUs);
        if (message.Type != StunType.BindingRequest) return 0;

        var isCurrent = _current.Match(message);
        var credentials = isCurrent ? _current : _previous;
        if (credentials is null || (!isCurrent && !credentials.Match(message))) return 0;

        if (message.UnknownRequired != 0) return Refuse(message, StunError.UnknownAttribute, credentials, response);
        if (message.Controlled is not null) return Refuse(message, StunError.RoleConflict, credentials, response);

        if (State != IceState.Failed)
        {
            Validate(from, nowUs);
            if (message.UseCandidate) Nominate(from, isCurrent);
        }

        var writer = new StunWriter(response, StunType.BindingResponse, message.TransactionId);
        writer.XorMappedAddress(from);
        writer.Integrity(credentials.LocalPassword);
        writer.Fingerprint();
        return writer.Length;
    }

    /// <summary>Never any: only the peer checks.</summary>
    public int TakeCheck(Span<byte> datagram, out TransportAddress to)
    {
        to = default;
        return 0;
    }

    /// <summary>Lets time pass: consent ends where no check came.</summary>
    public void Tick(long nowUs)
    {
        for (var i = _pathCount - 1; i >= 0; i--)
        {
            if (nowUs < ExpiresAtUs(_paths[i])) continue;

            if (_paths[i].Address == _selected) _selected = null;
            _paths[i] = _paths[--_pathCount];
        }

        if (_selected is null && State == IceState.Connected) SelectAnother(nowUs);
        if (State == IceState.Waiting && nowUs >= _connectBeforeUs) State = IceState.Failed;
    }

    /// <summary>New credentials on both sides (RFC 8445 §9). The old path is used until the peer nominates one anew.</summary>
    public void Restart(IceCredentials local, IceCredentials remote, long nowUs)
    {
        _previous = _current;
        _current = new Credentials(local, remote);
        _connectBeforeUs = nowUs + (_timeouts.ConnectMs * 1000L);
        if (State == IceState.Failed) State = IceState.Waiting;
    }

    private static int Refuse(scoped in StunMessage request, int code, Credentials credentials, Span<byte> response)
    {
        var writer = new StunWriter(response, StunType.BindingError, request.TransactionId);
        writer.ErrorCode(code);
        if (code == StunError.UnknownAttribute) writer.UnknownAttribute(request.UnknownRequired);
        writer.Integrity(credentials.LocalPassword);
        writer.Fingerprint();
        return writer.Length;
    }

    private long ExpiresAtUs(in Path path) => path.HeardAtUs + (_timeouts.ConsentMs * 1000L);

    private void Validate(TransportAddress from, long nowUs)
    {
        var at = Find(from);
        if (at < 0)
        {
            at = _pathCount < MaxPaths ? _pathCount++ : Stalest();
            _paths[at] = new Path { Address = from };
        }

        _paths[at].HeardAtUs = nowUs;
    }

    /// <summary>The latest nomination counts: a peer that changes networks nominates again.</summary>
    private void Nominate(TransportAddress from, bool withCurrent)
    {
        _paths[Find(from)].Nominated = true;
        _selected = from;
        State = IceState.Connected;
        if (withCurrent) _previous = null;
    }

    private void SelectAnother(long nowUs)
    {
        var latest = -1;
        for (var i = 0; i < _pathCount; i++)
        {
            if (_paths[i].Nominated && (latest < 0 || _paths[i].HeardAtUs > _paths[latest].HeardAtUs)) latest = i;
        }

        if (latest >= 0)
            _selected = _paths[latest].Address;
        else
            State = _previous is not null && nowUs < _connectBeforeUs ? IceState.Waiting : IceState.Failed;
    }

    private int Stalest()
    {
        var stalest = -1;
        for (var i = 0; i < _pathCount; i++)
        {
            if (_paths[i].Address != _selected && (stalest < 0 || _paths[i].HeardAtUs < _paths[stalest].HeardAtUs)) stalest = i;
        }

        return stalest;
    }

    private int Find(TransportAddress address)
    {
        for (var i = 0; i < _pathCount; i++)
        {
            if (_paths[i].Address == address) return i;
        }

        return -1;
    }

    private struct Path
    {
        public TransportAddress Address;
        public long HeardAtUs;
        public bool Nominated;
    }

    private sealed class Credentials(IceCredentials local, IceCredentials remote)
    {
        private readonly byte[] _username = Encoding.ASCII.GetBytes($"{local.UsernameFragment}:{remote.UsernameFragment}");
        private readonly byte[] _localPassword = Encoding.ASCII.GetBytes(local.Password);

        public ReadOnlySpan<byte> LocalPassword => _localPassword;

        public bool Match(scoped in StunMessage request) =>
            request.Username.SequenceEqual(_username) && request.HasIntegrity(_localPassword);
    }
}
