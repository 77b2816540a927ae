using System.Text;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Tests.Captures;

namespace Sightline.Rtc.Tests.Rtcp;

public class RtcpTests
{
    private static readonly ReportBlock Block = new(0xCAFE_BABE, 128, -5, 0x0001_FFFF, 300, 0x1234_5678, 65_536);
    private static readonly SenderInfo Info = new(11, 0xE000_0000_8000_0000, 90_000, 1000, 1_000_000);

    private readonly byte[] _buffer = new byte[1500];

    [Fact]
    public void A_compound_is_read_as_it_was_written()
    {
        var writer = new RtcpWriter(_buffer);
        writer.SenderReport(Info, [Block]).ShouldBeTrue();
        writer.ReceiverReport(12, [Block, Block with { Ssrc = 13 }]).ShouldBeTrue();
        writer.Cname(11, "ada"u8).ShouldBeTrue();
        writer.Goodbye(11, "over"u8).ShouldBeTrue();

        var packets = Packets(writer.Length);
        packets.ShouldBe([(RtcpType.SenderReport, 1), (RtcpType.ReceiverReport, 2), (RtcpType.SourceDescription, 1), (RtcpType.Goodbye, 1)]);

        SenderReport.Parse(Packet(writer.Length, 0), out var sent).ShouldBe(RtcpFault.None);
        sent.Info.ShouldBe(Info);
        sent.Info.MiddleOfNtpTime.ShouldBe(0x0000_8000u);
        sent.Blocks[0].ShouldBe(Block);

        ReceiverReport.Parse(Packet(writer.Length, 1), out var received).ShouldBe(RtcpFault.None);
        (received.Ssrc, received.Blocks.Count, received.Blocks[1]).ShouldBe((12u, 2, Block with { Ssrc = 13 }));

        SourceDescription.Parse(Packet(writer.Length, 2), out var description).ShouldBe(RtcpFault.None);
        var items = new List<string>();
        foreach (var item in description) items.Add($"{item.Ssrc} {item.Type} {Encoding.UTF8.GetString(item.Value)}");
        items.ShouldBe(["11 1 ada"]);

        Goodbye.Parse(Packet(writer.Length, 3), out var goodbye).ShouldBe(RtcpFault.None);
        (goodbye.Count, goodbye.Ssrc(0), Encoding.UTF8.GetString(goodbye.Reason)).ShouldBe((1, 11u, "over"));
    }

    [Fact]
    public void A_description_of_several_sources_is_read_item_by_item()
    {
        // Two chunks: the first with two items and one closing zero, the second with a name that leaves a whole word of zeros.
        var bytes = Convert.FromHexString("82CA0006" + "00000001" + "0102" + "6162" + "0201" + "6300" + "00000002" + "0102" + "6465" + "00000000");
        RtcpCompound.Parse(bytes, out var compound).ShouldBe(RtcpFault.None);
        var items = new List<string>();
        foreach (var packet in compound)
        {
            SourceDescription.Parse(packet, out var description).ShouldBe(RtcpFault.None);
            foreach (var item in description) items.Add($"{item.Ssrc} {item.Type} {Encoding.UTF8.GetString(item.Value)}");
        }

        items.ShouldBe(["1 1 ab", "1 2 c", "2 1 de"]);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("65530,65535,0,10,11")]
    [InlineData("1,17,18,19,36,600")]
    public void Numbers_that_are_asked_for_again_are_read_as_written(string numbers)
    {
        var sequences = numbers.Split(',').Select(ushort.Parse).ToArray();
        var writer = new RtcpWriter(_buffer);
        writer.Nack(1, 2, sequences).ShouldBeTrue();

        Nack.Parse(Packet(writer.Length, 0), out var nack).ShouldBe(RtcpFault.None);
        var read = new List<ushort>();
        foreach (var sequence in nack) read.Add(sequence);
        read.ShouldBe(sequences);
        (nack.SenderSsrc, nack.MediaSsrc).ShouldBe((1u, 2u));
    }

