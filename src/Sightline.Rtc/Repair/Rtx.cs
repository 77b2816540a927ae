using System.Buffers.Binary;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Repair;

/// <summary>Retransmissions in a stream of their own (RFC 4588, 4).</summary>
public static class Rtx
{
    /// <summary>In front of the payload stands the sequence number that the packet had at first.</summary>
    private const int OriginalSequenceBytes = 2;

    /// <summary>
    /// Makes the packet that was sent first of its retransmission; its header extension is the retransmission's, its padding is gone.
    /// </summary>
    /// <param name="payloadType">Of the packet that was sent first.</param>
    /// <param name="ssrc">Of the packet that was sent first.</param>
    /// <param name="length">Of the packet; 0 where there is none inside (a probe that is padding alone) or it has no room.</param>
    public static bool TryUnwrap(in RtpPacket retransmission, byte payloadType, uint ssrc, Span<byte> into, out int length)
    {
        length = 0;
        var payload = retransmission.Payload;
        var headerBytes = retransmission.HeaderBytes;
        if (payload.Length <= OriginalSequenceBytes || headerBytes + payload.Length - OriginalSequenceBytes > into.Length) return false;

        retransmission.Bytes[..headerBytes].CopyTo(into);
        const byte PaddingBit = 0x20;
        into[0] &= 0xFF ^ PaddingBit;
        into[1] = (byte)((into[1] & 0x80) | payloadType);
        payload[..OriginalSequenceBytes].CopyTo(into[2..]);
        BinaryPrimitives.WriteUInt32BigEndian(into[8..], ssrc);
        payload[OriginalSequenceBytes..].CopyTo(into[headerBytes..]);
        length = headerBytes + payload.Length - OriginalSequenceBytes;
        return true;
    }
}
