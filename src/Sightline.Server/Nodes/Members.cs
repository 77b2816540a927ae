namespace Sightline.Server.Nodes;

/// <summary>A node that has its session with the database.</summary>
/// <param name="ProcessId">PostgreSQL's name for that session.</param>
internal readonly record struct LivingNode(int NodeId, int ProcessId);

/// <summary>What a look at the sessions has shown.</summary>
/// <param name="IsDeaf">This node has lost its own session, or hears not even itself.</param>
/// <param name="Gone">Nodes without a session.</param>
/// <param name="New">Nodes that this one has not heard of.</param>
/// <param name="Hung">Nodes that have a session and say nothing: the session is to be ended.</param>
internal sealed record Findings(bool IsDeaf, IReadOnlyList<int> Gone, IReadOnlyList<int> New, IReadOnlyList<LivingNode> Hung);

/// <summary>
/// Which nodes there are. A node lives as long as its session with the database, and as long as it is heard. It counts looks
/// instead of seconds: a node that has slept itself judges nobody.
/// </summary>
internal sealed class Members
{
    /// <summary>Looks without a word from a node until it counts as hung.</summary>
    public const int MaxSilentLooks = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _silentLooks = [];
    private readonly HashSet<int> _unanswered = [];
    private int _self;

    public IReadOnlyCollection<int> Others
    {
        get
        {
            lock (_lock)
            {
                return [.. _silentLooks.Keys.Where(node => node != _self)];
            }
        }
    }

    public bool HasOthers
    {
        get
        {
            lock (_lock)
            {
                return _silentLooks.Count > 1;
            }
        }
    }

    /// <summary>Whether all who were there when this node came have said what they hold, or are gone.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_lock)
            {
                return _unanswered.Count == 0;
            }
        }
    }

    /// <summary>This node has a new session, and with it a new id. Whoever is known still is, until a look says otherwise.</summary>
    public void Begin(int self)
    {
        lock (_lock)
        {
            _silentLooks.Remove(_self);
            _self = self;
            _unanswered.Clear();
            _unanswered.Add(self);
            foreach (var node in _silentLooks.Keys.Append(self).ToList())
            {
                _silentLooks[node] = 0;
            }
        }
    }

    /// <summary>These live when this node comes, and have to say what they hold.</summary>
    public void Expect(IEnumerable<LivingNode> living)
    {
        lock (_lock)
        {
            _unanswered.UnionWith(living.Select(node => node.NodeId));
            _unanswered.Remove(_self);
        }
    }

    public void Answered(int node)
    {
        lock (_lock)
        {
            _unanswered.Remove(node);
        }
    }

    /// <returns>Whether it is this node itself.</returns>
    public bool Hear(int node)
    {
        lock (_lock)
        {
            _silentLooks[node] = 0;
            return node == _self;
        }
    }

    /// <param name="before">Those who were known when the look began: a node that came during the look is not in it.</param>
    public Findings Look(IReadOnlyCollection<int> before, IReadOnlyCollection<LivingNode> living)
    {
        lock (_lock)
        {
            var alive = living.Select(node => node.NodeId).ToHashSet();
            var gone = before.Where(node => node != _self && !alive.Contains(node)).ToList();
            foreach (var node in gone)
            {
                _silentLooks.Remove(node);
                _unanswered.Remove(node);
            }

            var strangers = alive.Where(node => !_silentLooks.ContainsKey(node)).ToList();
            foreach (var node in strangers)
            {
                _silentLooks[node] = 0;
            }

            // A node that is alone says nothing, and hears nothing.
            if (_silentLooks.Count > 1)
            {
                foreach (var node in _silentLooks.Keys.ToList())
                {
                    _silentLooks[node]++;
                }
            }

            var isDeaf = !alive.Contains(_self) || _silentLooks[_self] > MaxSilentLooks;
            return new Findings(
                isDeaf,
                gone,
                strangers,
                isDeaf ? [] : [.. living.Where(node => _silentLooks[node.NodeId] > MaxSilentLooks)]);
        }
    }
}
