namespace Sightline.Rtc.Rtp;

/// <summary>
/// Makes 64-bit numbers of 16-bit ones that wrap: each is taken for the one nearest to the highest so far. The lowest 16 bits stay
/// as they were; what came before the first number may be negative.
/// </summary>
public struct SequenceUnwrapper
{
    private bool _begun;

    public long Highest { get; private set; }

    /// <summary>Which number it is, without taking note of it.</summary>
    public readonly long Peek(ushort number) => _begun ? Highest + (short)(number - (ushort)Highest) : number;

    public long Unwrap(ushort number)
    {
        var unwrapped = Peek(number);
        if (!_begun || unwrapped > Highest) Highest = unwrapped;
        _begun = true;
        return unwrapped;
    }

    /// <summary>The numbers begin anew: they are counted from the first number above all so far that ends as this one does.</summary>
    public void Restart(ushort number)
    {
        if (_begun) Highest += 1 + (ushort)(number - (ushort)(Highest + 1));
        else Unwrap(number);
    }
}

/// <summary>
/// Makes 64-bit timestamps of 32-bit ones that wrap: each is taken for the one nearest to the last. A silence of half a round (6.6 h
/// at 90 kHz) cannot be seen.
/// </summary>
public struct TimestampUnwrapper
{
    private bool _begun;
    private long _last;

    public long Unwrap(uint timestamp)
    {
        _last = _begun ? _last + (int)(timestamp - (uint)_last) : timestamp;
        _begun = true;
        return _last;
    }
}
