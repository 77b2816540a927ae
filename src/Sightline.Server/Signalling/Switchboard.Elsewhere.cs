using Sightline.Server.Nodes;
using Sightline.Signalling;

namespace Sightline.Server.Signalling;

/// <summary>What other nodes hold, as they tell it.</summary>
internal sealed partial class Switchboard
{
    /// <summary>Notification sockets by person and node; never 0.</summary>
    private readonly Dictionary<Guid, Dictionary<int, int>> _bellsElsewhere = [];

    /// <summary>Posts what this node holds; what changes afterwards is posted behind it.</summary>
    /// <param name="nodeId">For whom; <c>null</c> for everybody.</param>
    public void Describe(int? nodeId, Func<NodeState, NodeMessage> say)
    {
        lock (_lock)
        {
            var devices = from call in _calls
                          from device in call.Value.Values.OfType<CallDevice>()
                          select device.HeldIn(call.Key);
            var message = say(new NodeState([.. _people.Select(pair => new BellsChanged(pair.Key, pair.Value.Count))], [.. devices]));
            if (nodeId is { } one)
            {
                bus.Post(one, message);
            }
            else
            {
                bus.Post(message);
            }
        }
    }

    /// <summary>A node says everything that it holds. What it holds no more, it has written down as lost itself.</summary>
    public void SetElsewhere(int nodeId, NodeState state)
    {
        lock (_lock)
        {
            var bells = state.Bells.ToDictionary(bell => bell.PersonId, bell => bell.Count);
            foreach (var personId in PeopleAt(nodeId).Union(bells.Keys).ToList())
            {
                SetBellsElsewhere(nodeId, personId, bells.GetValueOrDefault(personId));
            }

            var held = state.Devices.Select(device => (device.CallId, device.Peer)).ToHashSet();
            foreach (var (callId, device) in DevicesAt(nodeId).Where(pair => !held.Contains((pair.CallId, pair.Device.Peer))).ToList())
            {
                Take(callId, device);
                TellPeersHere(callId, device.Peer, new PeerLeft(device.Peer, PeerLeftReason.Lost));
            }

            foreach (var device in state.Devices)
            {
                EnterElsewhere(nodeId, device);
            }
        }
    }

    public void SetBellsElsewhere(int nodeId, Guid personId, int count)
    {
        lock (_lock)
        {
            var nodes = _bellsElsewhere.GetValueOrDefault(personId) ?? [];
            if (count > 0)
            {
                nodes[nodeId] = count;
                _bellsElsewhere[personId] = nodes;
            }
            else if (nodes.Remove(nodeId) && nodes.Count == 0)
            {
                _bellsElsewhere.Remove(personId);
            }

            Refresh(personId);
        }
    }

    /// <summary>A device has opened a socket at another node. Where this node holds an older one of it, that one closes.</summary>
    public void EnterElsewhere(int nodeId, HeldDevice held)
    {
        lock (_lock)
        {
            _lastSerial = Math.Max(_lastSerial, held.Serial);
            switch (Get(held.CallId, held.Peer))
            {
                case { } newer when newer.Serial > held.Serial:
                    return;
                case DistantDevice same when same.Serial == held.Serial:
                    same.NodeId = nodeId;
                    Stand(held.CallId, same, held.Standing);
                    return;
                case CallDevice older:
                    older.Connection.Close(CloseCode.Normal, "This device has a newer socket.");
                    break;
            }

            var device = new DistantDevice(nodeId, held);
            Put(held.CallId, device);
            TellPeersHere(held.CallId, device.Peer, new PeerJoined(device.Peer, device.Peer.PersonId, device.Standing));
        }
    }

    public void StandElsewhere(HeldDevice held)
    {
        lock (_lock)
        {
            if (Get(held.CallId, held.Peer) is DistantDevice device && device.Serial == held.Serial)
            {
                Stand(held.CallId, device, held.Standing);
            }
        }
    }

    /// <summary>A device's socket at another node is gone; a newer one, wherever it is, stays.</summary>
    public void ExitElsewhere(DeviceExited exited)
    {
        lock (_lock)
        {
            if (Get(exited.CallId, exited.Peer) is DistantDevice device && device.Serial == exited.Serial)
            {
                Take(exited.CallId, device);
                TellPeersHere(exited.CallId, device.Peer, new PeerLeft(device.Peer, exited.Reason));
            }
        }
    }

    /// <summary>A node is gone, and some of its people and devices with it.</summary>
    /// <param name="max">How many people, and how many devices, at once: each is told to every socket.</param>
    /// <returns>The devices; <c>AreAll</c> when there are no more.</returns>
    public (IReadOnlyList<(Guid CallId, PeerName Peer)> Lost, bool AreAll) DropElsewhere(int nodeId, int max)
    {
        lock (_lock)
        {
            var people = PeopleAt(nodeId).Take(max).ToList();
            foreach (var personId in people)
            {
                SetBellsElsewhere(nodeId, personId, 0);
            }

            var devices = DevicesAt(nodeId).Take(max).ToList();
            foreach (var (callId, device) in devices)
            {
                Take(callId, device);
                TellPeersHere(callId, device.Peer, new PeerLeft(device.Peer, PeerLeftReason.Lost));
            }

            return ([.. devices.Select(pair => (pair.CallId, pair.Device.Peer))], people.Count < max && devices.Count < max);
        }
    }

    /// <summary>For one device that this node holds.</summary>
    public void SendHere(Guid callId, PeerName to, ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            (Get(callId, to) as CallDevice)?.Connection.Send(message);
        }
    }

    private IEnumerable<Guid> PeopleAt(int nodeId) =>
        _bellsElsewhere.Where(pair => pair.Value.ContainsKey(nodeId)).Select(pair => pair.Key);

    private IEnumerable<(Guid CallId, DistantDevice Device)> DevicesAt(int nodeId) =>
        from call in _calls
        from device in call.Value.Values.OfType<DistantDevice>()
        where device.NodeId == nodeId
        select (call.Key, device);

    private int BellsOf(Guid personId) =>
        (_people.TryGetValue(personId, out var sockets) ? sockets.Count : 0)
        + (_bellsElsewhere.TryGetValue(personId, out var nodes) ? nodes.Values.Sum() : 0);
}
