using Sightline.Rtc.Codecs;
using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Tests.Repair;

public class ReceiveTrackTests
{
    private const uint Ssrc = 9;
    private const long Ms = 1000;

    private readonly PacketPool _pool = new(maxBuffers: 5000);
    private readonly byte[] _buffer = new byte[1500];
    private ReceiveTrack _track;
    private long _nowUs = 1_000_000;

    public ReceiveTrackTests() => _track = Track(new ReceiveTrackSettings { ClockRate = 90_000, Codec = MediaCodec.Vp8 });

    [Fact]
    public void Packets_in_order_come_out_at_once()
    {
        Arrive(5).ShouldBe(Verdict.Fresh);
        Taken().ShouldBe("5");
        Arrive(6).ShouldBe(Verdict.Fresh);
        Taken().ShouldBe("6");
        _track.WakeAtUs.ShouldBeNull();
        _pool.Lent.ShouldBe(0);
    }

    [Fact]
    public void A_packet_that_is_overtaken_is_waited_for()
    {
        Arrive(5);
        Arrive(7);
        Taken().ShouldBe("5");
        Arrive(6);
        Taken().ShouldBe("6 7");
        Feedback().ShouldBe("");
    }

    [Fact]
    public void What_is_missing_is_asked_for_again_and_again_and_then_given_up()
    {
        Arrive(65_534);
        Arrive(1);
        Feedback().ShouldBe("", "it may only have been overtaken");

        _nowUs += 10 * Ms;
        Feedback().ShouldBe("nack 65535 0");
        Feedback().ShouldBe("", "an answer takes a round trip");
        Taken().ShouldBe("65534");
        _nowUs = _track.WakeAtUs!.Value;
        Feedback().ShouldBe("nack 65535 0");

        _nowUs = 1_000_000 + (500 * Ms);
        Taken().ShouldBe("gap 65535+2 NotRepaired 65537");
        Feedback().ShouldBe("pli");
        _track.WakeAtUs.ShouldBe(_nowUs + (1000 * Ms), "the key frame is asked for until it comes");
        Arrive(2, 0x10, 0x00).ShouldBe(Verdict.Fresh, "a key frame of VP8 begins");
        Taken().ShouldBe("65538");
        _track.WakeAtUs.ShouldBeNull();
    }

    [Fact]
    public void Whoever_answers_at_once_is_asked_again_sooner()
    {
        Arrive(0);
        for (ushort sequence = 2; sequence < 200; sequence += 2)
        {
            Arrive(sequence);
            _nowUs += 10 * Ms;
            Feedback();
            _nowUs += 30 * Ms;
            Arrive((ushort)(sequence - 1));
        }

        _track.RoundTripUs.ShouldBeInRange(30 * Ms, 31 * Ms);
    }

    [Fact]
    public void Duplicates_come_out_once_whenever_they_come()
    {
        Arrive(5);
        Arrive(7);
        Arrive(7).ShouldBe(Verdict.Duplicate);
        Arrive(5).ShouldBe(Verdict.Duplicate);
        Taken().ShouldBe("5");
        Arrive(6);
        Arrive(6).ShouldBe(Verdict.Duplicate);
        Taken().ShouldBe("6 7");
        Arrive(6).ShouldBe(Verdict.Duplicate);
    }

    [Fact]
    public void What_comes_after_it_was_given_up_is_late_once()
    {
        Arrive(5);
        Arrive(7);
        _nowUs += 600 * Ms;
        Taken().ShouldBe("5 gap 6+1 NotRepaired 7");
        Arrive(6).ShouldBe(Verdict.Late);
        Arrive(6).ShouldBe(Verdict.Duplicate);
        Arrive(4).ShouldBe(Verdict.TooOld);
    }

    [Fact]
    public void One_packet_from_elsewhere_is_not_believed_and_two_are()
    {
        Arrive(100);
        Arrive(20_000).ShouldBe(Verdict.Suspect);
        Arrive(101).ShouldBe(Verdict.Fresh);
        Taken().ShouldBe("100 101");

        Arrive(20_001).ShouldBe(Verdict.Fresh);
        Taken().ShouldBe("gap 102+19898 Outage 20000 20001");
    }

