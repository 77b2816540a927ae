using System.Buffers.Binary;
using System.Numerics;

namespace Sightline.Rtc.Rtcp;

/// <summary>A generic NACK (RFC 4585, 6.2.1): the sequence numbers that are asked for again.</summary>
public readonly ref struct Nack
{
    private readonly ReadOnlySpan<byte> _entries;

    private Nack(uint senderSsrc, uint mediaSsrc, ReadOnlySpan<byte> entries)
    {
        SenderSsrc = senderSsrc;
        MediaSsrc = mediaSsrc;
        _entries = entries;
    }

    /// <summary>Of the one who asks.</summary>
    public uint SenderSsrc { get; }

    public uint MediaSsrc { get; }

    public static RtcpFault Parse(in RtcpPacket packet, out Nack nack)
    {
        nack = default;
        var fault = packet.ExpectFeedback(RtcpType.TransportFeedback, FeedbackFormat.Nack, 3);
        if (fault != RtcpFault.None) return fault;

        nack = new Nack(packet.Word(0), packet.Word(1), packet.Body[8..(packet.Body.Length / 4 * 4)]);
        return RtcpFault.None;
    }

    public Enumerator GetEnumerator() => new(_entries);

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private ushort _first;
        private uint _following;

        internal Enumerator(ReadOnlySpan<byte> entries) => _rest = entries;

        public ushort Current { get; private set; }

        public bool MoveNext()
        {
            if (_following != 0)
            {
                var bit = BitOperations.TrailingZeroCount(_following);
                _following &= _following - 1;
                Current = (ushort)(_first + 1 + bit);
                return true;
            }

            if (_rest.IsEmpty) return false;

            Current = _first = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            _following = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            _rest = _rest[4..];
            return true;
        }
    }
}

/// <summary>PLI (RFC 4585, 6.3.1): a picture is lost, send a key frame.</summary>
public readonly record struct PictureLoss(uint SenderSsrc, uint MediaSsrc)
{
    public static RtcpFault Parse(in RtcpPacket packet, out PictureLoss loss)
    {
        var fault = packet.ExpectFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss, 2);
        loss = fault == RtcpFault.None ? new PictureLoss(packet.Word(0), packet.Word(1)) : default;
        return fault;
    }
}

/// <summary>FIR (RFC 5104, 4.3.1): a decoder wants to begin; each entry names a source, and counts its commands.</summary>
public readonly ref struct FullIntraRequest
{
    private readonly ReadOnlySpan<byte> _entries;

    private FullIntraRequest(uint senderSsrc, ReadOnlySpan<byte> entries)
    {
        SenderSsrc = senderSsrc;
        _entries = entries;
    }

    public uint SenderSsrc { get; }

    public int Count => _entries.Length / 8;

    /// <summary>A command with the number of the one before it is the same command once more.</summary>
    public (uint Ssrc, byte Number) this[int index] =>
        (BinaryPrimitives.ReadUInt32BigEndian(_entries[(8 * index)..]), _entries[(8 * index) + 4]);

    public static RtcpFault Parse(in RtcpPacket packet, out FullIntraRequest request)
    {
        request = default;
        var fault = packet.ExpectFeedback(RtcpType.PayloadFeedback, FeedbackFormat.FullIntraRequest, 4);
        if (fault != RtcpFault.None) return fault;

        request = new FullIntraRequest(packet.Word(0), packet.Body[8..]);
        return RtcpFault.None;
    }
}

/// <summary>REMB (draft-alvestrand-rmcat-remb-03): how much the receiver believes its line carries.</summary>
public readonly ref struct BandwidthEstimate
{
    internal const uint Name = 0x52454D42;

    private readonly ReadOnlySpan<byte> _ssrcs;

    private BandwidthEstimate(uint senderSsrc, ulong bitsPerSecond, ReadOnlySpan<byte> ssrcs)
    {
        SenderSsrc = senderSsrc;
        BitsPerSecond = bitsPerSecond;
        _ssrcs = ssrcs;
    }

    public uint SenderSsrc { get; }

    public ulong BitsPerSecond { get; }

    public int Count => _ssrcs.Length / 4;

    public uint Ssrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(_ssrcs[(4 * index)..]);

    public static RtcpFault Parse(in RtcpPacket packet, out BandwidthEstimate estimate)
    {
        estimate = default;
        var fault = packet.ExpectFeedback(RtcpType.PayloadFeedback, FeedbackFormat.ApplicationLayer, 4);
        if (fault != RtcpFault.None) return fault;
        if (packet.Word(2) != Name) return RtcpFault.OtherType;

        var word = packet.Word(3);
        var count = (int)(word >> 24);
        if (packet.Body.Length < 16 + (4 * count)) return RtcpFault.BodyTooShort;

        var (exponent, mantissa) = ((int)(word >> 18) & 0x3F, word & 0x3_FFFF);
        // 18 bits of mantissa in 64: more than this nobody sends.
        if (exponent > 46) return RtcpFault.WrongValue;

        estimate = new BandwidthEstimate(packet.Word(0), (ulong)mantissa << exponent, packet.Body.Slice(16, 4 * count));
        return RtcpFault.None;
    }
}
