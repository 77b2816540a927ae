using Sightline.Calls;
using Sightline.Server.People;
using Sightline.Server.Signalling;
using Sightline.Signalling;
using PersonName = Sightline.Signalling.PersonName;

namespace Sightline.Server.Calls;

/// <summary>Shows a call to everybody whom it concerns: devices in the call, and every other device of its people.</summary>
internal sealed class CallAnnouncer(Switchboard switchboard, PersonNames names)
{
    public async Task<CallView> ViewOfAsync(Call call) =>
        CallViews.ViewOf(call, await names.OfAsync(call.Participants.Select(p => p.PersonId), CancellationToken.None));

    public async Task<IReadOnlyList<CallView>> ViewsOfAsync(IReadOnlyList<Call> calls)
    {
        var known = await names.OfAsync(calls.SelectMany(call => call.Participants).Select(p => p.PersonId), CancellationToken.None);
        return [.. calls.Select(call => CallViews.ViewOf(call, known))];
    }

    public async Task<RingNotification> RingFor(Call call)
    {
        var known = await names.OfAsync([call.CallerId], CancellationToken.None);
        return new RingNotification(
            call.Id,
            CallViews.WireOf(call.Type),
            call.ChannelId,
            new PersonName(call.CallerId, known.GetValueOrDefault(call.CallerId, string.Empty)),
            call.RingExpiresAt);
    }

    public async Task RingAsync(Call call, Guid personId) => switchboard.Notify(personId, await RingFor(call));

    /// <summary>Tells the new picture and closes the call sockets of devices that are out of the call.</summary>
    public async Task AnnounceAsync(Call call)
    {
        var view = await ViewOfAsync(call);
        foreach (var device in switchboard.DevicesIn(call.Id))
        {
            Admit(call, device);
            device.Connection.Send(new CallUpdated(view));
            if (call.IsOver || device.Standing is not (WireStanding.Ringing or WireStanding.Joined))
            {
                device.Connection.Close(CloseCode.CallOver, call.IsOver ? "The call is over." : "The call was answered on another device.");
            }
        }

        foreach (var participant in call.Participants)
        {
            switchboard.Notify(participant.PersonId, new CallUpdatedNotification(view));
        }
    }

    /// <summary>Gives a device the standing that the call gives it: the one that answered is in, its siblings are out. A picture older than the last does nothing.</summary>
    public void Admit(Call call, CallDevice device)
    {
        var participant = call.Find(device.Peer.PersonId)!;
        var isTheOne = participant.DeviceId == device.Peer.DeviceId;
        switchboard.SetStanding(call.Id, device, call.Version, participant.Standing switch
        {
            Standing.Joined when isTheOne => WireStanding.Joined,
            Standing.Joined => WireStanding.Left,
            var standing => CallViews.WireOf(standing),
        });
    }
}
