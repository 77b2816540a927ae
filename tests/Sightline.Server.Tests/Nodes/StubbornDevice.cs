using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Nodes;

/// <summary>
/// A device that keeps what was not acknowledged and says it again when either side's socket comes back, as clients have to
/// (docs/protocol.md), but never because of time: whatever a server loses without saying so stays lost.
/// </summary>
internal sealed class StubbornDevice(Func<Task<DeviceSocket>> open, PeerName self, PeerName other) : IAsyncDisposable
{
    private readonly SemaphoreSlim _speaking = new(1);
    private readonly List<long> _open = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DeviceSocket? _socket;
    private Task _running = Task.CompletedTask;
    private long _lastSent;
    private long _lastTaken;
    private bool _isPeerThere;

    /// <summary>How often the socket was lost.</summary>
    public int Losses { get; private set; }

    public void Start() => _running = RunAsync();

    /// <summary>One more message, which arrives now or when it can.</summary>
    public async Task SayAsync()
    {
        await _speaking.WaitAsync();
        try
        {
            _open.Add(++_lastSent);
            if (_isPeerThere)
            {
                await SendAsync(_lastSent);
            }
        }
        finally
        {
            _speaking.Release();
        }
    }

    /// <summary>Everything was acknowledged, and this much was taken from the other.</summary>
    public Task UntilAsync(int taken) => Processes.UntilAsync(() => _open.Count == 0 && _lastTaken >= taken);

    public async ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        _socket?.Abort();
        await _running;
        _speaking.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopped.Task.IsCompleted)
        {
            try
            {
                _socket = await open();
                await _socket.SendAsync(new Join(self.DeviceId));
                while (await _socket.ReceiveAsync() is { } message)
                {
                    await HearAsync(message);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                // Comes back.
            }

            _isPeerThere = false;
            Losses++;
        }
    }

    private async Task HearAsync(JsonObject message)
    {
        await _speaking.WaitAsync();
        try
        {
            switch ((string?)message["type"])
            {
                case "joined" when message["peers"]!.AsArray().Any(peer => (string?)peer!["peer"] == other.ToString()):
                case "peer_joined":
                    _isPeerThere = true;
                    foreach (var seq in _open)
                    {
                        await SendAsync(seq);
                    }

                    break;
                case "peer_left":
                    _isPeerThere = false;
                    break;
                case "ack":
                    _open.RemoveAll(seq => seq <= (long)message["seq"]!);
                    break;
                case "offer":
                    if ((long)message["seq"]! == _lastTaken + 1)
                    {
                        _lastTaken++;
                    }

                    await _socket!.SendAsync(new Ack(other, _lastTaken));
                    break;
            }
        }
        finally
        {
            _speaking.Release();
        }
    }

    private async Task SendAsync(long seq)
    {
        try
        {
            await _socket!.SendAsync(new Offer(other, seq, "v=0\r\n" + new string('x', seq % 4 == 0 ? 9_000 : 300)));
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Sent again when the socket is back.
        }
    }
}
