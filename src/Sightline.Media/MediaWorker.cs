using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sightline.Media;

/// <summary>
/// One UDP socket and one thread that alone touches all sessions, so nothing is locked: it reads a burst, lets what is due
/// happen, runs what others have asked for, and waits. Sessions are pure; this is the shell around them.
/// </summary>
public sealed class MediaWorker : IDisposable
{
    /// <summary>Requests of other threads that wait for the worker.</summary>
    public const int MaxRequests = 1024;

    /// <summary>Times that everything is read before timers and requests have their turn.</summary>
    private const int MaxReads = 4;

    /// <summary>
    /// Where datagrams keep coming, they are read together so often: each wake of the thread costs as much as several of them.
    /// </summary>
    private const int GatherMs = 1;

    private const int MaxWaitUs = 1_000_000;
    private const int SocketBufferBytes = 4 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly TimeProvider _clock;
    private readonly long _startedAt;
    private readonly Datagrams _datagrams;
    private readonly ManualResetEvent _never = new(initialState: false);
    private readonly SocketAddress _to;
    private readonly IPEndPoint _self;
    private readonly ConcurrentQueue<Action> _requests = new();
    private readonly Thread _thread;
    private readonly MediaSessions _sessions;
    private volatile bool _isStopping;

    /// <param name="bind">Where to listen; port 0 takes any. IPv6Any listens on IPv4 as well.</param>
    /// <param name="addresses">Where peers reach this node, most wanted first.</param>
    public MediaWorker(IPEndPoint bind, IReadOnlyList<IPAddress> addresses, MediaWorkerOptions options, TimeProvider clock)
    {
        _clock = clock;
        _startedAt = clock.GetTimestamp();
        _socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = SocketBufferBytes,
            SendBufferSize = SocketBufferBytes,
        };
        if (bind.AddressFamily == AddressFamily.InterNetworkV6) _socket.DualMode = true;
        _socket.Bind(bind);
        _datagrams = new Datagrams(_socket);
        _to = new SocketAddress(bind.AddressFamily);

        var port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _self = new IPEndPoint(Loopback(bind.Address), port);
        _sessions = new MediaSessions(this, options, addresses, port, clock.GetUtcNow());
        _thread = new Thread(Run) { IsBackground = true, Name = "media" };
        _thread.Start();
    }

    /// <summary>When its µs began, as a timestamp of its clock.</summary>
    public long StartedAt => _startedAt;

    public bool IsStopped => _isStopping;

    /// <summary>Begins a session for a peer's offer.</summary>
    public Task<MediaAnswer> AnswerAsync(string offer, IMediaSink sink) => AskAsync(() => _sessions.Answer(offer, sink, NowUs()));

    /// <summary>Goes on with a session after a new offer of its peer: other media, or an ICE restart.</summary>
    public Task<MediaAnswer> AnswerAgainAsync(long sessionId, string offer) =>
        AskAsync(() => _sessions.AnswerAgain(sessionId, offer, NowUs()));

    /// <summary>Says goodbye to a peer; false when there is no such session.</summary>
    public Task<bool> CloseAsync(long sessionId) => AskAsync(() => _sessions.Close(sessionId));

    public void Dispose()
    {
        _isStopping = true;
        Wake();
        _thread.Join();
        _sessions.Dispose();
        _datagrams.Dispose();
        _never.Dispose();
        _socket.Dispose();
    }

    /// <summary>On the worker's thread. A datagram that the network does not take is lost, as any may be.</summary>
    internal void SendTo(ReadOnlySpan<byte> datagram, Rtc.TransportAddress to)
    {
        SocketAddresses.Write(to, _to);
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, _to);
        }
        catch (SocketException)
        {
            // There may be no route to there any more; the session ends when its consent does.
        }
    }

    private static IPAddress Loopback(IPAddress bound)
    {
        if (bound.Equals(IPAddress.Any)) return IPAddress.Loopback;
        return bound.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bound;
    }

    private long NowUs() => (long)_clock.GetElapsedTime(_startedAt).TotalMicroseconds;

    private Task<T> AskAsync<T>(Func<T> work)
    {
        ObjectDisposedException.ThrowIf(_isStopping, this);
        if (_requests.Count >= MaxRequests) return Task.FromException<T>(new InvalidOperationException("The media worker is overloaded."));

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue(() => done.SetResult(work()));
        Wake();
        return done.Task;
    }

    /// <summary>A datagram to oneself ends the wait; its first byte belongs to no protocol.</summary>
    private void Wake() => _socket.SendTo([byte.MaxValue], _self);

    /// <summary>In whole ms: the socket waits no shorter ones, and would be asked again and again until the time has come.</summary>
    private int WaitUs() => (int)(Math.Ceiling(Math.Clamp(_sessions.WakeAtUs - NowUs(), 0, MaxWaitUs) / 1_000.0) * 1_000);

    private void Run()
    {
        var lastReadUs = 0L;
        while (!_isStopping)
        {
            while (_requests.TryDequeue(out var request)) request();
            _sessions.Tick(NowUs());

            if (!_socket.Poll(WaitUs(), SelectMode.SelectRead)) continue;

            if (NowUs() - lastReadUs < GatherMs * 1_000) _never.WaitOne(GatherMs);
            var count = Datagrams.Max;
            for (var reads = 0; reads < MaxReads && count == Datagrams.Max; reads++)
            {
                count = _datagrams.Read();
                lastReadUs = NowUs();
                for (var i = 0; i < count; i++) _sessions.Handle(_datagrams[i], _datagrams.From(i), lastReadUs);
            }
        }

        while (_requests.TryDequeue(out var request)) request();
    }
}
