namespace Sightline.Relay.Tests;

public class LinkTests
{
    /// <summary>How far a measured figure may be from the one that was asked for.</summary>
    private const double Tolerance = 0.10;

    public static TheoryData<ulong> Seeds { get; } = [1, 2, 3, 4, 5];

    [Fact]
    public void A_perfect_link_gives_every_packet_at_once_and_in_order()
    {
        var run = Run.With(Conditions.Perfect).Send(1000, everyMs: 1);

        run.Arrived.Select(packet => packet.Number).ShouldBe(Enumerable.Range(0, 1000));
        run.DelaysMs.ShouldAllBe(delay => delay == 0);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 20)]
    [InlineData(3, 20)]
    [InlineData(4, 60)]
    public void As_many_packets_are_lost_as_asked(ulong seed, double lossPct)
    {
        var run = Run.With(new Conditions { LossPct = lossPct }, seed).Send(100_000, everyMs: 1);

        run.LostPct.ShouldBe(lossPct, lossPct * Tolerance);
        run.Arrived.Count.ShouldBe(run.Offered.Count(packet => packet.Fate == Fate.Carried));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_bursts_a_loss_says_nothing_about_the_next_packet(ulong seed)
    {
        var run = Run.With(new Conditions { LossPct = 20 }, seed).Send(100_000, everyMs: 1);

        var afterLoss = run.Offered.Zip(run.Offered.Skip(1)).Where(pair => pair.First.Fate == Fate.Lost).ToList();
        (100.0 * afterLoss.Count(pair => pair.Second.Fate == Fate.Lost) / afterLoss.Count).ShouldBe(20, 20 * Tolerance);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Bursts_are_as_long_as_asked_and_lose_as_much_as_asked(ulong seed)
    {
        var run = Run.With(new Conditions { LossPct = 10, BurstMs = 100 }, seed).Send(500_000, everyMs: 5);

        run.LostPct.ShouldBe(10, 10 * Tolerance);
        (MeanBurst(run) * 5).ShouldBe(100, 100 * Tolerance);
    }

    [Fact]
    public void A_burst_lasts_as_long_when_less_is_sent()
    {
        var run = Run.With(new Conditions { LossPct = 30, BurstMs = 400 }).Send(200_000, everyMs: 20);

        run.LostPct.ShouldBe(30, 30 * Tolerance);
        (MeanBurst(run) * 20).ShouldBe(400, 400 * Tolerance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void All_lost_is_all_lost(double burstMs) =>
        Run.With(new Conditions { LossPct = 100, BurstMs = burstMs }).Send(1000, everyMs: 5).Arrived.ShouldBeEmpty();

    [Theory]
    [InlineData(0.5)]
    [InlineData(40)]
    [InlineData(600)]
    public void The_delay_is_the_one_that_was_asked_for(double delayMs) =>
        Run.With(new Conditions { DelayMs = delayMs }).Send(1000, everyMs: 1).Pass(1000)
            .DelaysMs.ShouldAllBe(delay => Math.Abs(delay - delayMs) < 0.001);

    [Theory]
    [InlineData(0.2)]
    [InlineData(5)]
    [InlineData(33)]
    [InlineData(100)]
    public void Jitter_fills_its_range_around_the_delay_and_keeps_the_order(double everyMs)
    {
        var run = Run.With(new Conditions { DelayMs = 80, JitterMs = 30 }).Send(200_000, everyMs).Pass(1000);

        var delays = run.DelaysMs.Order().ToList();
        delays.Count.ShouldBe(200_000);
        delays[0].ShouldBeInRange(50, 50 + (30 * Tolerance));
        delays[^1].ShouldBeInRange(110 - (30 * Tolerance), 110);
        delays.Average().ShouldBe(80, 80 * Tolerance);
        delays[delays.Count / 4].ShouldBe(65, 65 * Tolerance);
        delays[delays.Count * 3 / 4].ShouldBe(95, 95 * Tolerance);
        Overtaken(run).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void As_many_packets_are_overtaken_as_asked(ulong seed)
    {
        var run = Run.With(new Conditions { DelayMs = 50, ReorderPct = 5 }, seed).Send(100_000, everyMs: 10).Pass(1000);

        (100.0 * Overtaken(run) / run.Arrived.Count).ShouldBe(5, 5 * Tolerance);
        run.Arrived.Count.ShouldBe(100_000);
    }

    [Theory]
    [InlineData(400_000)]
    [InlineData(3_000_000)]
    [InlineData(50_000_000)]
    public void A_fast_sender_gets_the_rate_and_no_more(long rateBps)
    {
        var everyMs = 1200 * 8e3 / rateBps / 2;
        var run = Run.With(new Conditions { RateBps = rateBps, QueueMs = 100 }).Send((int)(10_000 / everyMs), everyMs);

        run.RateBps(1000, 10_000).ShouldBe(rateBps, rateBps * Tolerance);
        (100.0 * run.Offered.Count(packet => packet.Fate == Fate.QueueFull) / run.Offered.Count).ShouldBe(50, 50 * Tolerance);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    [InlineData(1000)]
    public void A_full_queue_is_as_long_as_asked(double queueMs)
    {
        var run = Run.With(new Conditions { RateBps = 1_000_000, QueueMs = queueMs }).Send(3000, everyMs: 4).Pass(5000);

        // A packet waits for those before it, and is then sent itself for 9.6 ms.
        var longest = run.DelaysMs.Max() - 9.6;
        longest.ShouldBeInRange(queueMs - 9.6, queueMs + 0.001);
        run.DelaysMs.First().ShouldBe(9.6, 0.001);
        Overtaken(run).ShouldBe(0);
    }

    [Fact]
    public void A_sender_below_the_rate_loses_nothing_and_waits_for_nobody()
    {
        var run = Run.With(new Conditions { RateBps = 1_000_000, DelayMs = 20 }).Send(1000, everyMs: 10).Pass(1000);

        run.Arrived.Count.ShouldBe(1000);
        run.DelaysMs.ShouldAllBe(delay => Math.Abs(delay - 29.6) < 0.001);
    }

    [Fact]
    public void An_outage_lets_nothing_through_and_takes_what_is_on_the_way()
    {
        var up = new Conditions { DelayMs = 99 };
        var run = Run.With(up).Send(500, everyMs: 2)
            .Set(up with { Down = true }).Send(1000, everyMs: 2)
            .Set(up).Send(500, everyMs: 2).Pass(1000);

        run.Offered.Skip(500).Take(1000).ShouldAllBe(packet => packet.Fate == Fate.Down);
        run.Arrived.ShouldAllBe(packet => packet.Number <= 450 || packet.Number >= 1500);
        run.Arrived.Count.ShouldBe(951);
        run.Arrived.ShouldNotContain(packet => packet.AtNs >= 1000 * Run.Ms && packet.AtNs < 3099 * Run.Ms);
    }

    [Fact]
    public void Conditions_change_from_one_moment_to_the_next()
    {
        static Conditions Rate(long bps) => new() { RateBps = bps };

        // 4 Mbit/s are offered all the time.
        var run = Run.With(Rate(3_000_000)).Send(2000, everyMs: 2.4).Set(Rate(400_000)).Send(2000, everyMs: 2.4)
            .Set(Rate(3_000_000)).Send(2000, everyMs: 2.4);

        run.RateBps(300, 4800).ShouldBe(3_000_000, 3_000_000 * Tolerance);
        run.RateBps(4800, 9600).ShouldBe(400_000, 400_000 * Tolerance);
        run.RateBps(9600, 14_400).ShouldBe(3_000_000, 3_000_000 * Tolerance);
        Overtaken(run).ShouldBe(0);
    }

    [Fact]
    public void A_lifted_limit_empties_the_queue_at_once()
    {
        var run = Run.With(new Conditions { RateBps = 100_000, QueueMs = 10_000 }).Send(50, everyMs: 1).Set(Conditions.Perfect).Pass(0);

        run.Arrived.Count.ShouldBe(50);
        run.Arrived[^1].AtNs.ShouldBe(run.NowNs);
    }

    [Fact]
    public void A_delay_that_grows_shorter_keeps_the_order()
    {
        var run = Run.With(new Conditions { DelayMs = 300 }).Send(100, everyMs: 5)
            .Set(new Conditions { DelayMs = 10 }).Send(100, everyMs: 5).Pass(1000);

        Overtaken(run).ShouldBe(0);
        run.DelaysMs.Last().ShouldBe(10, 0.001);
    }

    [Fact]
    public void A_link_holds_a_bounded_number_of_packets()
    {
        var run = Run.With(new Conditions { DelayMs = Conditions.MaxDelayMs }).Send(Link<int>.MaxPackets + 10, everyMs: 0.01);

        run.Offered.Count(packet => packet.Fate == Fate.QueueFull).ShouldBe(10);
    }

    [Fact]
    public void The_same_seed_decides_the_same_and_another_seed_otherwise()
    {
        static Run Of(ulong seed) => Run.With(
            new Conditions { LossPct = 10, BurstMs = 30, DelayMs = 40, JitterMs = 20, ReorderPct = 3, RateBps = 1_000_000 }, seed)
            .Send(2000, everyMs: 7).Set(new Conditions { LossPct = 5, DelayMs = 10, JitterMs = 5 }).Send(2000, everyMs: 7).Pass(1000);

        Of(7).Offered.ShouldBe(Of(7).Offered);
        Of(7).Arrived.ShouldBe(Of(7).Arrived);
        Of(8).Arrived.ShouldNotBe(Of(7).Arrived);
    }

    private static double MeanBurst(Run run)
    {
        var starts = 0;
        var before = Fate.Carried;
        foreach (var packet in run.Offered)
        {
            if (packet.Fate == Fate.Lost && before != Fate.Lost) starts++;
            before = packet.Fate;
        }

        return (double)run.Offered.Count(packet => packet.Fate == Fate.Lost) / starts;
    }

    /// <summary>Packets that came after one that was sent later.</summary>
    private static int Overtaken(Run run)
    {
        var (overtaken, latest) = (0, -1);
        foreach (var (number, _) in run.Arrived)
        {
            if (number < latest) overtaken++;
            latest = Math.Max(latest, number);
        }

        return overtaken;
    }
}
