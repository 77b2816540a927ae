using Sightline.Server.Nodes;
using Sightline.Signalling;

namespace Sightline.Server.Signalling;

/// <summary>One device in one call, whichever node holds its socket.</summary>
internal abstract class Device(PeerName peer, long serial)
{
    public PeerName Peer { get; } = peer;

    /// <summary>Ringing devices may listen, not speak.</summary>
    public WireStanding Standing { get; set; } = WireStanding.Ringing;

    /// <summary>Of two sockets of one device, the one with the higher serial is the newer.</summary>
    public long Serial { get; } = serial;

    public PeerView View => new(Peer, Peer.PersonId, Standing);

    public HeldDevice HeldIn(Guid callId) => new(callId, Peer, Serial, Standing);
}

/// <summary>What becomes of a socket that wants to stand for its device in a call.</summary>
internal enum Entry
{
    Entered,

    /// <summary>A newer socket of the same device is there already: this one was slow to join.</summary>
    Outrun,

    TooManyDevices,
}

/// <summary>A device whose socket this node holds.</summary>
internal sealed class CallDevice(PeerName peer, long serial, SocketConnection connection) : Device(peer, serial)
{
    public SocketConnection Connection { get; } = connection;

    /// <summary>Its accept, until that is decided and told; never faulted.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    /// <summary>It rang when it said <c>accept</c>, and may yet turn out not to have been the first.</summary>
    public bool IsAnswering => Standing == WireStanding.Ringing && !Answering.IsCompleted;

    /// <summary>The trace of its call.</summary>
    public Guid TraceId { get; set; }

    /// <summary>The version of the call that gave it its standing: announcements may overtake each other.</summary>
    public int Version { get; set; }
}

/// <summary>A device whose socket another node holds, as that node told.</summary>
internal sealed class DistantDevice : Device
{
    public DistantDevice(int nodeId, HeldDevice held)
        : base(held.Peer, held.Serial)
    {
        NodeId = nodeId;
        Standing = held.Standing;
    }

    /// <summary>A node that lost its session has another id, and still its sockets.</summary>
    public int NodeId { get; set; }
}
