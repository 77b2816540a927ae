using System.Collections.Concurrent;
using Sightline.Server.People;
using Sightline.Signalling;

namespace Sightline.Server.Signalling;

/// <summary>One device in one call, as this node holds its socket.</summary>
internal sealed class CallDevice(PeerName peer, SocketConnection connection)
{
    public PeerName Peer { get; } = peer;

    public SocketConnection Connection { get; } = connection;

    /// <summary>Ringing devices may listen, not speak.</summary>
    public WireStanding Standing { get; set; } = WireStanding.Ringing;

    /// <summary>The version of the call that gave it this standing: announcements may overtake each other.</summary>
    public int Version { get; set; }

    public PeerView View => new(Peer, Peer.PersonId, Standing);
}

/// <summary>
/// Who is on the line at this node: notification sockets by person, call sockets by call. It holds sockets and nothing else;
/// what is true of a call stands in the database.
/// </summary>
internal sealed class Switchboard : IPresence
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<SocketConnection>> _people = [];
    private readonly Dictionary<Guid, Dictionary<PeerName, CallDevice>> _calls = [];

    /// <summary>How many devices of a person take part in calls; people without any are not in it.</summary>
    private readonly Dictionary<Guid, int> _inCalls = [];

    private readonly ConcurrentDictionary<Guid, Presence> _presence = new();

    /// <summary>Adds a notification socket; <c>false</c> when the person has too many.</summary>
    public bool TryAdd(Guid personId, SocketConnection connection)
    {
        lock (_lock)
        {
            if (!_people.TryGetValue(personId, out var sockets))
            {
                _people[personId] = sockets = [];
            }

            if (sockets.Count >= Limits.MaxNotificationSocketsPerPerson)
            {
                return false;
            }

            sockets.Add(connection);
            Refresh(personId);
            return true;
        }
    }

    public void Remove(Guid personId, SocketConnection connection)
    {
        lock (_lock)
        {
            if (_people.TryGetValue(personId, out var sockets) && sockets.Remove(connection) && sockets.Count == 0)
            {
                _people.Remove(personId);
            }

            Refresh(personId);
        }
    }

    /// <summary>
    /// Adds a device to a call, in place of an older socket of the same device, which is returned so that it can be closed.
    /// <paramref name="others"/> are the devices that were there already. <c>false</c> when the person has too many.
    /// </summary>
    public bool TryAdd(Guid callId, CallDevice device, out CallDevice? replaced, out IReadOnlyList<CallDevice> others)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var devices))
            {
                _calls[callId] = devices = [];
            }

            devices.TryGetValue(device.Peer, out replaced);
            if (replaced is null && devices.Keys.Count(peer => peer.PersonId == device.Peer.PersonId) >= Limits.MaxCallSocketsPerPersonAndCall)
            {
                others = [];
                return false;
            }

            others = [.. devices.Values.Where(other => other.Peer != device.Peer)];
            devices[device.Peer] = device;
            CountIn(device.Peer.PersonId, Counted(device) - (replaced is null ? 0 : Counted(replaced)));
            return true;
        }
    }

    /// <summary>Takes a device out of a call; <c>false</c> when a newer socket of the same device has taken its place.</summary>
    public bool Remove(Guid callId, CallDevice device)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var devices) || !devices.TryGetValue(device.Peer, out var current) || current != device)
            {
                return false;
            }

            devices.Remove(device.Peer);
            if (devices.Count == 0)
            {
                _calls.Remove(callId);
            }

            CountIn(device.Peer.PersonId, -Counted(device));
            return true;
        }
    }

    public bool IsHere(Guid callId, PeerName peer) => Find(callId, peer) is not null;

    public CallDevice? Find(Guid callId, PeerName peer)
    {
        lock (_lock)
        {
            return _calls.TryGetValue(callId, out var devices) ? devices.GetValueOrDefault(peer) : null;
        }
    }

    public IReadOnlyList<CallDevice> DevicesIn(Guid callId)
    {
        lock (_lock)
        {
            return _calls.TryGetValue(callId, out var devices) ? [.. devices.Values] : [];
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
            var before = Counted(device);
            device.Standing = standing;
            if (_calls.TryGetValue(callId, out var devices) && devices.GetValueOrDefault(device.Peer) == device)
            {
                CountIn(device.Peer.PersonId, Counted(device) - before);
            }

            return was;
        }
    }

    /// <summary>Whether a device of this person waits to be rung.</summary>
    public bool HasBell(Guid personId)
    {
        lock (_lock)
        {
            return _people.ContainsKey(personId);
        }
    }

    public void Notify(Guid personId, Notification notification)
    {
        SocketConnection[] sockets;
        lock (_lock)
        {
            sockets = _people.TryGetValue(personId, out var list) ? [.. list] : [];
        }

        SendTo(sockets, notification);
    }

    public Presence Of(Guid personId) => _presence.GetValueOrDefault(personId, Presence.Offline);

    public IReadOnlyCollection<Guid> Here => [.. _presence.Keys];

    private static void SendTo(SocketConnection[] sockets, Notification notification)
    {
        if (sockets.Length == 0)
        {
            return;
        }

        var bytes = Codec.Encode(notification);
        foreach (var socket in sockets)
        {
            socket.Send(bytes);
        }
    }

    private static int Counted(CallDevice device) => device.Standing == WireStanding.Joined ? 1 : 0;

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
        var presence = _inCalls.ContainsKey(personId) ? Presence.InCall : _people.ContainsKey(personId) ? Presence.Online : Presence.Offline;
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

        SendTo([.. _people.Where(pair => pair.Key != personId).SelectMany(pair => pair.Value)], new PresenceNotification(personId, WireOf(presence)));
    }

    private static WirePresence WireOf(Presence presence) => presence switch
    {
        Presence.Offline => WirePresence.Offline,
        Presence.Online => WirePresence.Online,
        Presence.InCall => WirePresence.InCall,
    };
}
