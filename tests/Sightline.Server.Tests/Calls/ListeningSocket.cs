using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Sightline.Server.Signalling;

namespace Sightline.Server.Tests.Calls;

/// <summary>The far end of a server's socket without a network in between: it hears of calls and remembers the newest picture.</summary>
internal sealed class ListeningSocket : WebSocket
{
    /// <summary>Only ever reached by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketCloseStatus? _closeStatus;

    public ListeningSocket()
    {
        Connection = new SocketConnection(this, TimeProvider.System);
        Connection.Start();
    }

    /// <summary>The server's end.</summary>
    public SocketConnection Connection { get; }

    /// <summary>The picture of the highest version so far.</summary>
    public JsonObject? Call { get; private set; }

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _closed.Task;

    public override WebSocketCloseStatus? CloseStatus => _closeStatus;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => _closeStatus is null ? WebSocketState.Open : WebSocketState.CloseSent;

    public override string? SubProtocol => null;

    public async Task<JsonObject> HearAsync(int version)
    {
        while (true)
        {
            Task heard;
            lock (_lock)
            {
                if (Call is { } call && (int)call["version"]! >= version)
                {
                    return call;
                }

                heard = _heard.Task;
            }

            await heard.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (JsonNode.Parse(buffer.AsSpan())!["call"] is JsonObject call)
        {
            lock (_lock)
            {
                if (Call is null || (int)call["version"]! > (int)Call["version"]!)
                {
                    Call = call;
                    _heard.SetResult();
                    _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }

        return Task.CompletedTask;
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        _closeStatus = closeStatus;
        _closed.TrySetResult();
        return Task.CompletedTask;
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
        throw new NotSupportedException("It only listens.");

    public override void Abort() => _closed.TrySetResult();

    public override void Dispose() => Abort();
}
