using System.Text;
using Sightline.Media.Receiving;
using Sightline.Rtc;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Sdp;

namespace Sightline.Media.Tests.Recording;

/// <summary>Which stream a packet belongs to, without a socket.</summary>
public sealed class MediaReceiverTests
{
    private const int MidId = 4;
    private const int RidId = 5;
    private const int RepairedRidId = 6;
    private const byte Video = 96;
    private const byte Rtx = 97;

    private readonly Listener _listener = new();
    private readonly MediaReceiver _receiver;
    private long _nowUs;

    public MediaReceiverTests()
    {
        _receiver = new MediaReceiver(_listener, ownSsrc: 1);
        _receiver.Agree(Answer());
    }

    [Fact]
    public void A_section_that_is_named_once_is_known_by_its_ssrc_from_then_on()
    {
        Take(Video, 20, 1, mid: "2");
        Take(Video, 20, 2);

        _listener.Arrived.ShouldBe([(20, 2, 1), (20, 2, 2)]);
    }

    [Fact]
    public void A_payload_type_of_several_sections_does_not_name_one()
    {
        Take(Video, 20, 1);
        Take(111, 10, 1);

        _listener.Arrived.ShouldBe([(10, 0, 1)]);
        _receiver.Unplaced.ShouldBe(1);
    }

    [Fact]
    public void A_layer_is_known_by_its_rid_and_so_is_what_repairs_it()
    {
        Take(Video, 31, 1, mid: "1", rid: "h");
        Take(Video, 32, 1, mid: "1", rid: "l");
        Take(Video, 32, 3);
        Take(Rtx, 42, 1, mid: "1", repairedRid: "l", original: 2);
        Take(Rtx, 41, 1, mid: "1", repairedRid: "x", original: 2);

        _listener.Arrived.ShouldBe([(31, 1, 1), (32, 1, 1), (32, 1, 3), (32, 1, 2)]);
        _listener.Layers.ShouldBe([0, 1, 1, 1]);
    }

    [Fact]
    public void A_flood_of_ssrcs_finds_no_room_and_takes_none_from_those_that_are_there()
    {
        Take(Video, 20, 1, mid: "2");
        for (var i = 0; i < 1000; i++) Take(Video, (uint)(100 + i), 1, mid: "2");
        Take(Video, 20, 2);

        _receiver.SourceCount.ShouldBe(MediaReceiver.MaxSources);
        _listener.Arrived.ShouldContain((20u, 2, 2));
        _receiver.Unplaced.ShouldBe(1001 - MediaReceiver.MaxSources);
    }

    [Fact]
    public void A_new_ssrc_takes_the_place_of_one_that_is_silent()
    {
        for (var i = 0; i < MediaReceiver.MaxSources; i++) Take(Video, (uint)(100 + i), 1, mid: "2");
        Take(Video, 200, 1, mid: "2", atUs: 6_000_000);

        _receiver.SourceCount.ShouldBe(MediaReceiver.MaxSources);
        _listener.Arrived[^1].Ssrc.ShouldBe(200u);
    }

    [Fact]
    public void A_packet_whose_number_jumped_is_told_with_the_one_that_confirms_it()
    {
        Take(Video, 20, 1, mid: "2");
        Take(Video, 20, 20_000);
        Take(Video, 20, 20_001);

        _listener.Arrived.ShouldBe([(20, 2, 1), (20, 2, 20_000), (20, 2, 20_001)]);
    }

    [Fact]
    public void What_is_known_of_a_source_outlasts_another_offer()
    {
        Take(Video, 20, 1, mid: "2");
        _receiver.Agree(Answer());
        Take(Video, 20, 2);

        _listener.Arrived.Count.ShouldBe(2);
    }

    [Fact]
    public void Of_a_stream_that_goes_quiet_the_next_packet_is_asked_for_as_it_may_have_been_lost()
    {
        Take(Video, 20, 1, mid: "2");
        TickUntil(99_000);
        _listener.Asked.ShouldBeEmpty();

        TickUntil(10_000_000);
        _listener.Asked.ShouldBe(Enumerable.Repeat((20u, (ushort)2), TailProbe.MaxTimes));
        _receiver.WakeAtUs.ShouldNotBeNull("reports go on");
    }

    [Fact]
    public void What_comes_when_it_is_asked_for_is_followed_by_a_question_for_the_next()
    {
        Take(Video, 20, ushort.MaxValue, mid: "2");
        TickUntil(100_000);
        Take(Rtx, 40, 1, mid: "2", original: 0, atUs: 120_000);
        TickUntil(220_000);

        _listener.Arrived.ShouldBe([(20, 2, ushort.MaxValue), (20, 2, 0)]);
        _listener.Asked.ShouldBe([(20, 0), (20, 1)]);
    }

