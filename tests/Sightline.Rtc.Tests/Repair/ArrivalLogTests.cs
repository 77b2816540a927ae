using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtcp;

namespace Sightline.Rtc.Tests.Repair;

public class ArrivalLogTests
{
    private const long Ms = 1000;

    private readonly ArrivalLog _log = new();
    private readonly byte[] _buffer = new byte[1200];

    [Fact]
    public void Arrivals_are_told_every_hundred_milliseconds_and_lost_ones_between_them()
    {
        _log.WakeAtUs.ShouldBeNull();
        _log.Add(65_534, 1000 * Ms);
        _log.Add(65_535, 1001 * Ms);
        _log.Add(1, 1002 * Ms);

        _log.WakeAtUs.ShouldBe(1100 * Ms);
        Told(1099 * Ms).ShouldBe("");
        Told(1100 * Ms).ShouldBe("#0: 65534 65535 -0 1");
        _log.WakeAtUs.ShouldBeNull();

        _log.Add(2, 1150 * Ms);
        Told(1250 * Ms).ShouldBe("#1: 2");
    }

    [Fact]
    public void One_that_comes_after_it_was_told_as_lost_is_told_again()
    {
        _log.Add(5, 1000 * Ms);
        _log.Add(7, 1001 * Ms);
        Told(1100 * Ms).ShouldBe("#0: 5 -6 7");

        _log.Add(6, 1110 * Ms);
        _log.Add(6, 1111 * Ms);
        Told(1300 * Ms).ShouldBe("#1: 6 7");
    }

    [Fact]
    public void What_has_no_room_follows_at_once()
    {
        for (ushort sequence = 0; sequence < 1500; sequence++) _log.Add(sequence, (1000 + (sequence * 3L)) * Ms);

        var first = Told(10_000 * Ms);
        _log.WakeAtUs.ShouldBe(10_000 * Ms);
        var second = Told(10_000 * Ms);
        (first.Split(' ').Length - 1 + second.Split(' ').Length - 1).ShouldBe(1500);
        _log.WakeAtUs.ShouldBeNull();
    }

    [Fact]
    public void A_number_far_ahead_costs_no_more_than_the_window()
    {
        _log.Add(0, 1000 * Ms);
        _log.Add(30_000, 1001 * Ms);
        _log.Add(1, 1002 * Ms);

        Told(1200 * Ms).ShouldBe("#0: 30000");
    }

    private string Told(long nowUs)
    {
        var writer = new RtcpWriter(_buffer);
        _log.WriteFeedback(ref writer, ownSsrc: 1, mediaSsrc: 2, nowUs);
        if (writer.Length == 0) return "";

        RtcpCompound.Parse(_buffer.AsSpan(0, writer.Length), out var compound).ShouldBe(RtcpFault.None);
        var told = new List<string>();
        foreach (var packet in compound)
        {
            TransportFeedback.Parse(packet, out var feedback).ShouldBe(RtcpFault.None);
            told.Add($"#{feedback.Number}:");
            foreach (var arrival in feedback) told.Add($"{(arrival.ArrivedAtUs is null ? "-" : "")}{arrival.Sequence}");
        }

        return string.Join(' ', told);
    }
}
