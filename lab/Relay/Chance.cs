namespace Sightline.Relay;

/// <summary>SplitMix64: the same seed gives the same numbers on every machine and every version of the runtime.</summary>
public sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator of its own, so that drawing from one does not move the other.</summary>
    public Chance Fork() => new(NextBits());

    public ulong NextBits()
    {
        var bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>Evenly from 0 up to, and without, 1.</summary>
    public double NextShare() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>True in <paramref name="percent"/> of all draws.</summary>
    public bool Happens(double percent) => NextShare() * 100 < percent;

    /// <summary>The time to an event that may happen at any moment alike (exponential).</summary>
    public double NextWait(double mean) => -mean * Math.Log(1 - NextShare());
}
