using System.Net;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Sdp;

namespace Sightline.Rtc.Tests.Sdp;

public sealed class SdpAnswerTests
{
    private static readonly SdpAnswerOptions Options = new(
        SessionId: 1,
        SessionVersion: 1,
        new IceCredentials("here", "a+password+of+this+side"),
        DtlsFingerprint.Of([1, 2, 3]),
        [Address("192.0.2.1"), Address("2001:db8::1")],
        SdpAnswerOptions.RecordingCodecs);

    [Theory, MemberData(nameof(Offers.All), MemberType = typeof(Offers))]
    public void Sound_and_picture_are_taken_with_what_repairs_them(string name)
    {
        var answer = SdpAnswer.Create(Offers.Read(name), Options);

        answer.Role.ShouldBe(DtlsRole.Server);
        answer.Media[0].Codec!.Name.ShouldBe("opus");
        answer.Media[0].Codec!.Feedback.ShouldBe(["transport-cc"]);
        answer.Media[1].Codec!.Name.ShouldBe("VP9");
        answer.Media[1].Codec!.Feedback.Order(StringComparer.Ordinal).ShouldBe(["ccm fir", "nack", "nack pli", "transport-cc"]);
        answer.Media[1].Codec!.RtxPayloadType.ShouldNotBeNull();
        answer.Media[1].KnownExtensions.Mid.ShouldNotBe((byte)0);
        answer.Media[1].KnownExtensions.TransportSequence.ShouldNotBe((byte)0);
        answer.Media[1].KnownExtensions.AbsoluteSendTime.ShouldNotBe((byte)0);
    }

    [Fact]
    public void An_answer_says_all_that_the_transport_needs()
    {
        var text = SdpAnswer.Create(Offers.Read("chromium-plain"), Options).Text;

        text.ShouldStartWith("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n");
        text.ShouldContain("a=group:BUNDLE 0 1\r\n");
        text.ShouldContain("a=ice-lite\r\n");
        text.ShouldContain("a=setup:passive\r\n");
        text.ShouldContain("a=rtcp-mux\r\n");
        text.ShouldContain("a=recvonly\r\n");
        text.ShouldContain($"a=fingerprint:{Options.Fingerprint}\r\n");
        text.ShouldContain("a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\n");
        text.ShouldContain("a=candidate:2 1 udp 2130706175 2001:db8::1 4000 typ host\r\n");
        text.ShouldContain("m=video 9 UDP/TLS/RTP/SAVPF 98 99\r\n");
        text.ShouldContain("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n");
        text.ShouldNotContain("video-orientation");
        text.ShouldNotContain("goog-remb");
    }

    [Theory]
    [InlineData("chromium-simulcast")]
    [InlineData("firefox-simulcast")]
    public void Simulcast_layers_are_taken_in_their_order(string name)
    {
        var answer = SdpAnswer.Create(Offers.Read(name), Options);

        answer.Media[1].Rids.ShouldBe(["h", "m", "l"]);
        answer.Media[1].KnownExtensions.Rid.ShouldNotBe((byte)0);
        answer.Media[1].KnownExtensions.RepairedRid.ShouldNotBe((byte)0);
        answer.Text.ShouldContain("a=rid:h recv\r\na=rid:m recv\r\na=rid:l recv\r\na=simulcast:recv h;m;l\r\n");
    }

    [Theory]
    [InlineData("chromium-plain", "H264", 102)]
    [InlineData("chromium-plain", "AV1", 45)]
    [InlineData("firefox-plain", "H264,AV1", 99)]
    [InlineData("firefox-plain", "VP8", 120)]
    public void Of_the_preferred_codecs_the_first_that_is_offered_is_taken(string name, string preferred, int expected)
    {
        var answer = SdpAnswer.Create(Offers.Read(name), Options with { VideoCodecs = [.. preferred.Split(',')] });

        answer.Media[1].Codec!.PayloadType.ShouldBe((byte)expected);
    }

    [Fact]
    public void A_section_without_a_codec_in_common_is_refused_and_the_others_stand()
    {
        var answer = SdpAnswer.Create(Offers.Read("chromium-plain"), Options with { VideoCodecs = ["H266"] });

        answer.Media.Select(media => media.IsAccepted).ShouldBe([true, false, false]);
        answer.Text.ShouldContain("a=group:BUNDLE 0\r\n");
        answer.Text.ShouldContain("m=video 0 ");
    }

    [Fact]
    public void A_section_that_has_only_the_port_of_the_group_is_taken()
    {
        var answer = SdpAnswer.Create(Offers.Read("firefox-bundle-only"), Options);

        answer.Media.Select(media => media.IsAccepted).ShouldBe([true, true, true]);
        answer.Text.ShouldContain("a=group:BUNDLE 0 1 2\r\n");
        answer.Text.ShouldNotContain("m=video 0 ");
    }

    [Fact]
    public void A_section_without_a_port_that_is_not_the_groups_is_refused()
    {
        var offer = SdpOffer.Parse(Offers.Text("firefox-bundle-only").Replace("a=bundle-only\r\n", ""), out _)!;

        SdpAnswer.Create(offer, Options).Media.Select(media => media.IsAccepted).ShouldBe([true, false, false]);
    }

    [Fact]
    public void A_peer_that_insists_on_being_the_server_has_a_client()
    {
        var offer = SdpOffer.Parse(Offers.Text("chromium-plain").Replace("a=setup:actpass", "a=setup:passive"), out _)!;
        var answer = SdpAnswer.Create(offer, Options);

        answer.Role.ShouldBe(DtlsRole.Client);
        answer.Text.ShouldContain("a=setup:active\r\n");
    }

    private static TransportAddress Address(string ip) => TransportAddress.From(new IPEndPoint(IPAddress.Parse(ip), 4000));
}
