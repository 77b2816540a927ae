using System.Threading.Channels;

namespace Sightline.Server.Nodes;

/// <summary>
/// Takes messages to the other nodes of this database. What is for sockets at this node never goes this way, and a node that
/// is alone posts nothing. From one node to another messages arrive in order, each once; what was on its way when this node lost
/// its session may arrive once more, and harms nobody.
/// </summary>
internal interface INodeBus
{
    /// <summary>Whether there are other nodes, as far as this one knows.</summary>
    bool HasOthers { get; }

    /// <summary>To every other node. Nobody waits.</summary>
    void Post(NodeMessage message);

    /// <summary>To the inbox of one.</summary>
    void Post(int nodeId, NodeMessage message);
}

/// <summary>What waits to be sent. It waits also while the database is away, until there is too much of it.</summary>
internal sealed class NodeQueue : INodeBus
{
    /// <summary>Beyond it everything that waits is thrown away, and the sockets of the other nodes connect again.</summary>
    public const int MaxWaiting = 10_000;

    private readonly Channel<Outgoing> _waiting = Channel.CreateBounded<Outgoing>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private volatile bool _hasOthers;
    private volatile bool _isOverrun;
    private volatile bool _isLinked;

    public bool HasOthers
    {
        get => _hasOthers;
        set => _hasOthers = value;
    }

    /// <summary>Whether this node has a session in which it hears the others, however many there are.</summary>
    public bool IsLinked
    {
        get => _isLinked;
        set => _isLinked = value;
    }

    public void Post(NodeMessage message) => Add(new Outgoing(NodeId: null, message));

    public void Post(int nodeId, NodeMessage message) => Add(new Outgoing(nodeId, message));

    /// <summary>How many messages wait.</summary>
    public int Count => _waiting.Reader.Count;

    /// <summary>Waits for something to send.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _waiting.Reader.WaitToReadAsync(cancel);

    public bool TryTake(out Outgoing outgoing) => _waiting.Reader.TryRead(out outgoing);

    /// <summary>Whether something was lost since the last question; then the rest of what waits is gone, too.</summary>
    public bool HasLost()
    {
        if (!_isOverrun)
        {
            return false;
        }

        while (_waiting.Reader.TryRead(out _))
        {
        }

        _isOverrun = false;
        return true;
    }

    private void Add(Outgoing outgoing)
    {
        if (_hasOthers && !_waiting.Writer.TryWrite(outgoing))
        {
            _isOverrun = true;
        }
    }
}

/// <param name="NodeId">Whom it is for; <c>null</c> for everybody.</param>
internal readonly record struct Outgoing(int? NodeId, NodeMessage Message);
