using Sightline.Rtc.Repair;

namespace Sightline.Rtc.Tests.Repair;

public class ReceiveStatisticsTests
{
    [Fact]
    public void Even_arrival_has_no_jitter()
    {
        var statistics = new ReceiveStatistics(48_000);
        for (var i = 0; i < 100; i++) statistics.Count(i, 960 * i, 20_000 * i);

        statistics.Jitter.ShouldBe(0u);
    }

    /// <summary>RFC 3550, A.8: J(i) = J(i-1) + (|D(i-1,i)| - J(i-1))/16.</summary>
    [Fact]
    public void Jitter_goes_towards_the_mean_deviation()
    {
        var statistics = new ReceiveStatistics(48_000);
        var expected = 0.0;
        for (var i = 0; i < 50; i++)
        {
            // Every other packet comes 5 ms = 240 units late.
            statistics.Count(i, 960 * i, (20_000 * i) + (i % 2 * 5000));
            if (i > 0) expected += (240 - expected) / 16;
        }

        statistics.Jitter.ShouldBe((uint)expected);
    }

    [Fact]
    public void Duplicates_make_the_loss_negative_and_the_fraction_zero()
    {
        var statistics = new ReceiveStatistics(90_000);
        foreach (var sequence in new[] { 1, 2, 2, 2, 3 }) statistics.Count(sequence, 0, 0);

        var report = statistics.Report(1, 0, 0);
        (report.CumulativeLost, report.FractionLost, report.HighestSequence).ShouldBe((-2, (byte)0, 3u));
    }

    [Fact]
    public void The_fraction_is_of_the_interval_and_the_sum_of_all()
    {
        var statistics = new ReceiveStatistics(90_000);
        foreach (var sequence in new[] { 1, 2, 4 }) statistics.Count(sequence, 0, 0);
        statistics.Report(1, 0, 0).FractionLost.ShouldBe((byte)64);
        statistics.Count(8, 0, 0);

        var report = statistics.Report(1, 0, 0);
        (report.FractionLost, report.CumulativeLost).ShouldBe(((byte)192, 4));
    }
}
