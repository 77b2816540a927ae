using Sightline.Rtc.Sdp;
using Sightline.Rtc.Session;

namespace Sightline.Media;

/// <summary>
/// Where a session's packets go: a recording, a room. All is called on the worker's thread, one call at a time, and must not
/// block it.
/// </summary>
public interface IMediaSink
{
    /// <summary>When <see cref="Tick"/> has something to do, in µs of the worker's clock; null when it has not.</summary>
    long? WakeAtUs { get; }

    /// <summary>What was agreed on: before anything else, and again after each new offer.</summary>
    void Agreed(MediaSession session, SdpAnswer answer);

    /// <param name="packet">Plain RTP or RTCP; valid during the call only.</param>
    /// <param name="arrivalUs">When it was read from the socket, in µs of the worker's clock.</param>
    void Received(RtcPacketKind kind, ReadOnlySpan<byte> packet, long arrivalUs);

    /// <summary>The session has connected or is over.</summary>
    void Changed(RtcState state, RtcEnd end);

    void Tick(long nowUs);
}
