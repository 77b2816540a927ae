namespace Sightline.Relay;

/// <summary>
/// How far the delay of each packet is from the middle: evenly spread over the range, and never so that a packet overtakes
/// the one before. Holding packets back to keep the order would make the delay longer than asked; here the offset wanders
/// instead, at most as fast as time passes, and turns round at the edges and by chance.
/// </summary>
internal sealed class Jitter(Chance chance)
{
    private double _offsetNs;
    private double _lastNs = double.NegativeInfinity;
    private int _direction = 1;

    /// <summary>The offset in ns, from minus to plus <paramref name="rangeNs"/>, for a packet that leaves now.</summary>
    public double Next(long nowNs, double rangeNs)
    {
        var passedNs = nowNs - _lastNs;
        _lastNs = nowNs;
        if (rangeNs == 0) return _offsetNs = 0;

        if (passedNs >= 2 * rangeNs) return _offsetNs = rangeNs * ((2 * chance.NextShare()) - 1);

        if (chance.NextShare() * rangeNs < passedNs) _direction = chance.Happens(50) ? 1 : -1;

        _offsetNs = Math.Clamp(_offsetNs, -rangeNs, rangeNs) + (_direction * passedNs);
        if (Math.Abs(_offsetNs) > rangeNs)
        {
            _offsetNs = (_direction * 2 * rangeNs) - _offsetNs;
            _direction = -_direction;
        }

        return _offsetNs;
    }
}
