using FsCheck;
using FsCheck.Fluent;
using Sightline.Recording.Journal;
using Sightline.Recording.Timeline;

namespace Sightline.Recording.Tests.Timeline;

/// <summary>Whatever the network does, these hold. A failure prints its seed and the shortest case.</summary>
public sealed class TimelineProperties
{
    /// <summary>What becomes of a packet: its delay in ms, or lost when there is none; and whether it comes twice.</summary>
    private static readonly Gen<(int? DelayMs, bool Twice)> AnyFate =
        from delayMs in Gen.Frequency((8, Gen.Choose(0, 30)), (3, Gen.Choose(0, 900)))
        from isLost in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        from twice in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        select (isLost ? (int?)null : delayMs, twice);

    private static readonly Gen<((int? DelayMs, bool Twice)[] Fates, int FirstSequence, long FirstTimestamp)> AnyRun =
        from fates in AnyFate.NonEmptyListOf()
        from sequence in Gen.OneOf(Gen.Choose(0, 65_535), Gen.Choose(65_500, 65_535))
        from timestamp in Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(value => (long)value), Gen.Constant((long)uint.MaxValue))
        select (fates.ToArray(), sequence, timestamp);

    [Fact]
    public void Numbers_go_on_where_they_wrap() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(ArbMap.Default.ArbFor<(uint First, short[] Steps)>(), run =>
        {
            var (wide, narrow) = (new Unwrapper(32), new Unwrapper(16));
            var (first, firstNarrow) = (wide.Unwrap(run.First), narrow.Unwrap((ushort)run.First));
            var expected = 0L;
            return run.Steps.All(step =>
            {
                expected += step;
                return wide.Unwrap(unchecked(run.First + (uint)expected)) - first == expected &&
                    narrow.Unwrap(unchecked((ushort)(run.First + expected))) - firstNarrow == expected;
            });
        }));

    [Fact]
    public void What_arrives_comes_out_once_and_in_order_and_what_does_not_is_in_the_gaps() => ForAnyRun((track, arrived, total) =>
    {
        var sequences = track.Packets.Select(packet => packet.Sequence).ToList();
        sequences.ShouldBe(arrived);
        // What is lost at either end was never heard of.
        var inner = arrived.Count == 0 ? 0 : unchecked((ushort)(arrived[^1] - arrived[0])) + 1;
        track.Gaps.Packets.ShouldBe(inner - arrived.Count);
    });

    [Fact]
    public void Time_never_goes_back_and_every_cut_is_marked() => ForAnyRun((track, arrived, _) =>
    {
        foreach (var (before, after) in track.Packets.Zip(track.Packets.Skip(1)))
        {
            after.At.ShouldBeGreaterThanOrEqualTo(before.At);
            after.IsCut.ShouldBe(unchecked((ushort)(after.Sequence - before.Sequence)) != 1);
        }
    });

    [Fact]
    public void Nothing_that_a_hostile_sender_makes_up_breaks_the_line()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            using var track = new Track(new SenderClock(), Scene.Vp9);
            var now = TimeSpan.Zero;
            for (var i = 0; i < 3000; i++)
            {
                now += TimeSpan.FromMilliseconds(random.Next(20));
                var ssrc = (uint)random.Next(3);
                if (random.Next(20) == 0)
                    track.Report(new SenderReport(ssrc, (ulong)random.NextInt64(), (uint)random.Next(), 0, 0), now);
                else if (random.Next(50) == 0)
                    track.Layer((uint)random.Next(4), now);
                else if (random.Next(50) == 0)
                    track.Event(random.Next(2) == 0 ? RecordKind.Interrupted : RecordKind.Resumed, now, 1);
                else
                    track.Packet(Scene.Rtp((byte)random.Next(96, 99), (ushort)random.Next(65_536), (uint)random.NextInt64(), ssrc), now);
            }

            track.End(now);
            track.Packets.Zip(track.Packets.Skip(1)).ShouldAllBe(pair => pair.Second.At >= pair.First.At, $"seed {seed}");
            track.Packets.ShouldAllBe(packet => packet.At < now + TimeSpan.FromSeconds(20), $"seed {seed}");
        }
    }

    private static void ForAnyRun(Action<Track, List<ushort>, int> holds) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(AnyRun.ToArbitrary(), run =>
        {
            using var track = new Track(new SenderClock(), Scene.Opus);
            var stream = new VirtualStream(Scene.Opus, 1, (ushort)run.FirstSequence, (uint)run.FirstTimestamp);
            var arrivals = new List<(byte[] Rtp, TimeSpan At)>();
            var arrived = new List<ushort>();
            foreach (var (index, fate) in run.Fates.Index())
            {
                var sentAt = TimeSpan.FromMilliseconds(20 * index);
                var rtp = stream.Packet(sentAt);
                if (fate.DelayMs is not { } delayMs)
                    continue;
                arrived.Add((ushort)(run.FirstSequence + index));
                arrivals.Add((rtp, sentAt + TimeSpan.FromMilliseconds(delayMs)));
                if (fate.Twice)
                    arrivals.Add((rtp, sentAt + TimeSpan.FromMilliseconds(delayMs + 300)));
            }

            foreach (var (rtp, at) in arrivals.OrderBy(arrival => arrival.At))
                track.Packet(rtp, at);
            track.End(TimeSpan.FromSeconds(60));
            holds(track, arrived, run.Fates.Length);
        }));
}
