namespace Sightline.Relay;

/// <summary>What one direction of the network does to packets. The default is a perfect one.</summary>
public sealed record Conditions
{
    public const double MaxDelayMs = 60_000;
    public const double MaxBurstMs = 60_000;
    public const double MaxQueueMs = 60_000;
    public const long MaxRateBps = 10_000_000_000;

    public static Conditions Perfect { get; } = new();

    /// <summary>Packets that are lost, in percent of those offered.</summary>
    public double LossPct { get; init; }

    /// <summary>Mean length of a loss burst in ms; 0: each packet is lost or not on its own.</summary>
    public double BurstMs { get; init; }

    /// <summary>From the end of the queue to the other side, in ms.</summary>
    public double DelayMs { get; init; }

    /// <summary>How far the delay strays to either side, in ms; at most <see cref="DelayMs"/>.</summary>
    public double JitterMs { get; init; }

    /// <summary>Packets that are held back so that later ones overtake them, in percent.</summary>
    public double ReorderPct { get; init; }

    /// <summary>IP packets with their headers, in bit/s; 0: no limit.</summary>
    public long RateBps { get; init; }

    /// <summary>How long a packet may wait for the rate, in ms; one that would wait longer is dropped.</summary>
    public double QueueMs { get; init; } = 200;

    /// <summary>An outage: nothing gets through, and what is on the way is gone.</summary>
    public bool Down { get; init; }

    /// <summary>What is wrong with the numbers, or null.</summary>
    public string? Problem()
    {
        if (LossPct is not (>= 0 and <= 100)) return "lossPct is 0 to 100.";
        if (ReorderPct is not (>= 0 and <= 100)) return "reorderPct is 0 to 100.";
        if (BurstMs is not (>= 0 and <= MaxBurstMs)) return $"burstMs is 0 to {MaxBurstMs}.";
        if (DelayMs is not (>= 0 and <= MaxDelayMs)) return $"delayMs is 0 to {MaxDelayMs}.";
        if (JitterMs < 0 || JitterMs > DelayMs) return "jitterMs is 0 to delayMs.";
        if (RateBps is not (>= 0 and <= MaxRateBps)) return $"rateBps is 0 to {MaxRateBps}.";
        return QueueMs is >= 0 and <= MaxQueueMs ? null : $"queueMs is 0 to {MaxQueueMs}.";
    }
}
