using System.Collections.Concurrent;
using Sightline.Server.Nodes;
using Sightline.Server.People;
using Sightline.Signalling;

namespace Sightline.Server.Signalling;

/// <summary>
/// Who is on the line: notification sockets by person, devices by call, those that this node holds and those that other nodes
/// have told of. It holds sockets and nothing else; what is true of a call stands in the database. Whatever changes here is
/// posted to the other nodes under the lock, so that they hear of it in the order in which it happened.
/// </summary>
internal sealed partial class Switchboard(INodeBus bus, TimeProvider time) : IPresence
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<SocketConnection>> _people = [];
    private readonly Dictionary<Guid, Dictionary<PeerName, Device>> _calls = [];

    /// <summary>How many devices of a person take part in calls; people without any are not in it.</summary>
    private readonly Dictionary<Guid, int> _inCalls = [];

    private readonly ConcurrentDictionary<Guid, Presence> _presence = new();
    private long _lastSerial;

    /// <summary>Adds a notification socket; <c>false</c> when the person has too many.</summary>
    public bool TryAdd(Guid personId, SocketConnection connection)
    {
        lock (_lock)
        {
            if (BellsOf(personId) >= Limits.MaxNotificationSocketsPerPerson)
            {
                return false;
            }

            if (!_people.TryGetValue(personId, out var sockets))
            {
                _people[personId] = sockets = [];
            }

            sockets.Add(connection);
            bus.Post(new BellsChanged(personId, sockets.Count));
            Refresh(personId);
            return true;
        }
    }

    public void Remove(Guid personId, SocketConnection connection)
    {
        lock (_lock)
        {
            if (!_people.TryGetValue(personId, out var sockets) || !sockets.Remove(connection))
            {
                return;
            }

            if (sockets.Count == 0)
            {
                _people.Remove(personId);
            }

            bus.Post(new BellsChanged(personId, sockets.Count));
            Refresh(personId);
        }
    }

    /// <summary>
    /// The next socket's number, taken when its request comes: a device that reconnects may have two for a moment, and they
    /// need not join in the order in which it opened them.
    /// </summary>
    public long NextSerial()
    {
        lock (_lock)
        {
            return _lastSerial = Math.Max(_lastSerial + 1, time.GetUtcNow().UtcTicks);
        }
    }

    /// <summary>
    /// Adds a device to a call, in place of an older socket of the same device, which is returned where this node holds it, so
    /// that it can be closed. <paramref name="others"/> are the devices that were there already.
    /// </summary>
    public Entry Add(Guid callId, CallDevice device, out CallDevice? replaced, out IReadOnlyList<PeerView> others)
    {
        lock (_lock)
        {
            replaced = null;
            others = [];
            var devices = _calls.GetValueOrDefault(callId) ?? [];
            var before = devices.GetValueOrDefault(device.Peer);
            var ofPerson = devices.Keys.Count(peer => peer.PersonId == device.Peer.PersonId);
            if (before is null && ofPerson >= Limits.MaxCallSocketsPerPersonAndCall)
            {
                return Entry.TooManyDevices;
            }

            if (before?.Serial > device.Serial)
            {
                return Entry.Outrun;
            }

            replaced = before as CallDevice;
            others = [.. devices.Values.Where(other => other.Peer != device.Peer).Select(other => other.View)];
            Put(callId, device);
            bus.Post(new DeviceEntered(device.HeldIn(callId)));
            return Entry.Entered;
        }
    }

    /// <summary>Takes a device out of a call; <c>false</c> when a newer socket of the same device has taken its place.</summary>
    public bool Remove(Guid callId, CallDevice device, PeerLeftReason reason)
    {
        lock (_lock)
        {
            if (Get(callId, device.Peer) != device)
            {
                return false;
            }

            Take(callId, device);
            bus.Post(new DeviceExited(callId, device.Peer, device.Serial, reason));
            return true;
        }
    }

    /// <summary>Whether any node holds a socket of this device.</summary>
    public bool IsHere(Guid callId, PeerName peer)
    {
        lock (_lock)
        {
            return Get(callId, peer) is not null;
        }
    }

    /// <summary>The devices of a call that this node holds.</summary>
    public IReadOnlyList<CallDevice> DevicesIn(Guid callId)
    {
        lock (_lock)
        {
            return _calls.TryGetValue(callId, out var devices) ? [.. devices.Values.OfType<CallDevice>()] : [];
        }
    }

    /// <summary>Sends a message to one device in a call; <c>false</c> when no node holds it.</summary>
    public bool TrySend(Guid callId, PeerName to, ServerMessage message)
    {
        Device? device;
        lock (_lock)
        {
            device = Get(callId, to);
        }

        switch (device)
        {
            case CallDevice here:
                here.Connection.Send(message);
                return true;
            case DistantDevice there:
                bus.Post(there.NodeId, new PeerTold(callId, to, new RawJson(Codec.Encode(message))));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Tells the devices of a call that this node holds, but not the one that it is about.</summary>
    public void TellPeersHere(Guid callId, PeerName about, ServerMessage message)
    {
        foreach (var device in DevicesIn(callId).Where(device => device.Peer != about))
        {
            device.Connection.Send(message);
        }
    }

    /// <summary>A device's standing has changed, and with it perhaps what its person is doing.</summary>
    /// <returns>The standing before.</returns>
    public WireStanding SetStanding(Guid callId, CallDevice device, int version, WireStanding standing)
    {
        lock (_lock)
        {
            var was = device.Standing;
            if (version < device.Version)
            {
                return was;
            }

            device.Version = version;
            if (was != standing)
            {
                Stand(callId, device, standing);
            }

            return was;
        }
    }

    /// <summary>Whether a device of this person waits to be rung, at whichever node.</summary>
    public bool HasBell(Guid personId)
    {
        lock (_lock)
        {
            return BellsOf(personId) > 0;
        }
    }

    /// <summary>Tells all notification sockets of a person, at every node.</summary>
    public void Notify(Guid personId, Notification notification)
    {
        var bytes = Codec.Encode(notification);
        NotifyHere(personId, bytes);
        bus.Post(new PersonTold(personId, new RawJson(bytes)));
    }

    /// <summary>Tells the notification sockets that this node holds.</summary>
    public void NotifyHere(Guid personId, ReadOnlyMemory<byte> notification)
    {
        SocketConnection[] sockets;
        lock (_lock)
        {
            sockets = _people.TryGetValue(personId, out var list) ? [.. list] : [];
        }

        SendTo(sockets, notification);
    }

    /// <summary>Closes every socket of this node: something that they should have heard may be lost, and clients connect again.</summary>
    public void CloseAll()
    {
        SocketConnection[] sockets;
        lock (_lock)
        {
            sockets =
            [
                .. _people.Values.SelectMany(list => list),
                .. _calls.Values.SelectMany(devices => devices.Values).OfType<CallDevice>().Select(device => device.Connection),
            ];
        }

        foreach (var socket in sockets)
        {
            socket.Close(CloseCode.GoingAway, "Connect again.");
        }
    }

    public Presence Of(Guid personId) => _presence.GetValueOrDefault(personId, Presence.Offline);

    public IReadOnlyCollection<Guid> Here => [.. _presence.Keys];

    private static void SendTo(SocketConnection[] sockets, ReadOnlyMemory<byte> message)
    {
        foreach (var socket in sockets)
        {
            socket.Send(message);
        }
    }

    private Device? Get(Guid callId, PeerName peer) =>
        _calls.TryGetValue(callId, out var devices) ? devices.GetValueOrDefault(peer) : null;

    /// <summary>Puts a device into a call, in the place of an older socket of the same device.</summary>
    private void Put(Guid callId, Device device)
    {
        if (!_calls.TryGetValue(callId, out var devices))
        {
            _calls[callId] = devices = [];
        }

        var before = devices.GetValueOrDefault(device.Peer);
        devices[device.Peer] = device;
        CountIn(device.Peer.PersonId, Counted(device.Standing) - (before is null ? 0 : Counted(before.Standing)));
    }

    private void Take(Guid callId, Device device)
    {
        var devices = _calls[callId];
        devices.Remove(device.Peer);
        if (devices.Count == 0)
        {
            _calls.Remove(callId);
        }

        CountIn(device.Peer.PersonId, -Counted(device.Standing));
    }

    private void Stand(Guid callId, Device device, WireStanding standing)
    {
        var before = Counted(device.Standing);
        device.Standing = standing;
        if (Get(callId, device.Peer) != device)
        {
            return;
        }

        CountIn(device.Peer.PersonId, Counted(standing) - before);
        if (device is CallDevice)
        {
            bus.Post(new DeviceStands(device.HeldIn(callId)));
        }
    }

    private static int Counted(WireStanding standing) => standing == WireStanding.Joined ? 1 : 0;

    private void CountIn(Guid personId, int change)
    {
        if (change == 0)
        {
            return;
        }

        var count = _inCalls.GetValueOrDefault(personId) + change;
        if (count == 0)
        {
            _inCalls.Remove(personId);
        }
        else
        {
            _inCalls[personId] = count;
        }

        Refresh(personId);
    }

    /// <summary>Under the lock, so that two changes cannot be told in the wrong order.</summary>
    private void Refresh(Guid personId)
    {
        var presence = _inCalls.ContainsKey(personId) ? Presence.InCall : BellsOf(personId) > 0 ? Presence.Online : Presence.Offline;
        if (Of(personId) == presence)
        {
            return;
        }

        if (presence == Presence.Offline)
        {
            _presence.TryRemove(personId, out _);
        }
        else
        {
            _presence[personId] = presence;
        }

        SocketConnection[] others = [.. _people.Where(pair => pair.Key != personId).SelectMany(pair => pair.Value)];
        if (others.Length > 0)
        {
            SendTo(others, Codec.Encode(new PresenceNotification(personId, WireOf(presence))));
        }
    }

    private static WirePresence WireOf(Presence presence) => presence switch
    {
        Presence.Offline => WirePresence.Offline,
        Presence.Online => WirePresence.Online,
        Presence.InCall => WirePresence.InCall,
    };
}
