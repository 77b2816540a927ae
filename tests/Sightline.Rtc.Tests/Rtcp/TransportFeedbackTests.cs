using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Tests.Captures;

namespace Sightline.Rtc.Tests.Rtcp;

public class TransportFeedbackTests
{
    private const long Ms = 1_000;
    private const long Lost = -1;

    private readonly byte[] _buffer = new byte[1500];

    public static TheoryData<string, long[]> Arrivals { get; } = new()
    {
        { "one", [1000 * Ms] },
        { "all in a row", [.. Enumerable.Range(0, 100).Select(i => (5000 + i) * Ms)] },
        { "nothing at all", [Lost, Lost, Lost] },
        { "a long gap", [1 * Ms, .. Enumerable.Repeat(Lost, 20_000), 2 * Ms] },
        { "every other", [.. Enumerable.Range(0, 99).Select(i => i % 2 == 0 ? i * Ms : Lost)] },
        { "overtaking", [300 * Ms, 200 * Ms, 250 * Ms, Lost, 100 * Ms, 8000 * Ms] },
        { "far apart", [0, 1000 * Ms, 2000 * Ms, 3000 * Ms, 3001 * Ms] },
        { "after a year", [.. Enumerable.Range(0, 9).Select(i => (365L * 24 * 3_600_000 * Ms) + (i * Ms))] },
    };

    [Theory]
    [MemberData(nameof(Arrivals))]
    public void Arrivals_are_read_as_written(string name, long[] arrivalsUs)
    {
        name.ShouldNotBeEmpty();
        Tell(arrivalsUs, 65_530, out var length).ShouldBe(arrivalsUs.Length);

        var read = Read(length);
        read.Select(arrival => arrival.Sequence).ShouldBe(Enumerable.Range(65_530, arrivalsUs.Length).Select(number => (ushort)number));
        read.Select(arrival => arrival.ArrivedAtUs is null).ShouldBe(arrivalsUs.Select(arrivalUs => arrivalUs == Lost));
        // Twenty-four bits of 64 ms come round after twelve days: what counts are the distances.
        var written = arrivalsUs.Where(arrivalUs => arrivalUs != Lost).ToArray();
        var times = read.Where(arrival => arrival.ArrivedAtUs is not null).Select(arrival => arrival.ArrivedAtUs!.Value).ToArray();
        times.Select(time => time - times[0]).ShouldBe(written.Select(time => Tick(time) - Tick(written[0])));
    }

    [Fact]
    public void What_has_no_room_is_left_for_the_next_packet()
    {
        var arrivalsUs = Enumerable.Range(0, 5000).Select(i => i * Ms).ToArray();

        var told = Tell(arrivalsUs, 0, out var length);

        told.ShouldBeInRange(500, 1000);
        length.ShouldBeLessThan(1100);
        Read(length).Count.ShouldBe(told);
    }

    [Fact]
    public void A_step_that_no_delta_can_tell_begins_another_packet()
    {
        Tell([1 * Ms, 2 * Ms, 20_000 * Ms], 0, out var length).ShouldBe(2);
        Read(length).Count.ShouldBe(2);
    }

    [Fact]
    public void Random_arrivals_are_read_as_written()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var now = random.NextInt64(1L << 40);
            var arrivalsUs = new long[random.Next(1, 300)];
            var lossPct = random.Next(100);
            for (var i = 0; i < arrivalsUs.Length; i++)
            {
                now += random.Next(4) == 0 ? random.Next(-100_000, 500_000) : random.Next(2_000);
                arrivalsUs[i] = random.Next(100) < lossPct ? Lost : now;
            }

            var told = Tell(arrivalsUs, 7, out var length);
            told.ShouldBeGreaterThan(0, $"seed {seed}");
            var read = Read(length);
            read.Count.ShouldBe(told, $"seed {seed}");
            for (var i = 0; i < told; i++) (read[i].ArrivedAtUs is null).ShouldBe(arrivalsUs[i] == Lost, $"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void A_browsers_feedback_is_read_and_written_alike(string name)
    {
        var packets = 0;
        foreach (var captured in Capture.Load(name).Rtcp)
        {
            RtcpCompound.Parse(captured.Bytes, out var compound).ShouldBe(RtcpFault.None);
            foreach (var packet in compound)
            {
                if (TransportFeedback.Parse(packet, out var theirs) != RtcpFault.None) continue;
                packets++;
                var read = new List<PacketArrival>();
                foreach (var arrival in theirs) read.Add(arrival);
                read.Count.ShouldBe(theirs.PacketCount);

                Tell([.. read.Select(arrival => arrival.ArrivedAtUs ?? Lost)], theirs.BaseSequence, out var length).ShouldBe(read.Count);
                Read(length).Select(arrival => arrival.Sequence).ShouldBe(read.Select(arrival => arrival.Sequence));
                length.ShouldBeLessThanOrEqualTo(captured.Bytes.Length + 12, "ours is hardly longer than theirs");
            }
        }

        packets.ShouldBeGreaterThan(0);
    }

    private static long Tick(long timeUs) => timeUs / TransportFeedback.DeltaUs * TransportFeedback.DeltaUs;

    private int Tell(long[] arrivalsUs, ushort baseSequence, out int length)
    {
        var writer = new RtcpWriter(_buffer);
        var told = writer.TransportFeedback(1, 2, baseSequence, 3, arrivalsUs);
        length = writer.Length;
        return told;
    }

    private List<PacketArrival> Read(int length)
    {
        RtcpCompound.Parse(_buffer.AsSpan(0, length), out var compound).ShouldBe(RtcpFault.None);
        var arrivals = new List<PacketArrival>();
        foreach (var packet in compound)
        {
            TransportFeedback.Parse(packet, out var feedback).ShouldBe(RtcpFault.None);
            foreach (var arrival in feedback) arrivals.Add(arrival);
        }

        return arrivals;
    }
}
