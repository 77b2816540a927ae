using System.Buffers.Binary;

namespace Sightline.Rtc.Rtp;

/// <summary>Why bytes are no RTP packet.</summary>
public enum RtpFault
{
    None,
    TooShort,
    WrongVersion,

    /// <summary>The header says more contributing sources than there are bytes.</summary>
    CsrcsCutOff,

    /// <summary>The header extension is longer than the packet.</summary>
    ExtensionCutOff,

    /// <summary>Padding is announced and is nothing, or more than there is after the header.</summary>
    WrongPadding,
}

/// <summary>
/// An RTP packet (RFC 3550, 5.1), read in place: a view of the bytes it was parsed from, which lives no longer than they do.
/// </summary>
public readonly ref struct RtpPacket
{
    public const int FixedHeaderBytes = 12;
    public const int MaxCsrcs = 15;

    private readonly int _payloadEnd;

    private RtpPacket(ReadOnlySpan<byte> bytes, int headerBytes, int payloadEnd)
    {
        Bytes = bytes;
        HeaderBytes = headerBytes;
        _payloadEnd = payloadEnd;
    }

    /// <summary>The whole packet.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Fixed header, contributing sources and header extension.</summary>
    public int HeaderBytes { get; }

    public bool Marker => (Bytes[1] & 0x80) != 0;

    public byte PayloadType => (byte)(Bytes[1] & 0x7F);

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(Bytes[2..]);

    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(Bytes[4..]);

    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(Bytes[8..]);

    public int CsrcCount => Bytes[0] & 0x0F;

    public bool HasExtension => (Bytes[0] & 0x10) != 0;

    /// <summary>The elements of the header extension; none where there is no extension or it is of another form than RFC 8285's.</summary>
    public HeaderExtensions Extensions
    {
        get
        {
            if (!HasExtension) return default;

            var start = FixedHeaderBytes + (4 * CsrcCount);
            return new HeaderExtensions(BinaryPrimitives.ReadUInt16BigEndian(Bytes[start..]), Bytes[(start + 4)..HeaderBytes]);
        }
    }

    /// <summary>Without padding; empty in a packet that is padding alone.</summary>
    public ReadOnlySpan<byte> Payload => Bytes[HeaderBytes.._payloadEnd];

    public int PaddingBytes => Bytes.Length - _payloadEnd;

    public uint Csrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(Bytes[FixedHeaderBytes..HeaderBytes][(4 * index)..]);

    /// <param name="packet">Set where nothing is wrong; not to be used otherwise.</param>
    public static RtpFault Parse(ReadOnlySpan<byte> bytes, out RtpPacket packet)
    {
        packet = default;
        var fault = ParseHeader(bytes, out var headerBytes);
        if (fault != RtpFault.None) return fault;

        var payloadEnd = bytes.Length;
        if ((bytes[0] & 0x20) != 0)
        {
            var padding = bytes[^1];
            if (padding == 0 || padding > bytes.Length - headerBytes) return RtpFault.WrongPadding;
            payloadEnd -= padding;
        }

        packet = new RtpPacket(bytes, headerBytes, payloadEnd);
        return RtpFault.None;
    }

    /// <summary>The part in front of the payload alone, which is not encrypted in SRTP; padding is.</summary>
    /// <param name="headerBytes">Where the payload begins.</param>
    public static RtpFault ParseHeader(ReadOnlySpan<byte> bytes, out int headerBytes)
    {
        headerBytes = 0;
        if (bytes.Length < FixedHeaderBytes) return RtpFault.TooShort;
        if (bytes[0] >> 6 != 2) return RtpFault.WrongVersion;

        var end = FixedHeaderBytes + (4 * (bytes[0] & 0x0F));
        if (end > bytes.Length) return RtpFault.CsrcsCutOff;

        if ((bytes[0] & 0x10) != 0)
        {
            if (end + 4 > bytes.Length) return RtpFault.ExtensionCutOff;
            end += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(bytes[(end + 2)..]));
            if (end > bytes.Length) return RtpFault.ExtensionCutOff;
        }

        headerBytes = end;
        return RtpFault.None;
    }
}
