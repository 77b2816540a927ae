using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Signalling;

/// <summary>The other end of the server's sockets: what a device does, message by message, over a real connection.</summary>
internal sealed class DeviceSocket : IAsyncDisposable
{
    /// <summary>Only ever reached by a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[2 * Limits.MaxMessageBytes];
    private Channel<JsonObject>? _heard;
    private Task _listening = Task.CompletedTask;

    public int? CloseCode => (int?)_socket.CloseStatus;

    public static async Task<DeviceSocket> OpenAsync(Uri address, params (string Name, string Value)[] headers)
    {
        var device = new DeviceSocket();
        device._socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
        {
            device._socket.Options.SetRequestHeader(name, value);
        }

        using var patience = new CancellationTokenSource(Patience);
        await device._socket.ConnectAsync(address, patience.Token);
        return device;
    }

    public Task SendAsync(ClientMessage message) => SendAsync(Codec.Encode(message));

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(bytes, type, endOfMessage: true, patience.Token);
    }

    /// <summary>The next message, or <c>null</c> when the server has closed.</summary>
    public async Task<JsonObject?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        if (_heard is null)
        {
            return await ReadAsync(patience.Token);
        }

        return await _heard.Reader.WaitToReadAsync(patience.Token) && _heard.Reader.TryRead(out var message) ? message : null;
    }

    /// <summary>
    /// Reads on its own from here: heartbeats are answered only while somebody reads, and a test that is busy with other
    /// sockets for longer than the server waits would lose this one.
    /// </summary>
    public DeviceSocket Listen()
    {
        _heard = Channel.CreateUnbounded<JsonObject>();
        _listening = ListenAsync(_heard.Writer);
        return this;
    }

    /// <summary>Skips messages until one of this type, and of these properties, arrives.</summary>
    public async Task<JsonObject> ExpectAsync(string type, params (string Name, string? Value)[] properties)
    {
        while (await ReceiveAsync() is { } message)
        {
            if ((string?)message["type"] == type && properties.All(property => message[property.Name]?.ToString() == property.Value))
            {
                return message;
            }
        }

        throw new InvalidOperationException($"The server closed with {CloseCode} before it sent {type}.");
    }

    /// <summary>Skips messages until the call is in this state.</summary>
    public async Task<JsonObject> ExpectCallAsync(string state)
    {
        while (true)
        {
            var call = (await ExpectAsync("call_updated"))["call"]!.AsObject();
            if ((string?)call["state"] == state)
            {
                return call;
            }
        }
    }

    /// <summary>Skips pictures of the call until this holds of one.</summary>
    public async Task<JsonObject> ExpectCallAsync(Func<JsonObject, bool> holds)
    {
        while (true)
        {
            var call = (await ExpectAsync("call_updated"))["call"]!.AsObject();
            if (holds(call))
            {
                return call;
            }
        }
    }

    /// <summary>Skips messages until the server closes, and says with which code.</summary>
    public async Task<int?> ExpectCloseAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        return CloseCode;
    }

    /// <summary>A ping that comes back: everything sent before has been handled.</summary>
    public async Task SettleAsync()
    {
        var id = Guid.NewGuid().ToString("N");
        await SendAsync(new Ping(id));
        await ExpectAsync("pong", ("id", id));
    }

    /// <summary>As when the network goes: no goodbye.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _listening;
    }

    private async Task ListenAsync(ChannelWriter<JsonObject> heard)
    {
        try
        {
            while (await ReadAsync(CancellationToken.None) is { } message)
            {
                heard.TryWrite(message);
            }

            heard.Complete();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever wants another message learns why there is none.
            heard.Complete(exception);
        }
    }

    private async Task<JsonObject?> ReadAsync(CancellationToken cancel)
    {
        var length = 0;
        while (true)
        {
            var result = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancel);
                return null;
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                return JsonNode.Parse(_buffer.AsSpan(0, length))!.AsObject();
            }
        }
    }
}
