using Sightline.Rtc.Sdp;

namespace Sightline.Rtc.Tests.Sdp;

public sealed class SdpOfferTests
{
    [Theory, MemberData(nameof(Offers.All), MemberType = typeof(Offers))]
    public void A_browsers_offer_is_read(string name)
    {
        var offer = Offers.Read(name);

        offer.Ice.IsValid.ShouldBeTrue();
        offer.Setup.ShouldBe(SdpSetup.ActPass);
        Offers.Text(name).ShouldContain(offer.Fingerprint.ToString());
        offer.Media[0].Kind.ShouldBe(SdpMediaKind.Audio);
        offer.Media[1].Kind.ShouldBe(SdpMediaKind.Video);
        foreach (var media in offer.Media[..2])
        {
            media.Direction.ShouldBe(SdpDirection.SendOnly);
            (media.IsBundled, media.HasRtcpMux, media.IsClosed).ShouldBe((true, true, false));
        }
    }

    [Fact]
    public void Codecs_stand_in_the_offered_order_with_their_retransmissions()
    {
        var video = Offers.Read("chromium-plain").Media[1];

        video.Codecs.Select(codec => codec.Name).Distinct(StringComparer.Ordinal).ShouldBe(["VP8", "H264", "AV1", "VP9", "red", "ulpfec"]);
        var vp9 = video.Codecs.First(codec => codec.Is("vp9"));
        (vp9.PayloadType, vp9.RtxPayloadType, vp9.ClockRateHz, vp9.Parameter("profile-id")).ShouldBe(((byte)98, (byte?)99, 90_000, "0"));
        vp9.Feedback.ShouldBe(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"]);
    }

    [Fact]
    public void Sound_has_its_channels_and_parameters()
    {
        var opus = Offers.Read("firefox-plain").Media[0].Codecs.First(codec => codec.Is("opus"));

        (opus.PayloadType, opus.ClockRateHz, opus.Channels, opus.RtxPayloadType).ShouldBe(((byte)109, 48_000, 2, null));
        opus.Parameter("useinbandfec").ShouldBe("1");
    }

    [Theory]
    [InlineData("chromium-simulcast")]
    [InlineData("firefox-simulcast")]
    public void Simulcast_layers_are_read_in_their_order(string name) => Offers.Read(name).Media[1].SentRids.ShouldBe(["h", "m", "l"]);

    [Fact]
    public void Extensions_that_the_offerer_only_receives_are_left_out()
    {
        var audio = Offers.Read("firefox-plain").Media[0];

        audio.Extensions.ShouldContain(extension => extension.Uri.EndsWith("ssrc-audio-level"));
        audio.Extensions.ShouldNotContain(extension => extension.Uri.EndsWith("csrc-audio-level"));
    }

    [Theory]
    [InlineData("", SdpProblem.Malformed)]
    [InlineData("hello", SdpProblem.Malformed)]
    [InlineData("v=0\r\n", SdpProblem.NoMedia)]
    [InlineData("v=0\r\nm=audio\r\n", SdpProblem.Malformed)]
    [InlineData("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 300\r\n", SdpProblem.Malformed)]
    [InlineData("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96 96\r\n", SdpProblem.Malformed)]
    [InlineData("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:a b\r\n", SdpProblem.Malformed)]
    [InlineData("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n", SdpProblem.NotBundled)]
    [InlineData("v=0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n", SdpProblem.NoIce)]
    public void What_is_no_offer_is_refused_with_its_reason(string text, SdpProblem expected)
    {
        SdpOffer.Parse(text, out var problem).ShouldBeNull();
        problem.ShouldBe(expected);
    }

    [Theory]
    [InlineData("a=ice-pwd:", "a=ice-pwd:short", SdpProblem.NoIce)]
    [InlineData("a=fingerprint:", "a=fingerprint:sha-1 00:11", SdpProblem.NoFingerprint)]
    [InlineData("a=setup:", "a=setup:holdconn", SdpProblem.Malformed)]
    [InlineData("a=rtpmap:", "a=rtpmap:96 VP8", SdpProblem.Malformed)]
    [InlineData("a=group:", "a=ice-lite", SdpProblem.BothIceLite)]
    [InlineData("a=group:", "a=group:LS 0 1", SdpProblem.NotBundled)]
    public void An_offer_with_one_line_broken_everywhere_is_refused(string line, string instead, SdpProblem expected)
    {
        var lines = Offers.Text("chromium-simulcast").Split("\r\n")
            .Select(each => each.StartsWith(line, StringComparison.Ordinal) ? instead : each);

        SdpOffer.Parse(string.Join("\r\n", lines), out var problem).ShouldBeNull();
        problem.ShouldBe(expected);
    }

    [Fact]
    public void Sections_with_different_transports_are_not_one_bundle()
    {
        var text = Offers.Text("firefox-plain");
        var last = text.LastIndexOf("a=ice-ufrag:", StringComparison.Ordinal);

        SdpOffer.Parse(text[..last] + "a=ice-ufrag:other123\r\n" + text[last..], out _).ShouldNotBeNull();
        SdpOffer.Parse(text[..last] + text[last..].Replace("a=ice-ufrag:", "a=ice-ufrag:x"), out var problem).ShouldBeNull();
        problem.ShouldBe(SdpProblem.NotBundled);
    }

    [Fact]
    public void More_than_the_limits_is_refused()
    {
        var offer = Offers.Text("chromium-plain");
        string[] tooLarge =
        [
            offer + new string('a', SdpLimits.MaxLetters),
            offer + string.Concat(Enumerable.Repeat("a=x\r\n", SdpLimits.MaxLines)),
            offer + string.Concat(Enumerable.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", SdpLimits.MaxMedia)),
            offer + "a=simulcast:send " + string.Join(';', Enumerable.Range(0, SdpLimits.MaxRidsPerMedia + 1)) + "\r\n",
            offer + string.Concat(Enumerable.Repeat("a=extmap:5 urn:x\r\n", SdpLimits.MaxExtensionsPerMedia + 1)),
        ];
        foreach (var text in tooLarge)
        {
            SdpOffer.Parse(text, out var problem).ShouldBeNull();
            problem.ShouldBe(SdpProblem.TooLarge);
        }
    }
}
