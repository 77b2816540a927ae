using System.Buffers.Binary;

namespace Sightline.Rtc.Srtp;

/// <summary>The little that protection has to know of RTP and RTCP (RFC 3550 §5.1, §6.1).</summary>
internal static class SrtpPacket
{
    /// <summary>The part of RTCP that stays in the clear.</summary>
    public const int RtcpHeaderBytes = 8;

    private const int FixedRtpHeaderBytes = 12;
    private const int Version = 2;

    public static ushort RtpSequence(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

    public static uint RtpSsrc(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);

    public static uint RtcpSsrc(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);

    /// <summary>Bytes up to the payload: fixed header, contributing sources and extension; 0 when it is no RTP.</summary>
    public static int RtpHeaderBytes(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < FixedRtpHeaderBytes || packet[0] >> 6 != Version) return 0;

        var bytes = FixedRtpHeaderBytes + (4 * (packet[0] & 0xF));
        if ((packet[0] & 0x10) == 0) return bytes <= packet.Length ? bytes : 0;
        if (bytes + 4 > packet.Length) return 0;

        bytes += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(bytes + 2)..]));
        return bytes <= packet.Length ? bytes : 0;
    }

    public static bool IsRtcp(ReadOnlySpan<byte> packet) => packet.Length >= RtcpHeaderBytes && packet[0] >> 6 == Version;
}
