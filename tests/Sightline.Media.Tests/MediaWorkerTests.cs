using System.Net;
using System.Net.Sockets;
using System.Text;
using Sightline.Rtc;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Sdp;
using Sightline.Rtc.Session;
using Sightline.Rtc.Stun;

namespace Sightline.Media.Tests;

/// <summary>A worker with its real socket, on the loopback interface.</summary>
public sealed class MediaWorkerTests : IDisposable
{
    private const uint FirstPriority = 2130706431;

    private const string Offer = """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:peer
        a=ice-pwd:a+password+of+the+peer
        a=fingerprint:sha-256 03:90:58:C6:F2:C0:CB:49:2C:53:3B:0A:4D:14:EF:77:CC:0F:78:AB:CC:CE:D5:28:7D:84:A1:A2:01:1C:FB:81
        a=setup:actpass
        a=mid:0
        a=sendonly
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2

        """;

    private readonly MediaWorker _worker = Start(new MediaWorkerOptions { MaxSessions = 2 });
    private readonly WaitingSink _sink = new();
    private readonly UdpClient _peer = new(new IPEndPoint(IPAddress.Loopback, 0));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_over_the_socket_is_answered_whatever_else_comes()
    {
        var answer = await _worker.AnswerAsync(Offer, _sink);
        var node = AddressIn(answer.Sdp!);

        await _peer.SendAsync(new byte[] { 0x80, 1, 2, 3 }, node, Stop);
        await _peer.SendAsync(new byte[5000], node, Stop);
        (await Answered(Check(answer.Sdp!), answer.Sdp!)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_peer_that_never_comes_is_given_up()
    {
        using var worker = Start(new MediaWorkerOptions { IceTimeouts = new IceTimeouts(ConnectMs: 50, ConsentMs: 50) });
        var answer = await worker.AnswerAsync(Offer, _sink);

        (await _sink.Ended).ShouldBe(RtcEnd.NoPath);
        (await worker.CloseAsync(answer.SessionId)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_that_is_closed_is_gone()
    {
        var answer = await _worker.AnswerAsync(Offer, _sink);

        (await _worker.CloseAsync(answer.SessionId)).ShouldBeTrue();
        (await _sink.Ended).ShouldBe(RtcEnd.Closed);
        (await _worker.CloseAsync(answer.SessionId)).ShouldBeFalse();
    }

    [Fact]
    public async Task Sessions_beyond_the_limit_are_refused()
    {
        await _worker.AnswerAsync(Offer, new WaitingSink());
        await _worker.AnswerAsync(Offer, new WaitingSink());
        var third = await _worker.AnswerAsync(Offer, _sink);

        (third.Sdp, third.IsFull).ShouldBe((null, true));
    }

    [Fact]
    public async Task A_session_goes_on_after_another_offer_with_its_credentials()
    {
        var first = await _worker.AnswerAsync(Offer, _sink);
        var second = await _worker.AnswerAgainAsync(first.SessionId, Offer);

        second.SessionId.ShouldBe(first.SessionId);
        WordAfter("a=ice-ufrag:", second.Sdp!).ShouldBe(WordAfter("a=ice-ufrag:", first.Sdp!));
        second.Sdp!.ShouldContain($"o=- {first.SessionId} 2 ");
    }

    [Fact]
    public async Task An_ice_restart_has_new_credentials_and_the_old_ones_still_count()
    {
        var first = await _worker.AnswerAsync(Offer, _sink);
        var restart = Offer.Replace("ice-ufrag:peer", "ice-ufrag:anew", StringComparison.Ordinal);
        var second = await _worker.AnswerAgainAsync(first.SessionId, restart);

        (WordAfter("a=ice-ufrag:", second.Sdp!) == WordAfter("a=ice-ufrag:", first.Sdp!)).ShouldBeFalse();
        (await Answered(Check(first.Sdp!), first.Sdp!)).ShouldBeTrue();
        (await Answered(Check(second.Sdp!, peer: "anew"), first.Sdp!)).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_certificate_is_not_the_same_peer()
    {
        var first = await _worker.AnswerAsync(Offer, _sink);
        var other = await _worker.AnswerAgainAsync(first.SessionId, Offer.Replace("sha-256 03", "sha-256 04", StringComparison.Ordinal));

        other.Sdp.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_no_offer_is_refused_with_its_reason()
    {
        var answer = await _worker.AnswerAsync("hello", _sink);

        (answer.Sdp, answer.Problem).ShouldBe((null, SdpProblem.Malformed));
    }

    public void Dispose()
    {
        _worker.Dispose();
        _peer.Dispose();
    }

    private static MediaWorker Start(MediaWorkerOptions options) =>
        new(new IPEndPoint(IPAddress.Loopback, 0), [IPAddress.Loopback], options, TimeProvider.System);

    private static IPEndPoint AddressIn(string answer) =>
        new(IPAddress.Loopback, int.Parse(WordAfter($" udp {FirstPriority} 127.0.0.1 ", answer), provider: null));

    private static string WordAfter(string words, string text)
    {
        var start = text.IndexOf(words, StringComparison.Ordinal) + words.Length;
        return text[start..text.IndexOfAny([' ', '\r'], start)];
    }

    /// <summary>Whether a check gets a response that names our own address.</summary>
    private async Task<bool> Answered(byte[] check, string answer)
    {
        await _peer.SendAsync(check, AddressIn(answer), Stop);
        var response = (await _peer.ReceiveAsync(Stop)).Buffer;
        return StunMessage.TryParse(response, out var message) && message.Type == StunType.BindingResponse
            && message.MappedAddress == TransportAddress.From((IPEndPoint)_peer.Client.LocalEndPoint!);
    }

    private static byte[] Check(string answer, string peer = "peer")
    {
        var buffer = new byte[200];
        var writer = new StunWriter(buffer, StunType.BindingRequest, new byte[12]);
        writer.Username(Encoding.ASCII.GetBytes($"{WordAfter("a=ice-ufrag:", answer)}:{peer}"));
        writer.Controlling(1);
        writer.Integrity(Encoding.ASCII.GetBytes(WordAfter("a=ice-pwd:", answer)));
        writer.Fingerprint();
        return buffer[..writer.Length];
    }

    /// <summary>Waits for a session's end.</summary>
    private sealed class WaitingSink : IMediaSink
    {
        private readonly TaskCompletionSource<RtcEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<RtcEnd> Ended => _ended.Task.WaitAsync(Stop);

        public long? WakeAtUs => null;

        public void Agreed(MediaSession session, SdpAnswer answer)
        {
        }

        public void Received(RtcPacketKind kind, ReadOnlySpan<byte> packet, long arrivalUs)
        {
        }

        public void Changed(RtcState state, RtcEnd end)
        {
            if (state == RtcState.Ended) _ended.SetResult(end);
        }

        public void Tick(long nowUs)
        {
        }
    }
}
