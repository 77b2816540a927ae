using System.Text;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Sdp;
using Sightline.Rtc.Srtp;
using Sightline.Rtc.Stun;
using Sightline.Rtc.Tests.Dtls;
using Sightline.Rtc.Tests.Ice;
using Sightline.Rtc.Tests.Sdp;
using Sightline.Rtc.Tests.Srtp;
using Sightline.Rtc.Tests.Stun;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Session;

/// <summary>Each parser with damaged copies of good inputs: nothing throws, nothing goes on for ever.</summary>
public sealed class ParserFuzzTests
{
    private readonly byte[] _buffer = new byte[StunMessage.MaxBytes];

    [Fact]
    public void Stun()
    {
        var agent = new IceLite(
            new("evtj", "VOkJxbRl1RmTxUk/WvJxBt"), new("h6vY", "a+password+that+is+long"), IceTimeouts.Default, nowUs: 0);
        var good = new IceScene().Check(port: 5000, nominate: true);
        new Mutations(times: 100_000, Rfc5769Tests.Request, good).Try(input =>
        {
            if (!StunMessage.TryParse(input, out var message)) return;
            message.HasIntegrity(Rfc5769Tests.Password);
            agent.Handle(message, IceScene.Address(1), nowUs: 0, _buffer).ShouldBeLessThan(200);
        });
    }

    [Theory]
    [InlineData(SrtpProfile.AeadAes128Gcm)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80)]
    public void Srtp(SrtpProfile profile)
    {
        using var pair = new SrtpPair(profile);
        byte[][] seeds = [pair.Protected(1, 1), pair.Protected(2, 65535), pair.ProtectedRtcp(1), [0x90, .. pair.Protected(1, 2)[1..]]];
        new Mutations(times: 20_000, seeds).Try(input =>
        {
            pair.Receiver.UnprotectRtp((byte[])input.Clone(), out var length);
            length.ShouldBeLessThanOrEqualTo(input.Length);
            pair.Receiver.UnprotectRtcp(input, out length);
            length.ShouldBeLessThanOrEqualTo(input.Length);
        });
    }

    [Fact]
    public void Sdp()
    {
        byte[][] seeds = [.. Offers.All.Select(row => Encoding.Latin1.GetBytes(Offers.Text(row.Data)))];
        var options = new SdpAnswerOptions(
            SessionId: 1,
            SessionVersion: 1,
            IceScene.Local,
            DtlsFingerprint.Of([1]),
            [IceScene.Address(1)],
            SdpAnswerOptions.RecordingCodecs);
        new Mutations(times: 10_000, seeds).Try(input =>
        {
            var text = Encoding.Latin1.GetString(input);
            if (SdpOffer.Parse(text, out var problem) is not { } offer)
                problem.ShouldNotBe(SdpProblem.None);
            else
                SdpAnswer.Create(offer, options).Text.Length.ShouldBeLessThan(2 * SdpLimits.MaxLetters);
        });
    }

    [Fact]
    public void Fingerprints() =>
        new Mutations(times: 20_000, Encoding.ASCII.GetBytes(DtlsFingerprint.Of([1]).ToString())).Try(input =>
            DtlsFingerprint.TryParse(Encoding.Latin1.GetString(input))?.Matches([1]));

    [Fact]
    public void Dtls_records_at_every_stage_of_a_handshake()
    {
        using var endpoint = DtlsScene.NewEndpoint();
        var hello = new byte[DtlsLimits.MaxDatagramBytes];
        using var client = endpoint.Connect(DtlsRole.Client, endpoint.Fingerprint, nowUs: 0);
        var seed = hello[..client.Take(hello)];
        var datagram = new byte[DtlsLimits.MaxDatagramBytes];
        var sent = 0;
        new Mutations(times: 3_000, seed).Try(input =>
        {
            using var server = endpoint.Connect(DtlsRole.Server, endpoint.Fingerprint, nowUs: 0);
            server.Handle(input, nowUs: 0);
            server.Handle(seed, nowUs: 0);
            for (sent = 0; server.Take(datagram) > 0;) sent++;
            sent.ShouldBeLessThan(DtlsLimits.MaxFlightBytes / 100);
            server.State.ShouldNotBe(DtlsState.Connected);
        });
        endpoint.HandshakeCount.ShouldBe(1);
    }
}
