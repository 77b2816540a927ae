using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Ice;

/// <summary>
/// The side that begins: it checks the peer's candidates from one socket, nominates the first that answers, and goes on
/// checking it for consent (RFC 8445, RFC 7675). It is for peers with a public address, such as ICE-lite ones: it gathers no
/// candidates of its own and does not change roles.
/// </summary>
public sealed class IceControlling : IIceAgent
{
    /// <summary>Candidates of the peer that are checked; further ones are left out.</summary>
    public const int MaxCandidates = 16;

    private const int FirstRetryMs = 100;
    private const int MaxRetryMs = 1_600;
    private const int ConsentCheckMs = 2_500;
    private const uint HostPriority = (126u << 24) | (65_535u << 8) | 255;

    private readonly IceTimeouts _timeouts;
    private readonly Candidate[] _candidates;
    private readonly ulong _tieBreaker;
    private Credentials _credentials;
    private long _connectBeforeUs;
    private uint _checkCount;
    private long _nowUs;
    private int _nominated = -1;
    private int _selected = -1;

    /// <param name="remoteCandidates">Where the peer may be, most wanted first.</param>
    /// <param name="tieBreaker">Random.</param>
    public IceControlling(
        IceCredentials local,
        IceCredentials remote,
        ImmutableArray<TransportAddress> remoteCandidates,
        ulong tieBreaker,
        IceTimeouts timeouts,
        long nowUs)
    {
        _timeouts = timeouts;
        _tieBreaker = tieBreaker;
        _credentials = new Credentials(local, remote);
        _candidates = [.. remoteCandidates.Take(MaxCandidates).Select(address => new Candidate(address))];
        _nowUs = nowUs;
        _connectBeforeUs = nowUs + (timeouts.ConnectMs * 1000L);
    }

    public IceState State { get; private set; }

    public TransportAddress? Selected => _selected < 0 || State == IceState.Failed ? null : _candidates[_selected].Address;

    public long? WakeAtUs
    {
        get
        {
            if (State == IceState.Failed) return null;

            var wakeAtUs = State == IceState.Waiting ? _connectBeforeUs : _candidates[_selected].HeardAtUs + ConsentUs;
            foreach (var candidate in _candidates) wakeAtUs = Math.Min(wakeAtUs, candidate.NextCheckAtUs);
            return wakeAtUs;
        }
    }

    private long ConsentUs => _timeouts.ConsentMs * 1000L;

    public bool IsValidated(TransportAddress from)
    {
        var at = Find(from);
        return at >= 0 && _candidates[at].HasAnswered && _nowUs < _candidates[at].HeardAtUs + ConsentUs;
    }

    public int Handle(scoped in StunMessage message, TransportAddress from, long nowUs, Span<byte> response)
    {
        Tick(nowUs);
        if (message.Type == StunType.BindingResponse) Take(message, from, nowUs);
        return message.Type == StunType.BindingRequest ? Answer(message, from, response) : 0;
    }

    public int TakeCheck(Span<byte> datagram, out TransportAddress to)
    {
        to = default;
        if (State == IceState.Failed) return 0;

        for (var i = 0; i < _candidates.Length; i++)
        {
            var candidate = _candidates[i];
            if (_nowUs < candidate.NextCheckAtUs) continue;

            to = candidate.Address;
            candidate.CheckId = ++_checkCount;
            candidate.CheckNominates = i == _nominated;
            candidate.Schedule(_nowUs);
            return Write(datagram, candidate);
        }

        return 0;
    }

    public void Tick(long nowUs)
    {
        _nowUs = Math.Max(_nowUs, nowUs);
        var isLost = State == IceState.Connected && _nowUs >= _candidates[_selected].HeardAtUs + ConsentUs;
        if (isLost || (State == IceState.Waiting && _nowUs >= _connectBeforeUs)) State = IceState.Failed;
    }

    public void Restart(IceCredentials local, IceCredentials remote, long nowUs)
    {
        _nowUs = nowUs;
        _credentials = new Credentials(local, remote);
        _connectBeforeUs = nowUs + (_timeouts.ConnectMs * 1000L);
        _nominated = -1;
        if (State == IceState.Failed) State = IceState.Waiting;
        foreach (var candidate in _candidates) candidate.Reset(nowUs);
    }

