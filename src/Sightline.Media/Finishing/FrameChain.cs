using Sightline.Recording;
using Sightline.Rtc.Codecs;

namespace Sightline.Media.Finishing;

/// <summary>
/// Knows which frames can be decoded from those that are there. A frame that is missing breaks the chain until the next key
/// frame, unless the numbers that VP8 and VP9 put into their packets show that nothing refers to it, or that it never was.
/// </summary>
internal sealed class FrameChain
{
    private FrameNumbers _seen;
    private FrameNumbers? _kept;
    private bool _isSuspect = true;

    /// <summary>Frames of this temporal layer, and of those above it, have lost what they refer to.</summary>
    private int _brokenFrom;

    /// <summary>Another stream begins: only a key frame can be decoded.</summary>
    public void Restart() => (_kept, _isSuspect) = (null, true);

    /// <summary>Packets are missing; whether anything refers to them the next frame tells.</summary>
    public void Suspect() => _isSuspect = true;

    /// <summary>Notes what a packet says of its frame.</summary>
    public void Look(Codec codec, ReadOnlySpan<byte> payload) => _seen = codec switch
    {
        Codec.Vp8 => FrameNumbers.OfVp8(payload),
        Codec.Vp9 => FrameNumbers.OfVp9(payload),
        _ => default,
    };

    /// <summary>Whether the frame whose last packet was looked at can be decoded.</summary>
    public bool CanDecode(in Frame frame)
    {
        if (frame.IsKey)
            _brokenFrom = FrameNumbers.Layers;
        else if (_isSuspect)
            _brokenFrom = Math.Min(_brokenFrom, _kept is { } kept ? _seen.FirstBrokenAfter(kept) : 0);
        _isSuspect = false;

        // A layer begins anew at a frame that refers to the lowest one alone.
        if (_seen.Layer >= _brokenFrom && _brokenFrom > 0 && _seen.IsSync)
            _brokenFrom = _seen.Layer + 1;
        if (_seen.Layer >= _brokenFrom)
            return false;
        if (_seen.IsSwitch)
            _brokenFrom = FrameNumbers.Layers;
        _kept = _seen;
        return true;
    }
}
