using System.Buffers.Binary;

namespace Sightline.Rtc.Rtcp;

/// <summary>How one source is received (RFC 3550, 6.4.1).</summary>
/// <param name="FractionLost">Since the last report, in 1/256.</param>
/// <param name="CumulativeLost">Since the beginning; 24 bits with a sign.</param>
/// <param name="HighestSequence">Lower 16 bits: the number itself; upper 16 bits: how often it wrapped.</param>
/// <param name="Jitter">In units of the source's timestamp.</param>
/// <param name="LastReport">The middle 32 bits of the NTP time of the last sender report; 0 without one.</param>
/// <param name="DelaySinceLastReport">In 1/65536 s.</param>
public readonly record struct ReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint HighestSequence, uint Jitter, uint LastReport, uint DelaySinceLastReport)
{
    public const int Bytes = 24;

    public const int MinCumulativeLost = -0x80_0000;
    public const int MaxCumulativeLost = 0x7F_FFFF;

    internal static ReportBlock Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32BigEndian(bytes),
        bytes[4],
        // Shifted up and down again for the sign.
        BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) << 8 >> 8,
        BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], CumulativeLost & 0xFF_FFFF);
        bytes[4] = FractionLost;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastReport);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastReport);
    }
}

/// <summary>The blocks of a report, read in place.</summary>
public readonly ref struct ReportBlocks
{
    /// <summary>In one report.</summary>
    public const int Max = 31;

    private readonly ReadOnlySpan<byte> _bytes;

    internal ReportBlocks(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Count => _bytes.Length / ReportBlock.Bytes;

    public ReportBlock this[int index] => ReportBlock.Read(_bytes.Slice(index * ReportBlock.Bytes, ReportBlock.Bytes));
}

/// <summary>What a sender's clock says beside its media's timestamp (RFC 3550, 6.4.1).</summary>
/// <param name="NtpTime">Seconds since 1900 in 1/2^32 s.</param>
/// <param name="RtpTimestamp">The same moment in the media's clock.</param>
public readonly record struct SenderInfo(uint Ssrc, ulong NtpTime, uint RtpTimestamp, uint PacketCount, uint OctetCount)
{
    /// <summary>What a <see cref="ReportBlock.LastReport"/> repeats of it.</summary>
    public uint MiddleOfNtpTime => (uint)(NtpTime >> 16);
}

/// <summary>SR (RFC 3550, 6.4.1).</summary>
public readonly ref struct SenderReport
{
    internal const int FixedWords = 6;

    private SenderReport(SenderInfo info, ReportBlocks blocks)
    {
        Info = info;
        Blocks = blocks;
    }

    public SenderInfo Info { get; }

    public ReportBlocks Blocks { get; }

    public static RtcpFault Parse(in RtcpPacket packet, out SenderReport report)
    {
        report = default;
        var fault = packet.Expect(RtcpType.SenderReport, FixedWords + (packet.Count * ReportBlock.Bytes / 4));
        if (fault != RtcpFault.None) return fault;

        var ntpTime = ((ulong)packet.Word(1) << 32) | packet.Word(2);
        var info = new SenderInfo(packet.Word(0), ntpTime, packet.Word(3), packet.Word(4), packet.Word(5));
        report = new SenderReport(info, new ReportBlocks(packet.Body.Slice(4 * FixedWords, packet.Count * ReportBlock.Bytes)));
        return RtcpFault.None;
    }
}

/// <summary>RR (RFC 3550, 6.4.2).</summary>
public readonly ref struct ReceiverReport
{
    private ReceiverReport(uint ssrc, ReportBlocks blocks)
    {
        Ssrc = ssrc;
        Blocks = blocks;
    }

    /// <summary>Of the one who reports.</summary>
    public uint Ssrc { get; }

    public ReportBlocks Blocks { get; }

    public static RtcpFault Parse(in RtcpPacket packet, out ReceiverReport report)
    {
        report = default;
        var fault = packet.Expect(RtcpType.ReceiverReport, 1 + (packet.Count * ReportBlock.Bytes / 4));
        if (fault != RtcpFault.None) return fault;

        report = new ReceiverReport(packet.Word(0), new ReportBlocks(packet.Body.Slice(4, packet.Count * ReportBlock.Bytes)));
        return RtcpFault.None;
    }
}
