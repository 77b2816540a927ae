using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;

namespace Sightline.Media.Receiving;

/// <summary>What a <see cref="MediaReceiver"/> tells, on the thread that hands in its packets.</summary>
public interface IMediaListener
{
    /// <summary>A packet that had not come before, at its arrival; of a retransmission, the packet inside.</summary>
    /// <param name="packet">Valid during the call only.</param>
    /// <param name="sequence">Unwrapped.</param>
    void Arrived(MediaSource source, in RtpPacket packet, long sequence, long nowUs);

    void Reported(MediaSource source, in SenderInfo info, long nowUs);

    /// <param name="compound">Plain RTCP to be sent to the peer; valid during the call only.</param>
    void SendRtcp(ReadOnlySpan<byte> compound);
}
