using Sightline.Rtc.Dtls;
using Sightline.Rtc.Srtp;
using Sightline.Rtc.Tests.Srtp;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Dtls;

public sealed class DtlsTests
{
    [Fact]
    public void A_handshake_gives_both_sides_the_keys_of_the_other()
    {
        using var scene = new DtlsScene(DtlsScene.Fair, seed: 1);
        scene.Run();

        scene[DtlsScene.Client].State.ShouldBe(DtlsState.Connected);
        scene[DtlsScene.Server].State.ShouldBe(DtlsState.Connected);
        KeysMeet(scene);
        scene.HandshakeCount(DtlsScene.Server).ShouldBe(0);
    }

    [Fact]
    public void No_datagram_is_longer_than_the_limit()
    {
        using var scene = new DtlsScene(DtlsScene.Fair, seed: 1);
        scene.Run();

        scene.LongestDatagram.ShouldBeInRange(100, DtlsLimits.MaxDatagramBytes);
    }

    [Fact]
    public void Handshakes_survive_loss_reordering_and_duplication()
    {
        var weather = new Weather(LossPct: 25, DelayMs: 30, JitterMs: 60, DuplicatePct: 10);
        for (var seed = 1; seed <= 60; seed++)
        {
            using var scene = new DtlsScene(weather, seed);
            scene.Run();

            scene[DtlsScene.Client].State.ShouldBe(DtlsState.Connected, $"client, seed {seed}: {scene[DtlsScene.Client].Failure}");
            scene[DtlsScene.Server].State.ShouldBe(DtlsState.Connected, $"server, seed {seed}: {scene[DtlsScene.Server].Failure}");
            KeysMeet(scene);
        }
    }

    [Fact]
    public void A_peer_that_never_answers_is_tried_ever_more_seldom_and_given_up()
    {
        using var scene = new DtlsScene(DtlsScene.Fair with { LossPct = 100 }, seed: 1);
        scene.Run();

        scene[DtlsScene.Client].Failure.ShouldBe(DtlsFailure.TimedOut);
        scene[DtlsScene.Server].Failure.ShouldBe(DtlsFailure.TimedOut);
        scene.NowUs.ShouldBe(DtlsTimeouts.Default.HandshakeMs * 1000L);
        scene.DatagramCount.ShouldBeInRange(10, 20);
        scene.HandshakeCount(DtlsScene.Client).ShouldBe(0);
    }

    [Fact]
    public void A_client_with_another_certificate_than_announced_gets_no_keys()
    {
        using var stranger = DtlsScene.NewEndpoint();
        using var scene = new DtlsScene(DtlsScene.Fair, seed: 1, serverExpects: stranger.Fingerprint);
        scene.Run();

        scene[DtlsScene.Server].Failure.ShouldBe(DtlsFailure.WrongFingerprint);
        scene[DtlsScene.Server].Keys.ShouldBeNull();
    }

    [Fact]
    public void A_server_with_another_certificate_than_announced_gets_no_keys()
    {
        using var stranger = DtlsScene.NewEndpoint();
        using var scene = new DtlsScene(DtlsScene.Fair, seed: 1, clientExpects: stranger.Fingerprint);
        scene.Run();

        scene[DtlsScene.Client].Failure.ShouldBe(DtlsFailure.WrongFingerprint);
        scene[DtlsScene.Client].Keys.ShouldBeNull();
    }

    [Fact]
    public void A_goodbye_is_heard()
    {
        using var scene = new DtlsScene(DtlsScene.Fair, seed: 1);
        scene.Run();
        scene[DtlsScene.Client].Close();
        scene.Run();

        scene[DtlsScene.Client].State.ShouldBe(DtlsState.Closed);
        scene[DtlsScene.Server].State.ShouldBe(DtlsState.Closed);
    }

    [Fact]
    public void Handshakes_beyond_the_limit_are_refused_until_one_is_over()
    {
        using var endpoint = DtlsScene.NewEndpoint(maxHandshakes: 2);
        using var first = endpoint.Connect(DtlsRole.Server, endpoint.Fingerprint, nowUs: 0);
        using var second = endpoint.Connect(DtlsRole.Server, endpoint.Fingerprint, nowUs: 0);
        using var third = endpoint.Connect(DtlsRole.Server, endpoint.Fingerprint, nowUs: 0);
        third.Failure.ShouldBe(DtlsFailure.TooManyHandshakes);

        first.Dispose();
        using var fourth = endpoint.Connect(DtlsRole.Server, endpoint.Fingerprint, nowUs: 0);
        fourth.State.ShouldBe(DtlsState.Handshaking);
    }

    [Fact]
    public void The_last_flight_is_not_repeated_for_ever()
    {
        using var scene = new DtlsScene(DtlsScene.Fair, seed: 1);
        scene.Run();
        byte[] handshakeRecord = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0];
        var before = scene.DatagramCount;
        for (var i = 0; i < 1000; i++)
        {
            scene[DtlsScene.Server].Handle(handshakeRecord, scene.NowUs);
            scene.Drain();
        }

        (scene.DatagramCount - before).ShouldBeLessThanOrEqualTo(DtlsLimits.MaxLastFlightRepeats);
    }

    private static void KeysMeet(DtlsScene scene)
    {
        var (client, server) = (scene[DtlsScene.Client].Keys!, scene[DtlsScene.Server].Keys!);
        client.Profile.ShouldBe(SrtpProfile.AeadAes128Gcm);
        Arrives(client, server);
        Arrives(server, client);
    }

    private static void Arrives(SrtpKeys from, SrtpKeys to)
    {
        using var sender = from.CreateSender();
        using var receiver = to.CreateReceiver();
        var buffer = new byte[200];
        SrtpPair.Rtp(1, 1).CopyTo(buffer, 0);
        sender.ProtectRtp(buffer, SrtpPair.RtpBytes, out var length).ShouldBe(SrtpResult.Ok);
        receiver.UnprotectRtp(buffer.AsSpan(0, length), out _).ShouldBe(SrtpResult.Ok);
    }
}
