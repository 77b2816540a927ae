using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Sightline.Server.Telemetry;
using Sightline.Signalling;

namespace Sightline.Server.Signalling;

/// <summary>Why the server closes a socket (docs/protocol.md).</summary>
internal enum CloseCode
{
    CallOver = 4000,
    NotSignedIn = 4001,
    NotAParticipant = 4003,
    NotJoined = 4008,
    TooFast = 4029,
    GoingAway = (int)WebSocketCloseStatus.EndpointUnavailable,
    TooBig = (int)WebSocketCloseStatus.MessageTooBig,
    NotText = (int)WebSocketCloseStatus.InvalidMessageType,
    Normal = (int)WebSocketCloseStatus.NormalClosure,
}

/// <summary>What came out of a socket.</summary>
internal enum Received
{
    Message,
    TooLarge,
    NotText,
    Closed,
}

/// <summary>
/// One WebSocket: a bounded queue out, one message at a time in. Anybody may send or close, from any thread; only the owner
/// of the socket's request receives.
/// </summary>
internal sealed class SocketConnection(WebSocket socket, TimeProvider time, ServerMetrics? metrics = null) : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(Limits.MaxQueuedMessagesPerSocket) { SingleReader = true });

    private readonly CancellationTokenSource _gone = new();
    private Closing? _closing;
    private Task _sending = Task.CompletedTask;
    private ITimer? _givingUp;

    /// <summary>Set when the other end is gone, or has not answered this end's close in time.</summary>
    public CancellationToken Gone => _gone.Token;

    public void Start() => _sending = SendQueuedAsync();

    public void Send(ServerMessage message) => Send(Codec.Encode(message));

    /// <summary>Queues a message. A reader that is so slow that the queue is full loses its socket, not the server its memory.</summary>
    public void Send(ReadOnlyMemory<byte> message)
    {
        // Whoever completes the queue is the first to find it full: it counts once, and what is disposed is left alone.
        if (!_queue.Writer.TryWrite(message) && _queue.Reader.Count >= Limits.MaxQueuedMessagesPerSocket && _queue.Writer.TryComplete())
        {
            metrics?.Overrun();
            _gone.Cancel();
            socket.Abort();
        }
    }

    /// <summary>Closes after what is queued has been sent. The first reason wins.</summary>
    public void Close(CloseCode code, string reason)
    {
        Interlocked.CompareExchange(ref _closing, new Closing(code, reason), comparand: null);
        _queue.Writer.TryComplete();
    }

    /// <summary>Receives one message into <paramref name="buffer"/>, which is emptied first. Once this end has closed, what still comes is dropped.</summary>
    public async ValueTask<Received> ReceiveAsync(ArrayBufferWriter<byte> buffer, CancellationToken cancel)
    {
        buffer.ResetWrittenCount();
        try
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer.GetMemory(), cancel);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return Received.Closed;
                }

                if (_closing is not null)
                {
                    continue;
                }

                if (result.MessageType != WebSocketMessageType.Text)
                {
                    return Received.NotText;
                }

                buffer.Advance(result.Count);
                if (buffer.WrittenCount > Limits.MaxMessageBytes)
                {
                    return Received.TooLarge;
                }

                if (result.EndOfMessage)
                {
                    return Received.Message;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            return Received.Closed;
        }
    }

    /// <summary>
    /// Sends what is queued, then the close, and waits for the other end's: to hang up on unread bytes would reset the
    /// connection, and the other end would never read why.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Close(CloseCode.Normal, string.Empty);
        await _sending;
        if (socket.State == WebSocketState.CloseSent)
        {
            await ReceiveAsync(new ArrayBufferWriter<byte>(), _gone.Token);
        }

        if (_givingUp is not null)
        {
            await _givingUp.DisposeAsync();
        }

        _gone.Dispose();
    }

    private async Task SendQueuedAsync()
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync())
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, _gone.Token);
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                var (code, reason) = _closing ?? new Closing(CloseCode.Normal, string.Empty);
                using var timeout = new CancellationTokenSource(CloseTimeout, time);
                await socket.CloseOutputAsync((WebSocketCloseStatus)(int)code, reason, timeout.Token);
            }

            _givingUp = time.CreateTimer(static gone => ((CancellationTokenSource)gone!).Cancel(), _gone, CloseTimeout, Timeout.InfiniteTimeSpan);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The other end is gone; its own loop notices and cleans up.
            socket.Abort();
            _queue.Writer.TryComplete();
            await _gone.CancelAsync();
        }
    }

    private sealed record Closing(CloseCode Code, string Reason);
}