    private void Take(scoped in StunMessage response, TransportAddress from, long nowUs)
    {
        var at = Find(from);
        if (at < 0 || !response.HasIntegrity(_credentials.RemotePassword)) return;

        var candidate = _candidates[at];
        Span<byte> expected = stackalloc byte[12];
        WriteId(expected, candidate.CheckId);
        if (candidate.CheckId == 0 || !response.TransactionId.SequenceEqual(expected)) return;

        candidate.HeardAtUs = nowUs;
        candidate.HasAnswered = true;
        candidate.RetryMs = FirstRetryMs;
        candidate.NextCheckAtUs = nowUs + (ConsentCheckMs * 1000L);
        if (candidate.CheckNominates && at == _nominated)
        {
            _selected = at;
            State = IceState.Connected;
        }
        else if (_nominated < 0)
        {
            _nominated = at;
            candidate.NextCheckAtUs = nowUs;
        }
    }

    /// <summary>A peer that is not lite checks as well, and is told that it is heard.</summary>
    private int Answer(scoped in StunMessage request, TransportAddress from, Span<byte> response)
    {
        if (!request.Username.SequenceEqual(_credentials.LocalUsername) || !request.HasIntegrity(_credentials.LocalPassword)) return 0;

        var writer = new StunWriter(response, StunType.BindingResponse, request.TransactionId);
        writer.XorMappedAddress(from);
        writer.Integrity(_credentials.LocalPassword);
        writer.Fingerprint();
        return writer.Length;
    }

    private int Write(Span<byte> datagram, Candidate candidate)
    {
        Span<byte> id = stackalloc byte[12];
        WriteId(id, candidate.CheckId);
        var writer = new StunWriter(datagram, StunType.BindingRequest, id);
        writer.Username(_credentials.RemoteUsername);
        writer.Priority(HostPriority);
        writer.Controlling(_tieBreaker);
        if (candidate.CheckNominates) writer.UseCandidate();
        writer.Integrity(_credentials.RemotePassword);
        writer.Fingerprint();
        return writer.Length;
    }

    /// <summary>Unique; nobody who could guess it could sign a response.</summary>
    private void WriteId(Span<byte> id, uint check)
    {
        BinaryPrimitives.WriteUInt64BigEndian(id, _tieBreaker);
        BinaryPrimitives.WriteUInt32BigEndian(id[8..], check);
    }

    private int Find(TransportAddress address)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            if (_candidates[i].Address == address) return i;
        }

        return -1;
    }

    private sealed class Candidate(TransportAddress address)
    {
        public TransportAddress Address { get; } = address;
        public uint CheckId { get; set; }
        public bool CheckNominates { get; set; }
        public bool HasAnswered { get; set; }
        public long HeardAtUs { get; set; }
        public long NextCheckAtUs { get; set; }
        public int RetryMs { get; set; } = FirstRetryMs;

        public void Schedule(long nowUs)
        {
            NextCheckAtUs = nowUs + (RetryMs * 1000L);
            RetryMs = Math.Min(2 * RetryMs, MaxRetryMs);
        }

        public void Reset(long nowUs) => (CheckId, CheckNominates, NextCheckAtUs, RetryMs) = (0, false, nowUs, FirstRetryMs);
    }

    private sealed class Credentials(IceCredentials local, IceCredentials remote)
    {
        private readonly byte[] _remoteUsername = Encoding.ASCII.GetBytes($"{remote.UsernameFragment}:{local.UsernameFragment}");
        private readonly byte[] _localUsername = Encoding.ASCII.GetBytes($"{local.UsernameFragment}:{remote.UsernameFragment}");
        private readonly byte[] _remotePassword = Encoding.ASCII.GetBytes(remote.Password);
        private readonly byte[] _localPassword = Encoding.ASCII.GetBytes(local.Password);

        public ReadOnlySpan<byte> RemoteUsername => _remoteUsername;
        public ReadOnlySpan<byte> LocalUsername => _localUsername;
        public ReadOnlySpan<byte> RemotePassword => _remotePassword;
        public ReadOnlySpan<byte> LocalPassword => _localPassword;
    }
}
