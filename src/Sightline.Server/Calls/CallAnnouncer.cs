using Sightline.Calls;
using Sightline.Server.Nodes;
using Sightline.Server.People;
using Sightline.Server.Push;
using Sightline.Server.Recordings;
using Sightline.Server.Signalling;
using Sightline.Signalling;
using PersonName = Sightline.Signalling.PersonName;

namespace Sightline.Server.Calls;

/// <summary>Shows a call to everybody whom it concerns: devices in the call, and every other device of its people.</summary>
internal sealed class CallAnnouncer(Switchboard switchboard, INodeBus bus, PersonNames names, CallStore store, PushBell push, RecordingLegs legs)
{
    public async Task<CallView> ViewOfAsync(Call call) =>
        CallViews.ViewOf(call, await names.OfAsync(call.Participants.Select(p => p.PersonId), CancellationToken.None));

    public async Task<IReadOnlyList<CallView>> ViewsOfAsync(IReadOnlyList<Call> calls)
    {
        var known = await names.OfAsync(calls.SelectMany(call => call.Participants).Select(p => p.PersonId), CancellationToken.None);
        return [.. calls.Select(call => CallViews.ViewOf(call, known))];
    }

    public async Task<RingNotification> RingForAsync(Call call, Guid personId)
    {
        var known = await names.OfAsync([call.CallerId], CancellationToken.None);
        return new RingNotification(
            call.Id,
            CallViews.WireOf(call.Type),
            call.ChannelId,
            new PersonName(call.CallerId, known.GetValueOrDefault(call.CallerId, string.Empty)),
            call.Find(personId)!.RingExpiresAt ?? call.RingExpiresAt);
    }

    /// <summary>Rings the person's open pages, or wakes a browser where there is none.</summary>
    public async Task RingAsync(Call call, Guid personId)
    {
        if (switchboard.HasBell(personId))
        {
            switchboard.Notify(personId, await RingForAsync(call, personId));
        }
        else
        {
            push.Ring(call, personId);
        }
    }

    /// <summary>The person rings no more; open pages see that in the call.</summary>
    public void Silence(Call call, Guid personId) => push.Silence(call.Id, personId);

    /// <summary>Tells a person's devices how many missed calls there are to look at; where none is open, nobody counts.</summary>
    public async Task TellMissedAsync(Guid personId)
    {
        if (switchboard.HasBell(personId))
        {
            switchboard.Notify(personId, new MissedCallsNotification(await store.CountUnseenAsync(personId, CancellationToken.None)));
        }
    }

    /// <summary>Shows the new picture at every node.</summary>
    public async Task AnnounceAsync(Call call)
    {
        var view = await ViewOfAsync(call);
        Show(view);
        bus.Post(new CallChanged(view));
    }

    /// <summary>Tells the new picture at this node, and closes the call sockets of devices that go out of the call with it.</summary>
    public void Show(CallView view)
    {
        legs.Follow(view);
        foreach (var device in switchboard.DevicesIn(view.CallId))
        {
            var mayStay = Admit(view, device);
            device.Connection.Send(new CallUpdated(view));
            if (!mayStay)
            {
                device.Connection.Close(CloseCode.CallOver, IsOver(view) ? "The call is over." : "The call is over for this device.");
            }
        }

        var notification = Codec.Encode(new CallUpdatedNotification(view));
        foreach (var participant in view.Participants)
        {
            switchboard.NotifyHere(participant.PersonId, notification);
        }
    }

    /// <summary>
    /// Gives a device the standing that the call gives it: the one that answered is in, its siblings are out. A picture older
    /// than the last does nothing.
    /// </summary>
    /// <returns>Whether the device may stay: it rings, is in, or was out before and may yet come in.</returns>
    public bool Admit(CallView call, CallDevice device)
    {
        var participant = call.Participants.Single(p => p.PersonId == device.Peer.PersonId);
        var isSibling = participant.Standing == WireStanding.Joined && participant.DeviceId != device.Peer.DeviceId;
        var standing = isSibling ? WireStanding.Left : participant.Standing;
        var before = switchboard.SetStanding(call.CallId, device, call.Version, standing);
        return !IsOver(call) && !isSibling && (IsUp(device.Standing) || !IsUp(before));

        static bool IsUp(WireStanding standing) => standing is WireStanding.Ringing or WireStanding.Joined;
    }

    private static bool IsOver(CallView call) => call.State == WireCallState.Ended;
}
