using Sightline.Rtc.Codecs;
using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Tests.Captures;

namespace Sightline.Rtc.Tests.Damage;

/// <summary>
/// Whatever stands in a packet, every parser ends, throws nothing and allocates next to nothing. The packets are those of browsers,
/// damaged at random; a failure prints its seed, with which the same damage is done again.
/// </summary>
public class DamagedMediaTests
{
    private const int Rounds = 600_000;

    /// <summary>What buffers may grow to once; there is nothing per packet.</summary>
    private const long MaxAllocatedBytes = 64 * 1024 * 1024;

    private static readonly byte[][] Seeds = [.. Capture.Names.SelectMany(name => Capture.Load(name).Packets).Select(packet => packet.Bytes)];

    private static readonly KnownExtensions Known = new()
    {
        Mid = 4,
        Rid = 10,
        RepairedRid = 11,
        TransportSequence = 3,
        AbsoluteSendTime = 2,
        AudioLevel = 1,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rtp_is_read_to_its_end(int seed) => ForEveryDamage(seed, bytes =>
    {
        if (RtpPacket.Parse(bytes, out var packet) != RtpFault.None) return;

        var read = packet.Payload.Length + packet.PaddingBytes + packet.HeaderBytes - bytes.Length;
        for (var i = 0; i < packet.CsrcCount; i++) _ = packet.Csrc(i);
        foreach (var element in packet.Extensions) _ = element.Value.Length;
        _ = Known.Read(packet).TransportSequence;
        if (read != 0) throw new InvalidOperationException("Header, payload and padding are not the packet.");
    });

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Rtcp_is_read_to_its_end(int seed) => ForEveryDamage(seed, bytes =>
    {
        if (RtcpCompound.Parse(bytes, out var compound) != RtcpFault.None) return;

        foreach (var packet in compound) ReadAll(packet);
    }, rtcp: true);

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Frames_are_put_together_or_dropped(int seed)
    {
        var depacketisers = Enum.GetValues<MediaCodec>().Select(Depacketiser.For).ToArray();
        var number = 0;
        ForEveryDamage(seed, bytes =>
        {
            number++;
            var payload = bytes[Math.Min(bytes.Length, 24)..];
            foreach (var depacketiser in depacketisers)
            {
                if (number % 50 == 0) depacketiser.Gap();
                if (depacketiser.TryAdd(payload, number % 3 == 0, number / 3, out var frame) && frame.Width < 0) throw new InvalidOperationException("Size.");
            }

            foreach (var codec in Enum.GetValues<MediaCodec>()) Depacketiser.BeginsKeyFrame(codec, payload);
        });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void A_track_takes_whatever_comes(int seed)
    {
        var pool = new PacketPool(maxBuffers: 10_000);
        var track = new ReceiveTrack(1, new ReceiveTrackSettings { ClockRate = 90_000, Codec = MediaCodec.Vp8 }.ForRecording(), pool);
        var arrivals = new ArrivalLog();
        var feedback = new byte[1200];
        var nowUs = 0L;
        ForEveryDamage(seed, bytes =>
        {
            nowUs += 2000;
            if (RtpPacket.Parse(bytes, out var packet) != RtpFault.None) return;

            track.Handle(packet, nowUs);
            track.HandleRetransmission(packet, 96, nowUs);
            arrivals.Add(packet.SequenceNumber, nowUs);
            while (track.TryTake(nowUs, out _)) { }
            var writer = new RtcpWriter(feedback);
            track.WriteFeedback(ref writer, 2, nowUs);
            arrivals.WriteFeedback(ref writer, 2, 1, nowUs);
            if (track.WakeAtUs < nowUs - 1_000_000 && track.TryTake(nowUs, out _)) throw new InvalidOperationException("It would be woken for ever.");
        });
        track.Close();
        pool.Lent.ShouldBe(0);
    }

    private static void ReadAll(in RtcpPacket packet)
    {
        if (SenderReport.Parse(packet, out var sent) == RtcpFault.None)
        {
            for (var i = 0; i < sent.Blocks.Count; i++) _ = sent.Blocks[i];
        }

        if (ReceiverReport.Parse(packet, out var received) == RtcpFault.None)
        {
            for (var i = 0; i < received.Blocks.Count; i++) _ = received.Blocks[i];
        }

        if (SourceDescription.Parse(packet, out var description) == RtcpFault.None)
        {
            foreach (var item in description) _ = item.Value.Length;
        }

        if (Goodbye.Parse(packet, out var goodbye) == RtcpFault.None)
        {
            for (var i = 0; i < goodbye.Count; i++) _ = goodbye.Ssrc(i);
        }

        if (Nack.Parse(packet, out var nack) == RtcpFault.None)
        {
            foreach (var sequence in nack) _ = sequence;
        }

        if (TransportFeedback.Parse(packet, out var feedback) == RtcpFault.None)
        {
            var arrivals = 0;
            foreach (var arrival in feedback) arrivals++;
            if (arrivals > feedback.PacketCount) throw new InvalidOperationException("It tells of more packets than it counts.");
        }

        _ = PictureLoss.Parse(packet, out _);
        if (FullIntraRequest.Parse(packet, out var request) == RtcpFault.None)
        {
            for (var i = 0; i < request.Count; i++) _ = request[i];
        }

        if (BandwidthEstimate.Parse(packet, out var estimate) == RtcpFault.None)
        {
            for (var i = 0; i < estimate.Count; i++) _ = estimate.Ssrc(i);
        }
    }

    private static void ForEveryDamage(int seed, ReadOnlySpanAction read, bool rtcp = false)
    {
        var random = new Random(seed);
        var seeds = Seeds.Where(bytes => (bytes[1] is >= 192 and <= 223) == rtcp).ToArray();
        var buffer = new byte[2048];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var length = Damage(random, seeds, buffer);
            try
            {
                read(buffer.AsSpan(0, length));
            }
            catch (Exception bug)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {Convert.ToHexString(buffer, 0, length)}", bug);
            }
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocatedBytes, $"seed {seed}");
    }

    private static int Damage(Random random, byte[][] seeds, byte[] buffer)
    {
        var original = seeds[random.Next(seeds.Length)];
        original.CopyTo(buffer, 0);
        var length = original.Length;
        for (var times = random.Next(5); times > 0; times--)
        {
            // Headers are where the lengths are: half of the damage is done there.
            var at = random.Next(random.Next(2) == 0 ? length : Math.Min(length, 32));
            switch (random.Next(5))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    buffer[at] = (byte)random.Next(256);
                    break;
                case 2:
                    buffer[at] = (byte)(random.Next(2) * 255);
                    break;
                case 3:
                    length = Math.Max(1, at);
                    break;
                default:
                    var other = seeds[random.Next(seeds.Length)];
                    var bytes = Math.Min(other.Length, buffer.Length - at);
                    other.AsSpan(0, bytes).CopyTo(buffer.AsSpan(at));
                    length = at + bytes;
                    break;
            }
        }

        return length;
    }

    private delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);
}
