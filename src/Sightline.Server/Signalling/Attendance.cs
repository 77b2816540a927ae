using Sightline.Calls;
using Sightline.Server.Calls;
using Sightline.Server.Nodes;
using Sightline.Signalling;
using Join = Sightline.Calls.Join;

namespace Sightline.Server.Signalling;

/// <summary>Writes down which devices of a call have a socket: a device without one has the grace time to come back.</summary>
internal sealed partial class Attendance(
    Switchboard switchboard, INodeBus bus, CallService calls, CallStore store, TimeProvider time, ILogger<Attendance> log)
{
    private const int MaxAttempts = 10;

    /// <summary>Longer than news takes from node to node, and much shorter than the grace time.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Writes down whether a device is here, until what is written is what is true: sockets of one device can come and go
    /// faster than the database answers. Not cancelled with the request: the request is over, the call is not.
    /// </summary>
    public async Task SettleAsync(Guid callId, PeerName peer)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var here = switchboard.IsHere(callId, peer);
            Command command = here ? new Join(peer.PersonId, peer.DeviceId) : new Lose(peer.PersonId, peer.DeviceId);
            await calls.DecideAsync(callId, command, CancellationToken.None);
            if (switchboard.IsHere(callId, peer) == here)
            {
                return;
            }
        }
    }

    /// <summary>
    /// A node that has not heard yet that this device is here may take it for lost, and write so: it is settled once more when
    /// everybody has heard.
    /// </summary>
    public void SettleAgain(Guid callId, PeerName peer)
    {
        if (bus.HasOthers)
        {
            _ = LookAgainAsync(callId, peer);
        }
    }

    /// <summary>
    /// A node that starts has no socket of anybody, and one that was killed told nobody so: every device of an unfinished call
    /// that no node holds is away until it comes back.
    /// </summary>
    public async Task LoseWhoIsGoneAsync(CancellationToken cancel)
    {
        foreach (var (callId, personId, deviceId) in await store.PresentDevicesAsync(cancel))
        {
            var peer = new PeerName(personId, deviceId);
            if (!switchboard.IsHere(callId, peer))
            {
                await SettleAsync(callId, peer);
            }
        }
    }

    private async Task LookAgainAsync(Guid callId, PeerName peer)
    {
        await Task.Delay(SecondLook, time);
        try
        {
            if (switchboard.IsHere(callId, peer))
            {
                await SettleAsync(callId, peer);
            }
        }
        catch (Exception exception)
        {
            LogNotSettled(exception, callId, peer.DeviceId);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Call {CallId}: whether a device is here could not be looked at again; device {DeviceId}")]
    private partial void LogNotSettled(Exception exception, Guid callId, Guid deviceId);
}