    [Fact]
    public void While_packets_come_and_where_nothing_is_repaired_nothing_is_asked_for()
    {
        Take(111, 10, 1);
        for (var number = 1; number <= 60; number++)
        {
            Take(Video, 20, number, mid: "2", atUs: _nowUs);
            TickUntil(_nowUs + 66_000);
        }

        _listener.Asked.ShouldBeEmpty();
    }

    [Fact]
    public void Damaged_packets_are_counted_and_change_nothing()
    {
        _receiver.HandleRtp([0x80, 1, 2], 0);
        _receiver.HandleRtcp([0x80, 200, 0, 99], 0);

        (_receiver.Unplaced, _receiver.SourceCount).ShouldBe((1, 0));
    }

    private static SdpAnswer Answer()
    {
        var extensions = $"""
            a=extmap:{MidId} {ExtensionUris.Mid}
            a=extmap:{RidId} {ExtensionUris.Rid}
            a=extmap:{RepairedRidId} {ExtensionUris.RepairedRid}
            """;
        var video = $"""
            a=rtcp-mux
            a=sendonly
            a=rtpmap:96 VP8/90000
            a=rtcp-fb:96 nack
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            {extensions}
            """;
        var text = $"""
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1 2
            a=ice-ufrag:peer
            a=ice-pwd:a+password+of+the+peer
            a=fingerprint:{Fingerprint}
            a=setup:actpass
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            a=mid:0
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            {extensions}
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            a=mid:1
            {video}
            a=rid:h send
            a=rid:l send
            a=simulcast:send h;l
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            a=mid:2
            {video}

            """;
        var offer = SdpOffer.Parse(text, out var problem);
        problem.ShouldBe(SdpProblem.None);
        var ice = IceCredentials.FromRandom(new byte[IceCredentials.RandomBytes]);
        return SdpAnswer.Create(offer!, new SdpAnswerOptions(
            1, 1, ice, DtlsFingerprint.TryParse(Fingerprint)!, [TransportAddress.FromIPv4(1, 1)], SdpAnswerOptions.RecordingCodecs));
    }

    private static string Fingerprint => "sha-256 " + string.Join(':', Enumerable.Repeat("03", 32));

    private void Take(
        byte payloadType, uint ssrc, int number, string? mid = null, string? rid = null, string? repairedRid = null, int? original = null,
        long atUs = 0)
    {
        var buffer = new byte[200];
        var writer = new RtpWriter(buffer, new RtpHeader(payloadType, (ushort)number, 0, ssrc));
        if (mid is not null) writer.Add(MidId, Encoding.ASCII.GetBytes(mid));
        if (rid is not null) writer.Add(RidId, Encoding.ASCII.GetBytes(rid));
        if (repairedRid is not null) writer.Add(RepairedRidId, Encoding.ASCII.GetBytes(repairedRid));
        byte[] payload = original is { } inside ? [(byte)(inside >> 8), (byte)inside, 0x10, 1, 7] : [0x10, 1, 7];
        _receiver.HandleRtp(buffer.AsSpan(0, writer.Finish(payload)), atUs);
    }

    private void TickUntil(long nowUs)
    {
        for (; _nowUs < nowUs; _nowUs += 1_000) _receiver.Tick(_nowUs);
        _receiver.Tick(nowUs);
    }

    private sealed class Listener : IMediaListener
    {
        public List<(uint Ssrc, ushort Number)> Asked { get; } = [];

        public List<(uint Ssrc, int Section, int Number)> Arrived { get; } = [];

        public List<int> Layers { get; } = [];

        void IMediaListener.Arrived(MediaSource source, in RtpPacket packet, long sequence, long nowUs)
        {
            packet.Ssrc.ShouldBe(source.Ssrc);
            Arrived.Add((source.Ssrc, source.Section.Index, packet.SequenceNumber));
            Layers.Add(source.Layer);
        }

        public void Reported(MediaSource source, in SenderInfo info, long nowUs)
        {
        }

        public void SendRtcp(ReadOnlySpan<byte> compound)
        {
            RtcpCompound.Parse(compound, out var packets).ShouldBe(RtcpFault.None);
            foreach (var packet in packets)
            {
                if (Nack.Parse(packet, out var nack) != RtcpFault.None) continue;
                foreach (var number in nack) Asked.Add((nack.MediaSsrc, number));
            }
        }
    }
}
