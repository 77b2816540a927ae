namespace Sightline.Recording;

/// <summary>What a stream of packets carries. The numbers stand in journals and never change.</summary>
public enum Codec : byte
{
    Opus = 1,
    Vp8 = 2,
    Vp9 = 3,
    Av1 = 4,
    H264 = 5,
}

/// <summary>What a person sends by one track. The numbers stand in journals and never change.</summary>
public enum TrackKind : byte
{
    Microphone = 1,
    Camera = 2,
    Screen = 3,
}

/// <summary>What the packets of one payload type are (RFC 3550 §5.1, RFC 8866 §6.6).</summary>
/// <param name="PayloadType">7 bits, as in the RTP header.</param>
/// <param name="ClockRateHz">Of the RTP timestamps: 48 000 for Opus, 90 000 for video.</param>
/// <param name="Channels">Of sound; 0 for video.</param>
public readonly record struct StreamFormat(byte PayloadType, Codec Codec, int ClockRateHz, byte Channels)
{
    public bool IsAudio => Codec == Codec.Opus;
}

/// <summary>The part of an RTCP sender report that ties RTP timestamps to the sender's clock (RFC 3550 §6.4.1).</summary>
/// <param name="NtpTime">32 bits of seconds since 1900, 32 bits of their fraction.</param>
/// <param name="RtpTime">The same moment on the stream's own clock.</param>
public readonly record struct SenderReport(uint Ssrc, ulong NtpTime, uint RtpTime, uint Packets, uint Octets);

/// <summary>Why no packets come for a while. The numbers stand in journals and never change.</summary>
public enum InterruptionCause : byte
{
    /// <summary>The connection to the person was lost.</summary>
    Connection = 1,

    /// <summary>This node stopped, was killed, or gave the track to another.</summary>
    Node = 2,
}

/// <summary>Why a track is over. The numbers stand in journals and never change.</summary>
public enum EndReason : byte
{
    /// <summary>The person stopped sending it, or left.</summary>
    Removed = 1,

    /// <summary>Somebody stopped the recording.</summary>
    Stopped = 2,

    /// <summary>The person did not come back.</summary>
    Lost = 3,
}