    [Fact]
    public void Numbers_that_begin_anew_go_on_above_the_old_ones()
    {
        Arrive(30_000);
        Arrive(30_002);
        Arrive(10).ShouldBe(Verdict.Suspect);
        Arrive(11).ShouldBe(Verdict.Fresh);

        Taken().ShouldBe("30000 gap 30001+1 NotRepaired 30002 gap 30003+0 Restart 65546 65547");
        Arrive(12).ShouldBe(Verdict.Fresh);
        Taken().ShouldBe("65548");
    }

    [Fact]
    public void The_oldest_is_given_up_when_too_many_wait_behind_it()
    {
        _track = Track(new ReceiveTrackSettings { ClockRate = 90_000, MaxPackets = 100 });
        Arrive(0);
        for (ushort sequence = 2; sequence < 300; sequence++)
        {
            Arrive(sequence);
            if (sequence == 100) Taken().ShouldBe("0");
            if (sequence == 101) Taken().ShouldStartWith("gap 1+1 NoRoom 2 3");
            else if (sequence > 101) Taken();
        }

        _pool.Lent.ShouldBe(0);
    }

    [Fact]
    public void A_flood_that_nobody_takes_out_is_bounded()
    {
        Arrive(0);
        for (var i = 0; i < 100_000; i++) Arrive((ushort)(i + 2)); // never 1, until the numbers come round

        _pool.Lent.ShouldBeLessThanOrEqualTo(2 * 4096);
    }

    [Fact]
    public void A_stream_without_a_sender_that_repairs_waits_only_for_those_overtaken()
    {
        _track = Track(new ReceiveTrackSettings { ClockRate = 48_000, Nack = false, WaitUs = 4_000_000 });
        Arrive(5);
        Arrive(7);
        _nowUs += 300 * Ms;
        Feedback().ShouldBe("");
        Taken().ShouldBe("5 gap 6+1 NotRepairable 7");
        Feedback().ShouldBe("", "sound has no key frames");
    }

    [Fact]
    public void A_recording_holds_the_first_packet_for_those_that_it_overtook()
    {
        _track = Track(new ReceiveTrackSettings { ClockRate = 90_000 }.ForRecording());
        Arrive(8);
        Taken().ShouldBe("");
        Arrive(5).ShouldBe(Verdict.Fresh);
        _nowUs += 10 * Ms;
        Feedback().ShouldBe("nack 6 7");
        Arrive(7);
        Arrive(6);
        _nowUs += 190 * Ms;
        Taken().ShouldBe("5 6 7 8");
    }

    [Fact]
    public void A_key_frame_is_asked_for_while_the_missing_packet_is_still_waited_for()
    {
        _track = Track(new ReceiveTrackSettings { ClockRate = 90_000, Codec = MediaCodec.Vp8 }.ForRecording());
        Arrive(5);
        Arrive(7);
        _nowUs += 1000 * Ms;
        Taken();
        Feedback().ShouldBe("nack 6 pli");
        Arrive(6);
        Taken().ShouldBe("6 7");
    }

    [Fact]
    public void Requests_for_key_frames_are_limited_and_change_their_kind_when_nobody_answers()
    {
        _track = Track(new ReceiveTrackSettings { ClockRate = 90_000, Codec = MediaCodec.Vp8, FullIntraRequest = true });
        var asked = new List<string>();
        for (var second = 0; second < 5; second++)
        {
            _track.WantKeyFrame();
            asked.Add(Feedback());
            _nowUs += 999 * Ms;
            Feedback().ShouldBe("");
            _nowUs += 1 * Ms;
        }

        asked.ShouldBe(["pli", "pli", "fir 1", "pli", "fir 2"]);
    }

