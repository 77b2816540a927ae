using System.Buffers.Binary;

namespace Sightline.Rtc.Rtcp;

/// <summary>
/// When the packets of a connection arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1). Enumerating it gives one
/// <see cref="PacketArrival"/> a packet, in order, and ends early where the packet is shorter than it says.
/// </summary>
public readonly ref struct TransportFeedback
{
    /// <summary>What one step of a delta stands for.</summary>
    public const long DeltaUs = 250;

    /// <summary>What one step of <see cref="ReferenceTime"/> stands for.</summary>
    public const long ReferenceUs = 64_000;

    internal const int FixedWords = 4;

    private readonly ReadOnlySpan<byte> _chunksAndDeltas;

    private TransportFeedback(in RtcpPacket packet)
    {
        SenderSsrc = packet.Word(0);
        MediaSsrc = packet.Word(1);
        BaseSequence = (ushort)(packet.Word(2) >> 16);
        PacketCount = (ushort)packet.Word(2);
        ReferenceTime = (int)packet.Word(3) >> 8;
        Number = (byte)packet.Word(3);
        _chunksAndDeltas = packet.Body[(4 * FixedWords)..];
    }

    public uint SenderSsrc { get; }

    public uint MediaSsrc { get; }

    /// <summary>The transport-wide sequence number of the first packet.</summary>
    public ushort BaseSequence { get; }

    /// <summary>How many packets it speaks of.</summary>
    public ushort PacketCount { get; }

    /// <summary>What the first delta counts from, in 64 ms; 24 bits with a sign.</summary>
    public int ReferenceTime { get; }

    /// <summary>Counts the feedback packets.</summary>
    public byte Number { get; }

    public static RtcpFault Parse(in RtcpPacket packet, out TransportFeedback feedback)
    {
        feedback = default;
        var fault = packet.ExpectFeedback(RtcpType.TransportFeedback, FeedbackFormat.TransportWide, FixedWords);
        if (fault != RtcpFault.None) return fault;

        feedback = new TransportFeedback(packet);
        return feedback.DeltasAt() < 0 ? RtcpFault.BodyTooShort : RtcpFault.None;
    }

    public Enumerator GetEnumerator() => new(this);

    /// <summary>Where the chunks end and the deltas begin; -1 where the chunks speak of fewer packets than announced.</summary>
    private int DeltasAt()
    {
        var (at, packets) = (0, 0);
        while (packets < PacketCount)
        {
            if (at + 2 > _chunksAndDeltas.Length) return -1;
            packets += StatusChunk.Packets(BinaryPrimitives.ReadUInt16BigEndian(_chunksAndDeltas[at..]));
            at += 2;
        }

        return at;
    }

    public ref struct Enumerator
    {
        private readonly int _packets;
        private ReadOnlySpan<byte> _chunks;
        private ReadOnlySpan<byte> _deltas;
        private ushort _chunk;
        private int _inChunk;
        private int _number;
        private ushort _sequence;
        private long _timeUs;

        internal Enumerator(TransportFeedback feedback)
        {
            var deltasAt = Math.Max(feedback.DeltasAt(), 0);
            _packets = feedback.PacketCount;
            _chunks = feedback._chunksAndDeltas[..deltasAt];
            _deltas = feedback._chunksAndDeltas[deltasAt..];
            _sequence = (ushort)(feedback.BaseSequence - 1);
            _timeUs = feedback.ReferenceTime * ReferenceUs;
        }

        public PacketArrival Current { get; private set; }

        public bool MoveNext()
        {
            if (_number++ == _packets) return false;

            while (_inChunk == StatusChunk.Packets(_chunk))
            {
                if (_chunks.IsEmpty) return false;
                _chunk = BinaryPrimitives.ReadUInt16BigEndian(_chunks);
                _chunks = _chunks[2..];
                _inChunk = 0;
            }

            var status = StatusChunk.Status(_chunk, _inChunk++);
            _sequence++;
            var bytes = status switch { PacketStatus.SmallDelta => 1, PacketStatus.LargeDelta => 2, _ => 0 };
            if (bytes > _deltas.Length) return false;

            if (bytes > 0) _timeUs += DeltaUs * (bytes == 1 ? _deltas[0] : BinaryPrimitives.ReadInt16BigEndian(_deltas));
            _deltas = _deltas[bytes..];
            Current = new PacketArrival(_sequence, bytes > 0 ? _timeUs : null);
            return true;
        }
    }
}

/// <summary>When one packet arrived.</summary>
/// <param name="Sequence">Its transport-wide sequence number.</param>
/// <param name="ArrivedAtUs">By the receiver's clock, modulo 2^24 × 64 ms; <c>null</c>: it did not.</param>
public readonly record struct PacketArrival(ushort Sequence, long? ArrivedAtUs);

internal enum PacketStatus
{
    NotReceived,
    SmallDelta,
    LargeDelta,
    Reserved,
}

/// <summary>Sixteen bits that tell the statuses of several packets (3.1.1 to 3.1.4).</summary>
internal static class StatusChunk
{
    public const int MaxRun = 0x1FFF;
    public const int OneBitStatuses = 14;
    public const int TwoBitStatuses = 7;

    public static int Packets(ushort chunk) =>
        (chunk & 0x8000) == 0 ? chunk & MaxRun : (chunk & 0x4000) == 0 ? OneBitStatuses : TwoBitStatuses;

    public static PacketStatus Status(ushort chunk, int index)
    {
        if ((chunk & 0x8000) == 0) return (PacketStatus)((chunk >> 13) & 3);

        return (chunk & 0x4000) == 0
            ? (PacketStatus)((chunk >> (OneBitStatuses - 1 - index)) & 1)
            : (PacketStatus)((chunk >> (2 * (TwoBitStatuses - 1 - index))) & 3);
    }

    public static ushort Run(PacketStatus status, int packets) => (ushort)(((int)status << 13) | packets);
}
