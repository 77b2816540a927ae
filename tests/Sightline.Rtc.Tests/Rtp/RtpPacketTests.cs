using System.Text;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Tests.Captures;

namespace Sightline.Rtc.Tests.Rtp;

public class RtpPacketTests
{
    private static readonly byte[] Payload = [1, 2, 3, 4, 5];

    [Fact]
    public void What_was_written_is_read_again()
    {
        var buffer = new byte[200];
        var writer = new RtpWriter(buffer, new RtpHeader(96, 65_535, 0x8000_0001, 0xCAFE_BABE, Marker: true), [7, 0xFFFF_FFFF]);
        writer.Add(3, "0"u8);
        writer.Add(14, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        var length = writer.Finish(Payload, paddingBytes: 9);

        RtpPacket.Parse(buffer.AsSpan(0, length), out var packet).ShouldBe(RtpFault.None);
        (packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc, packet.Marker)
            .ShouldBe(((byte)96, (ushort)65_535, 0x8000_0001u, 0xCAFE_BABEu, true));
        (packet.CsrcCount, packet.Csrc(0), packet.Csrc(1), packet.PaddingBytes).ShouldBe((2, 7u, 0xFFFF_FFFFu, 9));
        packet.Payload.ToArray().ShouldBe(Payload);
        packet.Extensions.TryFind(3, out var mid).ShouldBeTrue();
        Encoding.ASCII.GetString(mid).ShouldBe("0");
        packet.Extensions.TryFind(14, out var longest).ShouldBeTrue();
        longest.Length.ShouldBe(16);
        packet.Extensions.TryFind(4, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_two_byte_form_has_empty_and_long_values_and_all_identifiers()
    {
        var buffer = new byte[500];
        var writer = new RtpWriter(buffer, new RtpHeader(96, 1, 2, 3), form: ExtensionForm.TwoByte);
        writer.Add(15, []);
        writer.Add(255, new byte[255]);
        var length = writer.Finish(Payload);

        RtpPacket.Parse(buffer.AsSpan(0, length), out var packet).ShouldBe(RtpFault.None);
        packet.Extensions.TryFind(15, out var empty).ShouldBeTrue();
        empty.Length.ShouldBe(0);
        packet.Extensions.TryFind(255, out var longest).ShouldBeTrue();
        longest.Length.ShouldBe(255);
        packet.Payload.ToArray().ShouldBe(Payload);
    }

    [Theory]
    [InlineData("80600001000000020000", RtpFault.TooShort)]
    [InlineData("406000010000000200000003", RtpFault.WrongVersion)]
    [InlineData("826000010000000200000003" + "00000001", RtpFault.CsrcsCutOff)]
    [InlineData("906000010000000200000003" + "BEDE", RtpFault.ExtensionCutOff)]
    [InlineData("906000010000000200000003" + "BEDE0002" + "00000000", RtpFault.ExtensionCutOff)]
    [InlineData("A06000010000000200000003" + "AABB00", RtpFault.WrongPadding)]
    [InlineData("A06000010000000200000003" + "AABB04", RtpFault.WrongPadding)]
    [InlineData("A06000010000000200000003" + "000003", RtpFault.None)]
    [InlineData("806000010000000200000003", RtpFault.None)]
    public void What_is_no_packet_is_named(string hex, RtpFault fault) =>
        RtpPacket.Parse(Convert.FromHexString(hex), out _).ShouldBe(fault);

    [Theory]
    [InlineData("BEDE" + "10AA" + "F0BB" + "20CC", "1")] // 15 ends the list
    [InlineData("BEDE" + "0000" + "10AA" + "20CC" + "0000", "1,2")] // padding in between
    [InlineData("BEDE" + "01EEEE" + "10AA" + "000000", "1")] // identifier 0 with a length is passed over
    [InlineData("BEDE" + "10AA" + "2FCC", "1")] // cut off
    [InlineData("1005" + "0100" + "0201CC" + "000000", "1,2")]
    [InlineData("1000" + "0100" + "02FFCC" + "000000", "1")] // cut off
    [InlineData("1234" + "10AA20CC", "")] // another form
    public void Elements_are_read_up_to_the_one_that_cannot_be(string hex, string identifiers)
    {
        var words = (hex.Length - 4) / 8;
        var bytes = Convert.FromHexString("906000010000000200000003" + hex[..4] + words.ToString("X4") + hex[4..(4 + (8 * words))]);
        RtpPacket.Parse(bytes, out var packet).ShouldBe(RtpFault.None);

        var found = new List<int>();
        foreach (var element in packet.Extensions) found.Add(element.Id);
        string.Join(',', found).ShouldBe(identifiers);
    }

    [Fact]
    public void Known_extensions_are_read_under_the_identifiers_agreed_on()
    {
        var known = default(KnownExtensions)
            .With(ExtensionUris.AudioLevel, 1).With(ExtensionUris.AbsoluteSendTime, 2).With(ExtensionUris.TransportSequence, 3)
            .With(ExtensionUris.Mid, 4).With(ExtensionUris.Rid, 10).With(ExtensionUris.RepairedRid, 11).With("urn:unheard-of", 12);
        var buffer = new byte[100];
        var writer = new RtpWriter(buffer, new RtpHeader(96, 1, 2, 3));
        writer.Add(1, [0x80 | 42]);
        writer.Add(2, [0x12, 0x34, 0x56]);
        writer.Add(3, [0xAB, 0xCD]);
        writer.Add(4, "mid0"u8);
        writer.Add(10, "hi"u8);
        writer.Add(11, "lo"u8);
        RtpPacket.Parse(buffer.AsSpan(0, writer.Finish(default)), out var packet).ShouldBe(RtpFault.None);

        var values = known.Read(packet);

        values.AudioLevel.ShouldBe(new AudioLevel(IsVoice: true, -42));
        values.AbsoluteSendTime.ShouldBe(0x123456);
        values.TransportSequence.ShouldBe((ushort)0xABCD);
        Encoding.ASCII.GetString(values.Mid).ShouldBe("mid0");
        Encoding.ASCII.GetString(values.Rid).ShouldBe("hi");
        Encoding.ASCII.GetString(values.RepairedRid).ShouldBe("lo");
        default(KnownExtensions).Read(packet).TransportSequence.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void Every_packet_of_a_browser_is_read_and_says_where_it_belongs(string name)
    {
        var capture = Capture.Load(name);
        var transportSequences = new List<ushort>();
        foreach (var captured in capture.Rtp)
        {
            RtpPacket.Parse(captured.Bytes, out var packet).ShouldBe(RtpFault.None);
            var section = capture.Media.Single(media => media.Codecs.ContainsKey($"{captured.Bytes[1] & 0x7F}"));
            section.Ssrcs.ShouldContain(packet.Ssrc);

            var values = section.Known.Read(packet);
            if (!values.Mid.IsEmpty) Encoding.ASCII.GetString(values.Mid).ShouldBe(section.Mid);
            if (section.Kind == "audio") values.AudioLevel.ShouldNotBeNull();
            if (values.TransportSequence is { } sequence) transportSequences.Add(sequence);
        }

        transportSequences.ShouldNotBeEmpty();
        transportSequences.Zip(transportSequences.Skip(1)).ShouldAllBe(pair => pair.Second > pair.First);
    }
}
