using System.Buffers.Binary;

namespace Sightline.Rtc.Rtcp;

/// <summary>Why bytes are no RTCP, or a packet is not what its type says.</summary>
public enum RtcpFault
{
    None,
    TooShort,
    WrongVersion,

    /// <summary>A packet says that it is longer than what is left.</summary>
    CutOff,

    /// <summary>Padding stands elsewhere than in the last packet, is nothing, or is more than the packet has.</summary>
    WrongPadding,
    TooManyPackets,

    /// <summary>The packet is of another type than the one that was asked for.</summary>
    OtherType,

    /// <summary>The packet is shorter than what it says it carries.</summary>
    BodyTooShort,

    /// <summary>A value is outside its range.</summary>
    WrongValue,
}

/// <summary>Packet types of RTCP (RFC 3550, 12.1; RFC 4585, 6.1).</summary>
public enum RtcpType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Goodbye = 203,
    TransportFeedback = 205,
    PayloadFeedback = 206,

    /// <summary>RFC 3611; not read here.</summary>
    ExtendedReport = 207,
}

/// <summary>What a feedback packet says, in its count field (RFC 4585, 6.2 and 6.3; RFC 5104, 4.3).</summary>
public static class FeedbackFormat
{
    /// <summary>Of <see cref="RtcpType.TransportFeedback"/>.</summary>
    public const byte Nack = 1;

    /// <summary>Of <see cref="RtcpType.TransportFeedback"/>: arrival times of all packets of a connection.</summary>
    public const byte TransportWide = 15;

    /// <summary>Of <see cref="RtcpType.PayloadFeedback"/>.</summary>
    public const byte PictureLoss = 1;

    /// <summary>Of <see cref="RtcpType.PayloadFeedback"/>.</summary>
    public const byte FullIntraRequest = 4;

    /// <summary>Of <see cref="RtcpType.PayloadFeedback"/>: an application's own, of which REMB is one.</summary>
    public const byte ApplicationLayer = 15;
}

/// <summary>One packet of an RTCP compound.</summary>
public readonly ref struct RtcpPacket
{
    internal RtcpPacket(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        Count = (byte)(header[0] & 0x1F);
        Type = (RtcpType)header[1];
        Body = body;
    }

    public RtcpType Type { get; }

    /// <summary>How many blocks, or which format of feedback; 0 to 31.</summary>
    public byte Count { get; }

    /// <summary>What follows the first four bytes, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; }

    internal uint Word(int index) => BinaryPrimitives.ReadUInt32BigEndian(Body[(4 * index)..]);

    /// <summary>Whether it is of this type and has so many words at least.</summary>
    internal RtcpFault Expect(RtcpType type, int minWords) =>
        Type != type ? RtcpFault.OtherType : Body.Length < 4 * minWords ? RtcpFault.BodyTooShort : RtcpFault.None;

    internal RtcpFault ExpectFeedback(RtcpType type, byte format, int minWords) =>
        Count != format ? RtcpFault.OtherType : Expect(type, minWords);
}

/// <summary>
/// The packets of one datagram of RTCP (RFC 3550, 6.1). Reduced-size RTCP (RFC 5506) is read just so: no type has to come first.
/// </summary>
public readonly ref struct RtcpCompound
{
    public const int HeaderBytes = 4;

    /// <summary>Packets in one datagram.</summary>
    public const int MaxPackets = 64;

    private readonly ReadOnlySpan<byte> _bytes;

    private RtcpCompound(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Looks at the lengths of all packets first: either all of them can be read, or none.</summary>
    public static RtcpFault Parse(ReadOnlySpan<byte> bytes, out RtcpCompound compound)
    {
        compound = default;
        var rest = bytes;
        for (var packets = 0; packets == 0 || !rest.IsEmpty; packets++)
        {
            if (packets == MaxPackets) return RtcpFault.TooManyPackets;
            var fault = Read(rest, out _, out var length);
            if (fault != RtcpFault.None) return fault;
            rest = rest[length..];
        }

        compound = new RtcpCompound(bytes);
        return RtcpFault.None;
    }

    public Enumerator GetEnumerator() => new(_bytes);

    private static RtcpFault Read(ReadOnlySpan<byte> rest, out RtcpPacket packet, out int length)
    {
        packet = default;
        length = 0;
        if (rest.Length < HeaderBytes) return RtcpFault.TooShort;
        if (rest[0] >> 6 != 2) return RtcpFault.WrongVersion;

        length = HeaderBytes + (4 * BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        if (length > rest.Length) return RtcpFault.CutOff;

        var bodyEnd = length;
        if ((rest[0] & 0x20) != 0)
        {
            var padding = rest[length - 1];
            if (length != rest.Length || padding == 0 || padding > length - HeaderBytes) return RtcpFault.WrongPadding;
            bodyEnd -= padding;
        }

        packet = new RtcpPacket(rest, rest[HeaderBytes..bodyEnd]);
        return RtcpFault.None;
    }

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _rest = bytes;

        public RtcpPacket Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty || Read(_rest, out var packet, out var length) != RtcpFault.None) return false;

            Current = packet;
            _rest = _rest[length..];
            return true;
        }
    }
}
