namespace Sightline.Rtc.Repair;

/// <summary>
/// Which packets are asked for again, and when (RFC 4585, 6.2.1). A packet is asked for when it has been missing a little, and
/// again when an answer could have come: a little more than a round trip later, and ever less often.
/// </summary>
internal sealed class NackGenerator(long firstUs, int maxTimes)
{
    /// <summary>Packets that are asked for at once; beyond it the oldest are left to their fate.</summary>
    public const int MaxMissing = 1024;

    /// <summary>In one RTCP packet: at most 800 bytes.</summary>
    public const int MaxInPacket = 200;

    private const long MinIntervalUs = 20_000;
    private const long MaxIntervalUs = 250_000;
    private const long InitialRoundTripUs = 100_000;

    /// <summary>A round trip that seems longer was the answer to something else.</summary>
    private const long MaxRoundTripUs = 2_000_000;

    private readonly Missing[] _missing = new Missing[MaxMissing];
    private int _count;
    private long _wakeAtUs = long.MaxValue;

    /// <summary>From asking to receiving, smoothed.</summary>
    public long RoundTripUs { get; private set; } = InitialRoundTripUs;

    /// <summary>Packets that were asked for, counted each time.</summary>
    public long Asked { get; private set; }

    /// <summary>When something is to be asked for, or <see cref="long.MaxValue"/>.</summary>
    public long WakeAtUs => _count == 0 ? long.MaxValue : _wakeAtUs;

    /// <param name="from">None from here on until the end was added before.</param>
    /// <param name="until">The first that is not missing.</param>
    public void Add(long from, long until, long nowUs)
    {
        from = Math.Max(from, until - MaxMissing);
        var added = (int)(until - from);
        RemoveFirst(Math.Max(_count + added - MaxMissing, 0));

        // At the end, but for packets that the very first one overtook.
        var at = Find(from);
        Array.Copy(_missing, at, _missing, at + added, _count - at);
        for (var i = 0; i < added; i++) _missing[at + i] = new Missing { Sequence = from + i, AskAtUs = nowUs + firstUs };
        _count += added;
        _wakeAtUs = Math.Min(WakeAtUs, nowUs + firstUs);
    }

    /// <summary>It came, or need not come any more.</summary>
    public void Remove(long sequence, long nowUs)
    {
        var at = Find(sequence);
        if (at == _count || _missing[at].Sequence != sequence) return;

        // With more than one question, nobody knows which of them was answered (Karn's rule).
        if (_missing[at].Times == 1) Measure(nowUs - _missing[at].AskedAtUs);
        Array.Copy(_missing, at + 1, _missing, at, _count - at - 1);
        _count--;
    }

    /// <summary>Nothing below this is waited for any more.</summary>
    public void RemoveBelow(long sequence) => RemoveFirst(Find(sequence));

    public void Clear() => _count = 0;

    /// <summary>Those that are due, ascending; they count as asked for.</summary>
    /// <returns>How many were written.</returns>
    public int Take(Span<ushort> sequences, long nowUs)
    {
        if (nowUs < WakeAtUs) return 0;

        var taken = 0;
        _wakeAtUs = long.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            ref var missing = ref _missing[i];
            if (missing.AskAtUs <= nowUs && taken < sequences.Length)
            {
                sequences[taken++] = (ushort)missing.Sequence;
                missing.AskedAtUs = nowUs;
                missing.AskAtUs = ++missing.Times < maxTimes ? nowUs + IntervalUs(missing.Times) : long.MaxValue;
            }

            _wakeAtUs = Math.Min(_wakeAtUs, missing.AskAtUs);
        }

        Asked += taken;
        return taken;
    }

    private long IntervalUs(int times)
    {
        // On a long way, more often than answers can come: browsers send nothing twice within their own round trip.
        var baseUs = Math.Max(RoundTripUs * 5 / 4, MinIntervalUs);
        return Math.Min(baseUs + (baseUs * (times - 1) / 4), MaxIntervalUs);
    }

    private void Measure(long tookUs)
    {
        if (tookUs <= MaxRoundTripUs) RoundTripUs += (tookUs - RoundTripUs) / 8;
    }

    private void RemoveFirst(int count)
    {
        if (count == 0) return;

        Array.Copy(_missing, count, _missing, 0, _count - count);
        _count -= count;
    }

    /// <summary>Where the first one stands that is not below.</summary>
    private int Find(long sequence)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_missing[middle].Sequence < sequence) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private struct Missing
    {
        public long Sequence;
        public long AskAtUs;
        public long AskedAtUs;
        public int Times;
    }
}