    [Fact]
    public void A_retransmission_becomes_the_packet_that_was_sent_first()
    {
        Arrive(5);
        Arrive(7);
        var writer = new RtpWriter(_buffer, new RtpHeader(97, 1234, 600, 10, Marker: true));
        writer.Add(1, "0"u8);
        var length = writer.Finish([0, 6, 42], paddingBytes: 4);
        RtpPacket.Parse(_buffer.AsSpan(0, length), out var retransmission).ShouldBe(RtpFault.None);

        var arrival = _track.HandleRetransmission(retransmission, 96, _nowUs);

        arrival.Verdict.ShouldBe(Verdict.Fresh);
        (arrival.Packet.SequenceNumber, arrival.Packet.PayloadType, arrival.Packet.Ssrc, arrival.Packet.Marker).ShouldBe(((ushort)6, (byte)96, Ssrc, true));
        arrival.Packet.Payload.ToArray().ShouldBe([42]);
        arrival.Packet.Extensions.TryFind(1, out _).ShouldBeTrue();
        _track.HandleRetransmission(retransmission, 96, _nowUs).Verdict.ShouldBe(Verdict.Duplicate);
        Taken().ShouldBe("5 6 7");
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 6 })]
    public void A_retransmission_of_nothing_is_a_probe(byte[] payload)
    {
        var length = new RtpWriter(_buffer, new RtpHeader(97, 1, 2, 10)).Finish(payload, paddingBytes: 200);
        RtpPacket.Parse(_buffer.AsSpan(0, length), out var probe).ShouldBe(RtpFault.None);

        _track.HandleRetransmission(probe, 96, _nowUs).Verdict.ShouldBe(Verdict.Empty);
    }

    [Fact]
    public void Reports_say_what_was_lost_and_repeat_the_senders_time()
    {
        _track.Report(_nowUs).ShouldBeNull();
        for (ushort sequence = 65_530; sequence != 10; sequence++)
        {
            if (sequence % 4 != 0) Arrive(sequence);
        }

        _track.HandleSenderReport(new SenderInfo(Ssrc, 0x1234_5678_9ABC_DEF0, 0, 0, 0), _nowUs);
        var report = _track.Report(_nowUs + (500 * Ms))!.Value;

        report.ShouldBe(new ReportBlock(Ssrc, 64, 4, 0x0001_0009, report.Jitter, 0x5678_9ABC, 32_768));
        _track.Report(_nowUs)!.Value.FractionLost.ShouldBe((byte)0, "nothing was lost since");
    }

    [Fact]
    public void A_closed_track_gives_everything_back()
    {
        Arrive(5);
        Arrive(7);
        _track.TryTake(_nowUs, out _).ShouldBeTrue();
        _track.Close();
        _pool.Lent.ShouldBe(0);
    }

    [Fact]
    public void In_the_steady_state_nothing_is_allocated()
    {
        Run(0, 20_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(20_000, 120_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        // One of 50 comes late, one of 100 never.
        void Run(int from, int until)
        {
            Span<byte> feedback = stackalloc byte[1000];
            for (var i = from; i < until; i++)
            {
                var sequence = (ushort)i;
                if (i % 100 == 0) continue;
                Arrive((ushort)(i % 50 == 1 ? sequence + 1 : i % 50 == 2 ? sequence - 1 : sequence));
                while (_track.TryTake(_nowUs, out _)) { }
                var writer = new RtcpWriter(feedback);
                _track.WriteFeedback(ref writer, 1, _nowUs);
                _nowUs += 2 * Ms;
            }
        }
    }

    private ReceiveTrack Track(ReceiveTrackSettings settings) => new(Ssrc, settings, _pool);

    private Verdict Arrive(ushort sequence, params ReadOnlySpan<byte> payload)
    {
        var length = new RtpWriter(_buffer, new RtpHeader(96, sequence, 100u * sequence, Ssrc)).Finish(payload.IsEmpty ? [1, 2, 3] : payload);
        RtpPacket.Parse(_buffer.AsSpan(0, length), out var packet);
        return _track.Handle(packet, _nowUs).Verdict;
    }

    private string Taken()
    {
        var taken = new List<string>();
        while (_track.TryTake(_nowUs, out var output))
            taken.Add(output.Gap is { } gap ? $"gap {gap.FirstSequence}+{gap.Packets} {gap.Cause}" : $"{output.Sequence}");

        return string.Join(' ', taken);
    }

    private string Feedback()
    {
        Span<byte> buffer = stackalloc byte[1000];
        var writer = new RtcpWriter(buffer);
        _track.WriteFeedback(ref writer, 1, _nowUs);
        var said = new List<string>();
        if (writer.Length == 0) return "";

        RtcpCompound.Parse(buffer[..writer.Length], out var compound).ShouldBe(RtcpFault.None);
        foreach (var packet in compound)
        {
            if (Nack.Parse(packet, out var nack) == RtcpFault.None)
            {
                said.Add("nack");
                foreach (var sequence in nack) said.Add($"{sequence}");
            }
            else if (FullIntraRequest.Parse(packet, out var request) == RtcpFault.None)
            {
                said.Add($"fir {request[0].Number}");
            }
            else if (PictureLoss.Parse(packet, out _) == RtcpFault.None)
            {
                said.Add("pli");
            }
        }

        return string.Join(' ', said);
    }
}
