using Sightline.Recording.Timeline;

namespace Sightline.Media.Finishing;

/// <summary>
/// Lists what is missing of a track as a viewer misses it: from the end of the last frame that can be played to the next one.
/// Frames that came and cannot be decoded are part of it.
/// </summary>
internal sealed class FrameGaps(int maxGaps)
{
    private readonly List<Gap> _gaps = [];
    private TimeSpan? _playedUntil;
    private TimeSpan _lostUntil;
    private GapCause? _cause;
    private long _packets;

    /// <summary>Packets are missing before this one.</summary>
    public void Missing(Gap gap)
    {
        _cause = _cause is null or GapCause.Network ? gap.Cause : _cause;
        _packets += gap.Packets;
    }

    /// <summary>Something came that will not be played.</summary>
    public void Lost(TimeSpan at)
    {
        _cause ??= GapCause.Network;
        _playedUntil ??= at;
        _lostUntil = at;
    }

    /// <param name="length">Of sound; a picture stands until the next.</param>
    public void Played(TimeSpan at, TimeSpan length)
    {
        if (GapTo(at) is { } gap && _gaps.Count < maxGaps)
            _gaps.Add(gap);
        (_playedUntil, _cause, _packets) = (at + length, null, 0);
    }

    /// <param name="last">What is missing behind the last packet.</param>
    public IEnumerable<Gap> Until(Gap? last)
    {
        if (last is not null)
            Missing(last);
        return GapTo(last is null ? _lostUntil : last.At + last.Length) is { } gap ? _gaps.Append(gap) : _gaps;
    }

    private Gap? GapTo(TimeSpan at) =>
        _cause is { } cause && _playedUntil is { } from && at > from ? new Gap(from, at - from, _packets, cause) : null;
}
