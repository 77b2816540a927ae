namespace Sightline.Rtc.Tests.Repair;

/// <summary>What one direction of a line does to packets.</summary>
public sealed record Line
{
    public double LossPct { get; init; }

    /// <summary>How long everything is lost at a time, on average; 0 is loss without memory.</summary>
    public double BurstMs { get; init; }

    public double DuplicatePct { get; init; }

    public int DelayMs { get; init; } = 20;

    /// <summary>Added to the delay of each packet, so that packets overtake each other.</summary>
    public int JitterMs { get; init; }
}

/// <summary>One direction of a line on a virtual clock: the same seed gives the same losses at the same packets.</summary>
public sealed class SimulatedNetwork(Line line, int seed)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<byte[], (long DueUs, long Number)> _onTheWay = new();
    private bool _losing;
    private double _changesAtUs;
    private long _number;

    public Line Line { get; set; } = line;

    public long NextUs => _onTheWay.TryPeek(out _, out var next) ? next.DueUs : long.MaxValue;

    public int Lost { get; private set; }

    public void Send(ReadOnlySpan<byte> packet, long nowUs)
    {
        if (Loses(nowUs))
        {
            Lost++;
            return;
        }

        Carry(packet, nowUs);
        if (Happens(Line.DuplicatePct)) Carry(packet, nowUs);
    }

    public bool TryReceive(long nowUs, out byte[] packet)
    {
        packet = [];
        return NextUs <= nowUs && _onTheWay.TryDequeue(out packet!, out _);
    }

    private void Carry(ReadOnlySpan<byte> packet, long nowUs) =>
        _onTheWay.Enqueue(packet.ToArray(), (nowUs + (1000L * Line.DelayMs) + _random.Next((1000 * Line.JitterMs) + 1), _number++));

    /// <summary>Two states after Gilbert, in time: in the bad one every packet is lost.</summary>
    private bool Loses(long nowUs)
    {
        if (Line.BurstMs == 0) return Happens(Line.LossPct);

        for (; _changesAtUs <= nowUs; _losing = !_losing)
        {
            var goodMs = Line.BurstMs * (100 - Line.LossPct) / Line.LossPct;
            // The state that begins now is the other one.
            _changesAtUs = Math.Max(_changesAtUs, nowUs) - (1000 * Math.Log(1 - _random.NextDouble()) * (_losing ? goodMs : Line.BurstMs));
        }

        return _losing;
    }

    private bool Happens(double percent) => _random.NextDouble() * 100 < percent;
}
