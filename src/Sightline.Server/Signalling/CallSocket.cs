using Sightline.Calls;
using Sightline.Server.Calls;
using Sightline.Server.Nodes;
using Sightline.Server.Telemetry;
using Sightline.Signalling;
using Accept = Sightline.Signalling.Accept;
using Join = Sightline.Signalling.Join;
using Leave = Sightline.Signalling.Leave;

namespace Sightline.Server.Signalling;

/// <summary>
/// One device in one call: <c>/ws/call/{id}</c>. It checks each message and either passes it to another peer or hands it to
/// the call's rules. It keeps no message: who sends keeps, until the other side has acknowledged.
/// </summary>
internal sealed partial class CallSocket(
    Switchboard switchboard,
    INodeBus bus,
    Attendance attendance,
    CallService calls,
    CallAnnouncer announcer,
    ServerMetrics metrics,
    WebRtcLog webRtc,
    TimeProvider time,
    ILogger<CallSocket> log)
{
    public async Task RunAsync(Guid personId, string callIdText, long serial, SocketConnection connection, CancellationToken cancel)
    {
        // A call of others, one that never was and something that is no id all look the same from outside.
        if (!Guid.TryParse(callIdText, out var callId) || !await calls.IsParticipantAsync(callId, personId, cancel))
        {
            connection.Close(CloseCode.NotAParticipant, "Not a participant of this call.");
            return;
        }

        var reader = new SocketReader(connection, metrics, time);
        if (await ReadJoinAsync(reader, connection, personId, cancel) is not { } join)
        {
            return;
        }

        var device = new CallDevice(new PeerName(personId, join.DeviceId), serial, connection);
        var left = false;
        try
        {
            if (!await EnterAsync(callId, device, cancel))
            {
                return;
            }

            while (!left && await reader.ReadAsync(cancel) is { } message)
            {
                left = await HandleAsync(callId, device, message, cancel);
            }
        }
        finally
        {
            await device.Answering;
            await ExitAsync(callId, device, left);
        }
    }

    /// <summary>Until a device has said who it is, everything else is answered with <c>not_joined</c>; it has a limited time.</summary>
    private async Task<Join?> ReadJoinAsync(SocketReader reader, SocketConnection connection, Guid personId, CancellationToken cancel)
    {
        await using var timeout = time.CreateTimer(
            _ => connection.Close(CloseCode.NotJoined, "This device has not joined in time."),
            state: null, Limits.JoinTimeout, Timeout.InfiniteTimeSpan);
        while (await reader.ReadAsync(cancel) is { } message)
        {
            switch (message)
            {
                case Join join when IsForged(join, new PeerName(personId, join.DeviceId)):
                    metrics.Dropped(ErrorCode.ForgedFrom);
                    connection.Send(new Error(ErrorCode.ForgedFrom, "A device speaks for itself only.", "join"));
                    break;
                case Join join:
                    return join;
                case Ping ping:
                    connection.Send(new Pong(ping.Id));
                    break;
                default:
                    metrics.Dropped(ErrorCode.NotJoined);
                    connection.Send(new Error(ErrorCode.NotJoined, "Send join first.", InReplyTo: null));
                    break;
            }
        }

        return null;
    }

    private async Task<bool> EnterAsync(Guid callId, CallDevice device, CancellationToken cancel)
    {
        var result = await calls.DecideAsync(callId, new Sightline.Calls.Join(device.Peer.PersonId, device.Peer.DeviceId), cancel);
        if (result is not CallResult.Done { Call: var call })
        {
            await TurnAwayAsync(callId, device.Connection, result, cancel);
            return false;
        }

        device.TraceId = call.TraceId;
        var view = await announcer.ViewOfAsync(call);
        announcer.Admit(view, device);
        switch (switchboard.Add(callId, device, out var replaced, out var others))
        {
            case Entry.TooManyDevices:
                device.Connection.Close(CloseCode.TooFast, "Too many devices in this call.");
                return false;
            case Entry.Outrun:
                device.Connection.Close(CloseCode.Normal, "This device has a newer socket.");
                return false;
            case Entry.Entered:
                replaced?.Connection.Close(CloseCode.Normal, "This device has a newer socket.");
                break;
        }

        device.Connection.Send(new Joined(device.Peer, view, others));
        switchboard.TellPeersHere(callId, device.Peer, new PeerJoined(device.Peer, device.Peer.PersonId, device.Standing));

        // The call may have moved on between the decision and the registration, and nobody would have told this device. This
        // node remembers what it did itself; what others did is in the database.
        var now = bus.HasOthers ? await calls.FindAsync(callId, cancel) : await calls.RecallAsync(callId, cancel);
        if (now is not null && now.Version > call.Version)
        {
            var newer = await announcer.ViewOfAsync(now);
            var mayStay = announcer.Admit(newer, device);
            device.Connection.Send(new CallUpdated(newer));
            if (!mayStay)
            {
                device.Connection.Close(CloseCode.CallOver, "The call is over for this device.");
            }

            await attendance.SettleAsync(callId, device.Peer);
        }

        attendance.SettleAgain(callId, device.Peer);
        return true;
    }

    /// <summary>Shows a device that comes too late how the call stands, then closes.</summary>
    private async Task TurnAwayAsync(Guid callId, SocketConnection connection, CallResult result, CancellationToken cancel)
    {
        if (await calls.FindAsync(callId, cancel) is { } call)
        {
            connection.Send(new CallUpdated(await announcer.ViewOfAsync(call)));
        }

        if (result is CallResult.Refused { Reason: RejectReason.AnsweredElsewhere })
        {
            connection.Send(new Error(ErrorCode.AnsweredElsewhere, "Another device takes part for this person.", "join"));
        }

        connection.Close(CloseCode.CallOver, "The call is over for this device.");
    }

    /// <summary>Handles one message; <c>true</c> when the device says goodbye.</summary>
    private async ValueTask<bool> HandleAsync(Guid callId, CallDevice device, ClientMessage message, CancellationToken cancel)
    {
        var (personId, deviceId) = (device.Peer.PersonId, device.Peer.DeviceId);
        if (IsForged(message, device.Peer))
        {
            metrics.Dropped(ErrorCode.ForgedFrom);
            device.Connection.Send(new Error(ErrorCode.ForgedFrom, "A device speaks for itself only.", InReplyTo: null));
            return false;
        }

        switch (message)
        {
            case PeerMessage forPeer when MaySay(device, forPeer):
                Relay(callId, device, forPeer);
                return false;
            case Ping ping:
                device.Connection.Send(new Pong(ping.Id));
                return false;
        }

        await device.Answering;
        switch (message)
        {
            case PeerMessage forPeer when MaySay(device, forPeer):
                Relay(callId, device, forPeer);
                return false;
            case PeerMessage:
                metrics.Dropped(ErrorCode.NotAccepted);
                device.Connection.Send(new Error(ErrorCode.NotAccepted, "Accept the call first.", InReplyTo: null));
                return false;
            case Accept:
                device.Answering = AnswerAsync(callId, device, cancel);
                return false;
            case MediaReport report:
                await DecideAsync(callId, device, new ReportMedia(personId, deviceId, CallViews.From(report.MediaState)), "media_state", cancel);
                return false;
            case EndCall:
                await DecideAsync(callId, device, new End(personId), "end_call", cancel);
                return false;
            case Leave:
                await DecideAsync(callId, device, new Sightline.Calls.Leave(personId, deviceId), "leave", cancel);
                return true;
            case Join:
                device.Connection.Send(new Error(ErrorCode.InvalidTransition, "This socket has joined already.", "join"));
                return false;
            default:
                throw new InvalidOperationException("A message that nobody handles.");
        }
    }

    /// <summary>
    /// A ringing device only listens: no address of a person leaves before that person has answered. The answer itself need
    /// not wait until it is known who was first: that of another device is let go with its connection.
    /// </summary>
    private static bool MaySay(CallDevice device, PeerMessage message) =>
        device.Standing == WireStanding.Joined || message is Ack || (device.IsAnswering && message is Answer or IceCandidatesBatch);

    /// <summary>Hands on what the device may say: it is not asked again, because an answer under way changes its standing.</summary>
    private void Relay(Guid callId, CallDevice device, PeerMessage message)
    {
        if (message.To == device.Peer || !switchboard.TrySend(callId, message.To, message.Relay(device.Peer)))
        {
            metrics.Dropped(ErrorCode.PeerUnavailable);
            device.Connection.Send(new Error(ErrorCode.PeerUnavailable, "That peer is not here now.", InReplyTo: null));
        }
        else
        {
            metrics.Relayed(message);
            webRtc.Relayed(message, callId, device.TraceId, device.Peer.DeviceId);
        }
    }

    /// <summary>Nobody waits for it but what follows the accept, so it ends the socket itself where it fails.</summary>
    private async Task AnswerAsync(Guid callId, CallDevice device, CancellationToken cancel)
    {
        // The description follows at once, and the other side needs it sooner than the database needs this.
        await Task.Yield();
        try
        {
            await DecideAsync(callId, device, new Sightline.Calls.Accept(device.Peer.PersonId, device.Peer.DeviceId), "accept", cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The socket has gone, and the device will say it again on the next.
        }
        catch (Exception exception)
        {
            LogAnswerNotStored(exception, callId, device.TraceId, device.Peer.DeviceId);
            device.Connection.Close(CloseCode.GoingAway, "The answer could not be stored.");
        }
    }

    private async Task DecideAsync(Guid callId, CallDevice device, Command command, string type, CancellationToken cancel)
    {
        switch (await calls.DecideAsync(callId, command, cancel))
        {
            case CallResult.Refused { Reason: RejectReason.AnsweredElsewhere }:
                device.Connection.Send(new Error(ErrorCode.AnsweredElsewhere, "Another device takes part for this person.", type));
                break;
            case CallResult.Refused { Reason: RejectReason.NoRoom }:
                device.Connection.Send(new Error(ErrorCode.InvalidTransition, "The call has as many people as it can have.", type));
                break;
            case CallResult.Refused or CallResult.NotFound:
                device.Connection.Send(new Error(ErrorCode.InvalidTransition, "The call does not allow that now.", type));
                break;
            case CallResult.Done:
                break;
        }
    }

    private async Task ExitAsync(Guid callId, CallDevice device, bool left)
    {
        var reason = left ? PeerLeftReason.Left : PeerLeftReason.Lost;
        if (switchboard.Remove(callId, device, reason))
        {
            switchboard.TellPeersHere(callId, device.Peer, new PeerLeft(device.Peer, reason));
        }

        if (left)
        {
            return;
        }

        try
        {
            await attendance.SettleAsync(callId, device.Peer);
        }
        catch (Exception exception)
        {
            LogLossNotStored(exception, callId, device.TraceId, device.Peer.DeviceId);
        }
    }

    private static bool IsForged(ClientMessage message, PeerName peer) => message.From is { } from && from != peer;

    [LoggerMessage(2, LogLevel.Error, "Call {CallId}: an answer could not be stored; device {DeviceId}, trace {TraceId:N}")]
    private partial void LogAnswerNotStored(Exception exception, Guid callId, Guid traceId, Guid deviceId);

    [LoggerMessage(1, LogLevel.Error, "Call {CallId}: the loss of a device could not be stored; device {DeviceId}, trace {TraceId:N}")]
    private partial void LogLossNotStored(Exception exception, Guid callId, Guid traceId, Guid deviceId);
}
