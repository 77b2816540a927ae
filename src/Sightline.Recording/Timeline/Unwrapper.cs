namespace Sightline.Recording.Timeline;

/// <summary>Makes numbers that wrap into numbers that do not: each is taken as the nearest to the one before.</summary>
/// <param name="bits">16 for sequence numbers, 32 for timestamps (RFC 3550 §5.1).</param>
public struct Unwrapper(int bits)
{
    private long? _last;

    public long Unwrap(uint value)
    {
        if (_last is not { } last)
        {
            _last = value;
            return value;
        }

        var shift = 64 - bits;
        // The distance as a signed number of so many bits.
        var distance = (long)((ulong)(value - last) << shift) >> shift;
        _last = last + distance;
        return last + distance;
    }
}
