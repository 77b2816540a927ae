using Sightline.Rtc.Repair;

namespace Sightline.Rtc.Tests.Repair;

/// <summary>Whatever the line does, what can be repaired arrives once and in order. A failure prints its seed.</summary>
public class SimulationTests
{
    public static TheoryData<string, Line> Lines { get; } = new()
    {
        { "perfect", new Line() },
        { "2 % lost", new Line { LossPct = 2 } },
        { "10 % lost", new Line { LossPct = 10 } },
        { "30 % lost", new Line { LossPct = 30 } },
        { "5 % lost in bursts", new Line { LossPct = 5, BurstMs = 200 } },
        { "200 ms of jitter", new Line { JitterMs = 200 } },
        { "10 % lost, jitter, long way, doubled", new Line { LossPct = 10, JitterMs = 200, DelayMs = 150, DuplicatePct = 5 } },
        { "bursts, jitter, doubled", new Line { LossPct = 10, BurstMs = 150, JitterMs = 200, DuplicatePct = 20 } },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_packet_arrives_once_and_in_order(string name, Line line)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var call = new SimulatedCall(seed, line);
            call.Send(frames: 900);
            // What is lost at the very end is missed only when something follows.
            call.ToReceiver.Line = call.ToSender.Line = new Line();
            call.Send(frames: 1).Quiet();

            var label = $"seed {seed}, {name}";
            call.Gaps.ShouldBeEmpty(label);
            var first = call.Received[0];
            first.ShouldBeLessThan(200, label);
            call.Received.SequenceEqual(Numbers(first, call.Sent)).ShouldBeTrue(label);
            call.Timestamps.SequenceEqual(call.Timestamps.Order()).ShouldBeTrue(label);
            call.Lent.ShouldBe(0, label);
        }
    }

    [Fact]
    public void Where_the_sender_answers_nothing_each_missing_packet_is_told_once_and_the_rest_arrives_in_order()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var call = new SimulatedCall(seed, new Line { LossPct = 5, BurstMs = 30, JitterMs = 100, DuplicatePct = 5 }) { Answers = false };
            call.Send(frames: 600).Quiet();

            var label = $"seed {seed}";
            call.Received.SequenceEqual(call.Received.Distinct().Order()).ShouldBeTrue(label);
            var between = call.Received[^1] - call.Received[0] + 1;
            (call.Received.Count + call.Gaps.Sum(gap => gap.Packets)).ShouldBe(between, label);
            call.Gaps.ShouldNotBeEmpty(label);
            call.Gaps.ShouldAllBe(gap => gap.Cause == GapCause.NotRepaired && gap.TimestampAfter >= gap.TimestampBefore, label);
            call.Track.KeyFrameRequests.ShouldBeInRange(1, (600 / 30) + 7, label);
        }
    }

    [Fact]
    public void An_outage_longer_than_the_senders_memory_is_one_gap()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var call = new SimulatedCall(seed, new Line { JitterMs = 20 });
            call.Send(frames: 100);
            var before = call.Sent;
            call.ToReceiver.Line = new Line { LossPct = 100 };
            call.Send(frames: 900);
            call.ToReceiver.Line = new Line();
            call.Send(frames: 100).Quiet();

            var gap = call.Gaps.ShouldHaveSingleItem($"seed {seed}");
            gap.Cause.ShouldBe(GapCause.Outage, $"seed {seed}");
            gap.Packets.ShouldBeInRange(3501, 3608, $"seed {seed}");
            (call.Received.Count + gap.Packets).ShouldBe(call.Sent, $"seed {seed}");
            call.Received[^1].ShouldBe(call.Sent - 1, $"seed {seed}");
            call.Received.ShouldContain(before + 3600, $"seed {seed}: the first packet after the outage is not lost");
        }
    }

    [Fact]
    public void Three_hours_of_sound_go_over_the_wraps_of_number_and_timestamp()
    {
        var settings = new ReceiveTrackSettings { ClockRate = 48_000 }.ForRecording();
        var call = new SimulatedCall(seed: 7, new Line { LossPct = 1, JitterMs = 30, DuplicatePct = 1 }, settings, firstTimestamp: uint.MaxValue - 48_000);
        var memory = 0L;
        for (var minute = 0; minute < 180; minute++)
        {
            call.Send(frames: 3000, packetsPerFrame: 1, everyUs: 20_000, clockRate: 48_000);
            if (minute == 2) memory = call.Lent;
        }

        call.ToReceiver.Line = call.ToSender.Line = new Line();
        call.Send(frames: 1, packetsPerFrame: 1).Quiet();
        call.Gaps.ShouldBeEmpty();
        call.Received.SequenceEqual(Numbers(call.Received[0], call.Sent)).ShouldBeTrue();
        call.Received[0].ShouldBeLessThan(5);
        (call.Timestamps[^1] - call.Timestamps[0]).ShouldBe(960 * (call.Sent - 1 - call.Received[0]));
        call.Timestamps[^1].ShouldBeGreaterThan(uint.MaxValue);
        memory.ShouldBeLessThan(300);
        call.Lent.ShouldBe(0);
    }

    [Fact]
    public void Three_hours_of_video_go_over_the_wraps_of_number_and_timestamp()
    {
        var call = new SimulatedCall(seed: 8, new Line { LossPct = 2, BurstMs = 40 }, firstTimestamp: uint.MaxValue - 500_000_000);
        call.Send(frames: 3 * 3600 * 15, packetsPerFrame: 3, everyUs: 66_667);
        call.ToReceiver.Line = call.ToSender.Line = new Line();
        call.Send(frames: 1).Quiet();

        call.Gaps.ShouldBeEmpty();
        call.Received.SequenceEqual(Numbers(call.Received[0], call.Sent)).ShouldBeTrue();
        call.Timestamps[^1].ShouldBeGreaterThan(uint.MaxValue);
        call.Timestamps.SequenceEqual(call.Timestamps.Order()).ShouldBeTrue();
    }

    private static IEnumerable<long> Numbers(long first, long until)
    {
        for (var number = first; number < until; number++) yield return number;
    }
}