    [Fact]
    public void Seventeen_numbers_in_a_row_take_one_entry()
    {
        var writer = new RtcpWriter(_buffer);
        writer.Nack(1, 2, [.. Enumerable.Range(100, 17).Select(number => (ushort)number)]);

        writer.Length.ShouldBe(16);
    }

    [Fact]
    public void Requests_for_a_key_frame_are_read_as_written()
    {
        var writer = new RtcpWriter(_buffer);
        writer.PictureLoss(1, 2).ShouldBeTrue();
        writer.FullIntraRequest(1, 2, 255).ShouldBeTrue();

        PictureLoss.Parse(Packet(writer.Length, 0), out var loss).ShouldBe(RtcpFault.None);
        loss.ShouldBe(new PictureLoss(1, 2));
        FullIntraRequest.Parse(Packet(writer.Length, 1), out var request).ShouldBe(RtcpFault.None);
        (request.Count, request[0]).ShouldBe((1, (2u, (byte)255)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(262_143, 262_143)]
    [InlineData(2_500_001, 2_500_000)]
    [InlineData(ulong.MaxValue, 0xFFFF_C000_0000_0000)]
    public void An_estimate_is_read_to_eighteen_bits(ulong written, ulong read)
    {
        var writer = new RtcpWriter(_buffer);
        writer.BandwidthEstimate(1, written, [2, 3]).ShouldBeTrue();

        BandwidthEstimate.Parse(Packet(writer.Length, 0), out var estimate).ShouldBe(RtcpFault.None);
        (estimate.BitsPerSecond, estimate.Count, estimate.Ssrc(1)).ShouldBe((read, 2, 3u));
    }

    [Fact]
    public void What_has_no_room_is_not_begun()
    {
        var writer = new RtcpWriter(_buffer.AsSpan(0, 40));
        writer.ReceiverReport(1, [Block]).ShouldBeTrue();

        writer.Cname(1, "a-long-name"u8).ShouldBeFalse();
        writer.Nack(1, 2, [3]).ShouldBeFalse();
        writer.Goodbye(1).ShouldBeTrue();

        Packets(writer.Length).ShouldBe([(RtcpType.ReceiverReport, 1), (RtcpType.Goodbye, 1)]);
    }

    [Theory]
    [InlineData("", RtcpFault.TooShort)]
    [InlineData("80C800", RtcpFault.TooShort)]
    [InlineData("40C90001" + "00000001", RtcpFault.WrongVersion)]
    [InlineData("80C90002" + "00000001", RtcpFault.CutOff)]
    [InlineData("A0C90001" + "00000004" + "80C90001" + "00000001", RtcpFault.WrongPadding)]
    [InlineData("A0C90001" + "00000005", RtcpFault.WrongPadding)]
    [InlineData("A0C90001" + "00000000", RtcpFault.WrongPadding)]
    [InlineData("A0C90001" + "00000004", RtcpFault.None)]
    [InlineData("80C90001" + "00000001" + "FF", RtcpFault.TooShort)]
    public void What_is_no_compound_is_named(string hex, RtcpFault fault) =>
        RtcpCompound.Parse(Convert.FromHexString(hex), out _).ShouldBe(fault);

    [Fact]
    public void Packets_in_a_datagram_are_limited()
    {
        var many = Enumerable.Repeat(Convert.FromHexString("80C90000"), RtcpCompound.MaxPackets).SelectMany(bytes => bytes).ToArray();

        RtcpCompound.Parse(many, out _).ShouldBe(RtcpFault.None);
        RtcpCompound.Parse([.. many, .. Convert.FromHexString("80C90000")], out _).ShouldBe(RtcpFault.TooManyPackets);
    }

    [Fact]
    public void A_packet_that_says_more_than_it_carries_is_named()
    {
        Fault("81C90001" + "00000001").ShouldBe(RtcpFault.BodyTooShort);
        Fault("80C80001" + "00000001").ShouldBe(RtcpFault.BodyTooShort);
        Fault("82CB0001" + "00000001").ShouldBe(RtcpFault.BodyTooShort);
        Fault("81CB0002" + "00000001" + "09616263").ShouldBe(RtcpFault.BodyTooShort);
        Fault("81CA0002" + "00000001" + "01FF6162").ShouldBe(RtcpFault.BodyTooShort);
        Fault("81CA0002" + "00000001" + "01026162").ShouldBe(RtcpFault.BodyTooShort);
        Fault("81CD0002" + "00000001" + "00000002").ShouldBe(RtcpFault.BodyTooShort);
        Fault("8FCD0004" + "00000001" + "00000002" + "00010002" + "00000000").ShouldBe(RtcpFault.BodyTooShort);
        Fault("8FCE0004" + "00000001" + "00000002" + "52454D42" + "01000000").ShouldBe(RtcpFault.BodyTooShort);
        Fault("8FCE0004" + "00000001" + "00000002" + "52454D42" + "00FFFFFF").ShouldBe(RtcpFault.WrongValue);
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void Every_packet_of_a_browser_is_what_it_says(string name)
    {
        var seen = new HashSet<RtcpType>();
        foreach (var captured in Capture.Load(name).Rtcp)
        {
            RtcpCompound.Parse(captured.Bytes, out var compound).ShouldBe(RtcpFault.None);
            foreach (var packet in compound)
            {
                seen.Add(packet.Type);
                AnyFault(packet).ShouldBe(RtcpFault.None, $"{packet.Type} {packet.Count}");
            }
        }

        seen.ShouldContain(RtcpType.TransportFeedback);
        seen.ShouldContain(RtcpType.SenderReport);
    }

    private static RtcpFault Fault(string hex)
    {
        RtcpCompound.Parse(Convert.FromHexString(hex), out var compound).ShouldBe(RtcpFault.None);
        foreach (var packet in compound) return AnyFault(packet);
        return RtcpFault.None;
    }

    private static RtcpFault AnyFault(in RtcpPacket packet) => (packet.Type, packet.Count) switch
    {
        (RtcpType.SenderReport, _) => SenderReport.Parse(packet, out _),
        (RtcpType.ExtendedReport, _) => RtcpFault.None,
        (RtcpType.ReceiverReport, _) => ReceiverReport.Parse(packet, out _),
        (RtcpType.SourceDescription, _) => SourceDescription.Parse(packet, out _),
        (RtcpType.Goodbye, _) => Goodbye.Parse(packet, out _),
        (RtcpType.TransportFeedback, FeedbackFormat.Nack) => Nack.Parse(packet, out _),
        (RtcpType.TransportFeedback, FeedbackFormat.TransportWide) => TransportFeedback.Parse(packet, out _),
        (RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss) => PictureLoss.Parse(packet, out _),
        (RtcpType.PayloadFeedback, FeedbackFormat.FullIntraRequest) => FullIntraRequest.Parse(packet, out _),
        (RtcpType.PayloadFeedback, FeedbackFormat.ApplicationLayer) => BandwidthEstimate.Parse(packet, out _),
        _ => RtcpFault.OtherType,
    };

    private List<(RtcpType, int)> Packets(int length)
    {
        RtcpCompound.Parse(_buffer.AsSpan(0, length), out var compound).ShouldBe(RtcpFault.None);
        var packets = new List<(RtcpType, int)>();
        foreach (var packet in compound) packets.Add((packet.Type, packet.Count));
        return packets;
    }

    private RtcpPacket Packet(int length, int index)
    {
        RtcpCompound.Parse(_buffer.AsSpan(0, length), out var compound).ShouldBe(RtcpFault.None);
        foreach (var packet in compound)
        {
            if (index-- == 0) return packet;
        }

        throw new InvalidOperationException("There are not so many packets.");
    }
}
