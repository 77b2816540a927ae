namespace Sightline.Recording.Timeline;

/// <summary>
/// Converts one clock's time into another's, as observations of both say. It never jumps by itself and never runs
/// backwards: where it is wrong it runs a little faster or slower until it is right, and learns by how much the two clocks
/// drift apart (a control loop with a proportional and an integral part). All times are in ticks of 100 ns.
/// </summary>
/// <param name="correctionTime">How long an error takes to go; the integral part takes three times as long.</param>
internal sealed class SteeredClock(TimeSpan correctionTime)
{
    private const double MaxRate = 2e-3;
    private const long MaxStepTicks = 10 * TimeSpan.TicksPerSecond;

    private readonly double _correctionTicks = correctionTime.Ticks;
    private long _x;
    private long _y;
    private long _lastMapped = long.MinValue;
    private long _lastObserved;
    private double _drift;
    private double _rate;

    public bool IsKnown { get; private set; }

    /// <summary>From here on <paramref name="x"/> is <paramref name="y"/>, whatever it was before; the drift stays.</summary>
    public void Anchor(long x, long y)
    {
        (_x, _y, _lastMapped, _lastObserved, _rate) = (x, y, x, x, _drift);
        IsKnown = true;
    }

    public long Map(long x)
    {
        _lastMapped = Math.Max(_lastMapped, x);
        return Line(x);
    }

    /// <summary>By how much the clock is behind, were <paramref name="x"/> really <paramref name="y"/>.</summary>
    public long Error(long x, long y) => y - Line(x);

    public void Observe(long x, long y)
    {
        var elapsed = Math.Clamp(x - _lastObserved, 0, MaxStepTicks);
        _lastObserved = Math.Max(_lastObserved, x);
        var error = Error(x, y);
        // What was converted already stays as it was.
        var from = Math.Max(_lastMapped, x);
        (_x, _y) = (from, Line(from));
        _drift = Math.Clamp(_drift + (error * (double)elapsed / (_correctionTicks * _correctionTicks * 3)), -MaxRate, MaxRate);
        _rate = Math.Clamp(_drift + (error / _correctionTicks), -MaxRate, MaxRate);
    }

    private long Line(long x) => _y + (x - _x) + (long)((x - _x) * _rate);
}
