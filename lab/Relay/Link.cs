namespace Sightline.Relay;

/// <summary>What became of a packet that was offered.</summary>
public enum Fate
{
    /// <summary>It will come out of <see cref="Link{T}.TryTake"/>, unless an outage comes first.</summary>
    Carried,
    Lost,
    QueueFull,
    Down,
}

/// <summary>
/// One direction of a network: loss at the entrance, then a queue in front of the rate, then the delay. It knows no clock and
/// no device: hand in packets with the time, take out what is due, and come again at <see cref="WakeAtNs"/>. Times are ns of
/// one monotonic clock and never go back. The same seed and the same calls give the same packets at the same times.
/// </summary>
public sealed class Link<T>
{
    /// <summary>Packets in the queue and on the way; more are dropped like those for which the queue is too long.</summary>
    public const int MaxPackets = 65_536;

    /// <summary>How much later than its neighbours a packet comes that is to be overtaken: longer than audio's 20 ms.</summary>
    public const long HeldBackNs = 30_000_000;

    private readonly Queue<(T Packet, int LengthBytes)> _queue = new();
    private readonly PriorityQueue<T, (long DueNs, long Number)> _onTheWay = new();
    private readonly Loss _loss;
    private readonly Jitter _jitter;
    private readonly Chance _reordering;
    private Conditions _conditions = Conditions.Perfect;
    private long _queuedBytes;
    private double _headSentAtNs;
    private long _latestDueNs;
    private long _number;

    public Link(ulong seed)
    {
        var chance = new Chance(seed);
        _loss = new Loss(chance.Fork());
        _jitter = new Jitter(chance.Fork());
        _reordering = chance.Fork();
    }

    /// <summary>When the next packet moves, or null while there is none.</summary>
    public long? WakeAtNs =>
        (_queue.Count > 0, _onTheWay.TryPeek(out _, out var next)) switch
        {
            (true, true) => Math.Min(HeadSentAtNs, next.DueNs),
            (true, false) => HeadSentAtNs,
            (false, true) => next.DueNs,
            (false, false) => null,
        };

    private long HeadSentAtNs => (long)Math.Ceiling(_headSentAtNs);

    /// <summary>Sets the conditions from now on. What waits for the rate goes on at the new one; what is on the way stays so.</summary>
    public void Set(Conditions conditions, long nowNs)
    {
        Advance(nowNs);
        if (conditions.Down)
        {
            _queue.Clear();
            _queuedBytes = 0;
            _onTheWay.Clear();
            _latestDueNs = nowNs;
        }

        var before = _conditions;
        _conditions = conditions;
        _loss.Set(conditions.LossPct, conditions.BurstMs, nowNs);
        if (_queue.Count == 0) return;

        // The rest of the packet that is being sent goes at the new rate, or everything at once.
        _headSentAtNs = conditions.RateBps == 0 ? nowNs : nowNs + ((_headSentAtNs - nowNs) * before.RateBps / conditions.RateBps);
        Advance(nowNs);
    }

    /// <param name="lengthBytes">The IP packet with its headers.</param>
    public Fate Offer(T packet, int lengthBytes, long nowNs)
    {
        Advance(nowNs);
        if (_conditions.Down) return Fate.Down;
        if (_loss.Hits(nowNs)) return Fate.Lost;
        if (_queue.Count + _onTheWay.Count >= MaxPackets) return Fate.QueueFull;

        if (_conditions.RateBps == 0)
        {
            Send(packet, nowNs);
            return Fate.Carried;
        }

        if (_queue.Count == 0)
        {
            _headSentAtNs = nowNs + SendingNs(lengthBytes);
        }
        else
        {
            var waitNs = _headSentAtNs - nowNs + SendingNs(_queuedBytes - _queue.Peek().LengthBytes);
            if (waitNs > _conditions.QueueMs * 1e6) return Fate.QueueFull;
        }

        _queue.Enqueue((packet, lengthBytes));
        _queuedBytes += lengthBytes;
        return Fate.Carried;
    }

    /// <summary>The next packet that is due, if there is one.</summary>
    public bool TryTake(long nowNs, out T packet)
    {
        Advance(nowNs);
        if (_onTheWay.TryPeek(out packet!, out var next) && next.DueNs <= nowNs)
        {
            _onTheWay.Dequeue();
            return true;
        }

        return false;
    }

    /// <summary>Puts on their way those packets for which the rate has had room by now.</summary>
    private void Advance(long nowNs)
    {
        while (_queue.Count > 0 && HeadSentAtNs <= nowNs)
        {
            var (packet, lengthBytes) = _queue.Dequeue();
            _queuedBytes -= lengthBytes;
            Send(packet, HeadSentAtNs);
            if (_queue.Count > 0) _headSentAtNs += SendingNs(_queue.Peek().LengthBytes);
        }
    }

    private void Send(T packet, long nowNs)
    {
        var dueNs = nowNs + (long)((_conditions.DelayMs * 1e6) + _jitter.Next(nowNs, _conditions.JitterMs * 1e6));
        if (_reordering.Happens(_conditions.ReorderPct))
        {
            dueNs += HeldBackNs;
        }
        else
        {
            // Only a change to a shorter delay would let a packet overtake.
            dueNs = _latestDueNs = Math.Max(dueNs, _latestDueNs);
        }

        _onTheWay.Enqueue(packet, (dueNs, _number++));
    }

    private double SendingNs(long lengthBytes) => _conditions.RateBps == 0 ? 0 : lengthBytes * 8e9 / _conditions.RateBps;
}
