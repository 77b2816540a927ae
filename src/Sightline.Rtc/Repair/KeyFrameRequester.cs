using Sightline.Rtc.Rtcp;

namespace Sightline.Rtc.Repair;

/// <summary>
/// Asks for a key frame until one comes, and never more often than the interval. PLI comes first (RFC 4585, 6.3.1); when it stays
/// without an answer, every other request is a FIR (RFC 5104, 4.3.1), where the sender knows it.
/// </summary>
internal sealed class KeyFrameRequester(bool pictureLoss, bool fullIntraRequest, long intervalUs)
{
    private const int TimesBeforeFullIntra = 2;

    private int _times;
    private byte _number;
    private long _nextUs = long.MinValue;

    /// <summary>Requests that were sent.</summary>
    public long Asked { get; private set; }

    /// <summary>When a request is to be sent, or <see cref="long.MaxValue"/>.</summary>
    public long WakeAtUs => IsWanted && (pictureLoss || fullIntraRequest) ? _nextUs : long.MaxValue;

    public bool IsWanted { get; private set; }

    public void Want() => IsWanted = true;

    /// <summary>A key frame has begun.</summary>
    public void Arrived() => (IsWanted, _times) = (false, 0);

    public void Write(ref RtcpWriter writer, uint ownSsrc, uint mediaSsrc, long nowUs)
    {
        if (nowUs < WakeAtUs) return;

        var useFullIntra = fullIntraRequest && (!pictureLoss || (_times >= TimesBeforeFullIntra && _times % 2 == 0));
        var written = useFullIntra
            ? writer.FullIntraRequest(ownSsrc, mediaSsrc, ++_number)
            : writer.PictureLoss(ownSsrc, mediaSsrc);
        if (!written) return;

        _times++;
        Asked++;
        _nextUs = nowUs + intervalUs;
    }
}
