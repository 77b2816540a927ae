using System.Buffers.Binary;
using Sightline.Rtc.Codecs;
using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Tests.Repair;

/// <summary>
/// A sender with a memory for retransmissions, a line each way, and a track that receives, on a virtual clock. Each packet carries its
/// number among all that were sent.
/// </summary>
public sealed class SimulatedCall
{
    public const uint MediaSsrc = 0x1111;
    public const uint RtxSsrc = 0x2222;
    public const byte PayloadType = 96;
    public const byte RtxPayloadType = 97;
    private const int HistoryMs = 3000;

    private readonly Dictionary<ushort, (long AtUs, byte[] Packet)> _history = [];
    private readonly PacketPool _pool = new(maxBuffers: 20_000);
    private readonly byte[] _buffer = new byte[1500];
    private readonly List<long> _received = [];
    private readonly List<long> _timestamps = [];
    private readonly List<Gap> _gaps = [];
    private readonly Dictionary<Verdict, int> _verdicts = [];
    private ushort _sequence;
    private ushort _rtxSequence;
    private uint _timestamp;

    public SimulatedCall(int seed, Line line, ReceiveTrackSettings? settings = null, ushort firstSequence = 65_000, uint firstTimestamp = uint.MaxValue - 90_000)
    {
        (Seed, _sequence, _timestamp) = (seed, firstSequence, firstTimestamp);
        ToReceiver = new SimulatedNetwork(line, seed);
        ToSender = new SimulatedNetwork(line, seed + 1_000_000);
        Track = new ReceiveTrack(MediaSsrc, settings ?? new ReceiveTrackSettings { ClockRate = 90_000, Codec = MediaCodec.Vp8 }.ForRecording(), _pool);
    }

    public int Seed { get; }

    public long NowUs { get; private set; } = 1_000_000;

    public SimulatedNetwork ToReceiver { get; }

    public SimulatedNetwork ToSender { get; }

    public ReceiveTrack Track { get; }

    public long Sent { get; private set; }

    /// <summary>The numbers of the packets that came out.</summary>
    public IReadOnlyList<long> Received => _received;

    /// <summary>The unwrapped timestamps beside them.</summary>
    public IReadOnlyList<long> Timestamps => _timestamps;

    public IReadOnlyList<Gap> Gaps => _gaps;

    public IReadOnlyDictionary<Verdict, int> Verdicts => _verdicts;

    public int KeyFrameRequests { get; private set; }

    public int Lent => _pool.Lent;

    /// <summary>Whether the sender answers.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Sends packets evenly, then lets the line become quiet.</summary>
    /// <param name="packetsPerFrame">With one timestamp.</param>
    public SimulatedCall Send(int frames, int packetsPerFrame = 4, int everyUs = 33_333, int clockRate = 90_000)
    {
        for (var frame = 0; frame < frames; frame++)
        {
            for (var packet = 0; packet < packetsPerFrame; packet++) SendOne(marker: packet == packetsPerFrame - 1);
            _timestamp += (uint)((long)everyUs * clockRate / 1_000_000);
            RunUntil(NowUs + everyUs);
        }

        return this;
    }

    public SimulatedCall Quiet(int forMs = 6000)
    {
        RunUntil(NowUs + (1000L * forMs));
        return this;
    }

    /// <summary>The sender's numbers jump.</summary>
    public void JumpTo(ushort sequence) => _sequence = sequence;

    private void SendOne(bool marker)
    {
        Span<byte> payload = stackalloc byte[100];
        BinaryPrimitives.WriteInt64BigEndian(payload, Sent++);
        var header = new RtpHeader(PayloadType, _sequence, _timestamp, MediaSsrc, marker);
        var packet = _buffer.AsSpan(0, new RtpWriter(_buffer, header).Finish(payload));
        _history[_sequence] = (NowUs, packet.ToArray());
        _sequence++;
        ToReceiver.Send(packet, NowUs);
    }

    /// <summary>Goes from event to event: something arrives, or the track wants to be woken.</summary>
    private void RunUntil(long untilUs)
    {
        for (var steps = 0; ; steps++)
        {
            (steps < 1_000_000).ShouldBeTrue($"seed {Seed}: the clock stands still at {NowUs}");
            var next = Math.Min(Math.Min(ToReceiver.NextUs, ToSender.NextUs), Track.WakeAtUs ?? long.MaxValue);
            if (next > untilUs) break;
            NowUs = Math.Max(NowUs, next);
            Step();
        }

        NowUs = untilUs;
    }

    private void Step()
    {
        while (ToReceiver.TryReceive(NowUs, out var bytes))
        {
            RtpPacket.Parse(bytes, out var packet).ShouldBe(RtpFault.None);
            var arrival = packet.Ssrc == RtxSsrc ? Track.HandleRetransmission(packet, PayloadType, NowUs) : Track.Handle(packet, NowUs);
            _verdicts[arrival.Verdict] = _verdicts.GetValueOrDefault(arrival.Verdict) + 1;
        }

        while (ToSender.TryReceive(NowUs, out var bytes)) Answer(bytes);

        while (Track.TryTake(NowUs, out var output))
        {
            if (output.Gap is { } gap)
            {
                _gaps.Add(gap);
                continue;
            }

            RtpPacket.Parse(output.Bytes, out var packet).ShouldBe(RtpFault.None);
            (packet.Ssrc, packet.PayloadType).ShouldBe((MediaSsrc, PayloadType));
            ((ushort)output.Sequence).ShouldBe(packet.SequenceNumber);
            _received.Add(BinaryPrimitives.ReadInt64BigEndian(packet.Payload));
            _timestamps.Add(output.Timestamp);
        }

        Span<byte> feedback = stackalloc byte[1200];
        var writer = new RtcpWriter(feedback);
        Track.WriteFeedback(ref writer, ownSsrc: 1, NowUs);
        if (writer.Length > 0) ToSender.Send(feedback[..writer.Length], NowUs);
    }

    private void Answer(byte[] bytes)
    {
        RtcpCompound.Parse(bytes, out var compound).ShouldBe(RtcpFault.None);
        foreach (var packet in compound)
        {
            if (packet.Type == RtcpType.PayloadFeedback) KeyFrameRequests++;
            if (!Answers || Nack.Parse(packet, out var nack) != RtcpFault.None) continue;
            foreach (var sequence in nack)
            {
                if (_history.TryGetValue(sequence, out var sent) && NowUs - sent.AtUs <= 1000L * HistoryMs) Retransmit(sent.Packet);
            }
        }
    }

    private void Retransmit(byte[] original)
    {
        RtpPacket.Parse(original, out var packet);
        byte[] payload = [original[2], original[3], .. packet.Payload];
        var header = new RtpHeader(RtxPayloadType, _rtxSequence++, packet.Timestamp, RtxSsrc, packet.Marker);
        ToReceiver.Send(_buffer.AsSpan(0, new RtpWriter(_buffer, header).Finish(payload)), NowUs);
    }
}
