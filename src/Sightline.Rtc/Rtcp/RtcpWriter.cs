using System.Buffers.Binary;

namespace Sightline.Rtc.Rtcp;

/// <summary>
/// Writes RTCP packets one after the other into a buffer. What has no room is not begun: the method says <c>false</c> and what was
/// written so far stays good.
/// </summary>
public ref struct RtcpWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    private readonly int Room => _buffer.Length - Length;

    /// <param name="blocks">At most <see cref="ReportBlocks.Max"/>.</param>
    public bool SenderReport(in SenderInfo info, scoped ReadOnlySpan<ReportBlock> blocks = default)
    {
        if (!Begin(RtcpType.SenderReport, blocks.Length, 24 + (ReportBlock.Bytes * blocks.Length), out var body)) return false;

        BinaryPrimitives.WriteUInt32BigEndian(body, info.Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], info.NtpTime);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], info.RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], info.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], info.OctetCount);
        Blocks(body[24..], blocks);
        return true;
    }

    /// <param name="blocks">At most <see cref="ReportBlocks.Max"/>.</param>
    public bool ReceiverReport(uint ssrc, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        if (!Begin(RtcpType.ReceiverReport, blocks.Length, 4 + (ReportBlock.Bytes * blocks.Length), out var body)) return false;

        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        Blocks(body[4..], blocks);
        return true;
    }

    /// <summary>SDES with the one item that every compound must have.</summary>
    /// <param name="name">UTF-8, at most 255 bytes.</param>
    public bool Cname(uint ssrc, scoped ReadOnlySpan<byte> name)
    {
        // One zero at least ends the items.
        var bytes = (4 + 2 + name.Length + 1 + 3) / 4 * 4;
        if (!Begin(RtcpType.SourceDescription, 1, bytes, out var body)) return false;

        body[4..].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = DescriptionItem.Cname;
        body[5] = checked((byte)name.Length);
        name.CopyTo(body[6..]);
        return true;
    }

    /// <param name="reason">UTF-8, at most 255 bytes.</param>
    public bool Goodbye(uint ssrc, scoped ReadOnlySpan<byte> reason = default)
    {
        var reasonBytes = reason.IsEmpty ? 0 : (1 + reason.Length + 3) / 4 * 4;
        if (!Begin(RtcpType.Goodbye, 1, 4 + reasonBytes, out var body)) return false;

        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        if (reason.IsEmpty) return true;

        body[4..].Clear();
        body[4] = checked((byte)reason.Length);
        reason.CopyTo(body[5..]);
        return true;
    }

    /// <summary>Asks for packets again.</summary>
    /// <param name="sequences">Ascending, in the order of their wrapping.</param>
    public bool Nack(uint senderSsrc, uint mediaSsrc, scoped ReadOnlySpan<ushort> sequences)
    {
        var entries = 0;
        for (var i = 0; i < sequences.Length; entries++) NextNackEntry(sequences, ref i);
        if (!BeginFeedback(RtcpType.TransportFeedback, FeedbackFormat.Nack, senderSsrc, mediaSsrc, 4 * entries, out var body)) return false;

        for (var i = 0; i < sequences.Length; body = body[4..])
            BinaryPrimitives.WriteUInt32BigEndian(body, NextNackEntry(sequences, ref i));

        return true;
    }

    public bool PictureLoss(uint senderSsrc, uint mediaSsrc) =>
        BeginFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss, senderSsrc, mediaSsrc, 0, out _);

    /// <param name="number">Of the command; the same number again repeats the command.</param>
    public bool FullIntraRequest(uint senderSsrc, uint mediaSsrc, byte number)
    {
        if (!BeginFeedback(RtcpType.PayloadFeedback, FeedbackFormat.FullIntraRequest, senderSsrc, 0, 8, out var body)) return false;

        BinaryPrimitives.WriteUInt32BigEndian(body, mediaSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], (uint)number << 24);
        return true;
    }

    /// <param name="ssrcs">At most 255.</param>
    public bool BandwidthEstimate(uint senderSsrc, ulong bitsPerSecond, scoped ReadOnlySpan<uint> ssrcs)
    {
        var format = FeedbackFormat.ApplicationLayer;
        if (!BeginFeedback(RtcpType.PayloadFeedback, format, senderSsrc, 0, 8 + (4 * ssrcs.Length), out var body)) return false;

        var exponent = Math.Max(0, 64 - System.Numerics.BitOperations.LeadingZeroCount(bitsPerSecond) - 18);
        BinaryPrimitives.WriteUInt32BigEndian(body, Rtcp.BandwidthEstimate.Name);
        var word = ((uint)ssrcs.Length << 24) | ((uint)exponent << 18) | (uint)(bitsPerSecond >> exponent);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], word);
        for (var i = 0; i < ssrcs.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(body[(8 + (4 * i))..], ssrcs[i]);
        return true;
    }

    /// <summary>Tells when packets with consecutive transport-wide sequence numbers arrived, as many as fit.</summary>
    /// <param name="number">Of the feedback packet.</param>
    /// <param name="arrivalsUs">A time for each packet, at least one; negative: it did not arrive.</param>
    /// <returns>How many it tells of; 0 when there is no room.</returns>
    public int TransportFeedback(uint senderSsrc, uint mediaSsrc, ushort baseSequence, byte number, scoped ReadOnlySpan<long> arrivalsUs)
    {
        const int MinBytes = RtcpCompound.HeaderBytes + (4 * Rtcp.TransportFeedback.FixedWords);
        // Chunks grow from the front and deltas beside them, until both have no room left together with padding to a word.
        var room = Math.Min(Room - MinBytes - 3, StatusEncoder.MaxBytes);
        if (room < 4) return 0;

        Span<byte> deltas = stackalloc byte[StatusEncoder.MaxBytes];
        var encoder = new StatusEncoder(_buffer.Slice(Length + MinBytes, room), deltas);
        var told = encoder.Encode(arrivalsUs);
        if (told == 0) return 0;

        var bytes = encoder.ChunkBytes + encoder.DeltaBytes;
        var format = FeedbackFormat.TransportWide;
        BeginFeedback(RtcpType.TransportFeedback, format, senderSsrc, mediaSsrc, 8 + ((bytes + 3) / 4 * 4), out var body);
        BinaryPrimitives.WriteUInt16BigEndian(body, baseSequence);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], (ushort)told);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], ((uint)encoder.ReferenceTime << 8) | number);
        body[(8 + encoder.ChunkBytes)..].Clear();
        deltas[..encoder.DeltaBytes].CopyTo(body[(8 + encoder.ChunkBytes)..]);
        return told;
    }

    private static void Blocks(Span<byte> body, ReadOnlySpan<ReportBlock> blocks)
    {
        for (var i = 0; i < blocks.Length; i++) blocks[i].Write(body[(ReportBlock.Bytes * i)..]);
    }

    /// <summary>A sequence number, and a bit for each of the sixteen that follow it.</summary>
    private static uint NextNackEntry(ReadOnlySpan<ushort> sequences, ref int i)
    {
        var first = sequences[i++];
        var following = 0;
        for (; i < sequences.Length; i++)
        {
            var distance = (ushort)(sequences[i] - first);
            if (distance > 16) break;
            if (distance > 0) following |= 1 << (distance - 1);
        }

        return ((uint)first << 16) | (uint)following;
    }

    private bool BeginFeedback(RtcpType type, byte format, uint senderSsrc, uint mediaSsrc, int bytes, out Span<byte> body)
    {
        if (!Begin(type, format, 8 + bytes, out body)) return false;

        BinaryPrimitives.WriteUInt32BigEndian(body, senderSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], mediaSsrc);
        body = body[8..];
        return true;
    }

    private bool Begin(RtcpType type, int count, int bodyBytes, out Span<byte> body)
    {
        body = default;
        if (count > ReportBlocks.Max) throw new ArgumentOutOfRangeException(nameof(count), count, "A packet counts to 31.");
        if (RtcpCompound.HeaderBytes + bodyBytes > Room) return false;

        var packet = _buffer[Length..];
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyBytes / 4));
        Length += RtcpCompound.HeaderBytes + bodyBytes;
        body = packet.Slice(RtcpCompound.HeaderBytes, bodyBytes);
        return true;
    }
}
