using Sightline.Rtc.Dtls;
using Sightline.Rtc.Session;
using Sightline.Rtc.Stun;
using Sightline.Rtc.Tests.Srtp;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Session;

public sealed class SessionTests
{
    private static readonly Weather Fair = new(LossPct: 0, DelayMs: 10, JitterMs: 0, DuplicatePct: 0);
    private static readonly Weather Foul = new(LossPct: 20, DelayMs: 20, JitterMs: 200, DuplicatePct: 10);

    [Fact]
    public void Packets_arrive_in_both_directions()
    {
        using var scene = new SessionScene(Fair, seed: 1).Connect();
        scene.SendRtp(SessionScene.Client, 1).ShouldBeTrue();
        scene.SendRtp(SessionScene.Node, 2).ShouldBeTrue();
        scene.Pass(ms: 100);

        scene.Received[SessionScene.Node].ShouldBe([1]);
        scene.Received[SessionScene.Client].ShouldBe([2]);
        scene[SessionScene.Node].RemoteAddress.ShouldBe(SessionScene.Addresses[SessionScene.Client]);
    }

    [Fact]
    public void Nothing_can_be_sent_before_there_is_a_connection()
    {
        using var scene = new SessionScene(Fair, seed: 1);

        scene.SendRtp(SessionScene.Client, 1).ShouldBeFalse();
        scene.SendRtp(SessionScene.Node, 1).ShouldBeFalse();
    }

    [Fact]
    public void Sessions_survive_loss_jitter_and_duplication_and_give_each_packet_once()
    {
        const int PacketCount = 200;
        for (var seed = 1; seed <= 20; seed++)
        {
            using var scene = new SessionScene(Foul, seed).Connect();
            scene[SessionScene.Node].State.ShouldBe(RtcState.Connected, $"seed {seed}: {scene[SessionScene.Node].End}");
            for (var sequence = 0; sequence < PacketCount; sequence++)
            {
                scene.SendRtp(SessionScene.Client, sequence).ShouldBeTrue();
                scene.Pass(ms: 20);
            }

            scene.Pass(ms: 1_000);
            scene.Received[SessionScene.Node].ShouldBeUnique();
            scene.Received[SessionScene.Node].Count.ShouldBeInRange(PacketCount / 2, PacketCount - 1, $"seed {seed}");
        }
    }

    [Fact]
    public void A_connection_lasts_for_hours_and_ends_when_the_peer_falls_silent()
    {
        using var scene = new SessionScene(Foul, seed: 1).Connect();
        scene.Pass(ms: 3 * 60 * 60 * 1000);
        scene[SessionScene.Node].State.ShouldBe(RtcState.Connected);
        scene[SessionScene.Client].State.ShouldBe(RtcState.Connected);

        scene.IsSilent[SessionScene.Client] = true;
        scene.Pass(ms: SessionScene.Timeouts.ConsentMs + 1_000);

        scene[SessionScene.Node].End.ShouldBe(RtcEnd.ConsentLost);
        scene[SessionScene.Client].End.ShouldBe(RtcEnd.ConsentLost);
        scene[SessionScene.Node].WakeAtUs.ShouldBeNull();
        scene.SendRtp(SessionScene.Node, 1).ShouldBeFalse();
    }

    [Fact]
    public void A_goodbye_ends_the_session_of_the_other()
    {
        using var scene = new SessionScene(Fair, seed: 1).Connect();
        scene[SessionScene.Client].Close();
        scene.Pass(ms: 100);

        scene[SessionScene.Client].End.ShouldBe(RtcEnd.Closed);
        scene[SessionScene.Node].End.ShouldBe(RtcEnd.PeerClosed);
    }

    [Fact]
    public void A_peer_with_another_certificate_is_not_connected()
    {
        using var scene = new SessionScene(Fair, seed: 1, wrongFingerprint: true).Connect();

        scene[SessionScene.Node].End.ShouldBe(RtcEnd.HandshakeFailed);
        scene[SessionScene.Node].DtlsFailure.ShouldBe(DtlsFailure.WrongFingerprint);
    }

    [Fact]
    public void A_peer_that_never_comes_is_given_up()
    {
        using var scene = new SessionScene(Fair, seed: 1);
        scene.IsSilent[SessionScene.Client] = true;
        scene.Pass(ms: SessionScene.Timeouts.ConnectMs);

        scene[SessionScene.Node].End.ShouldBe(RtcEnd.NoPath);
        scene[SessionScene.Client].End.ShouldBe(RtcEnd.NoPath);
    }

    [Fact]
    public void A_packet_that_is_played_back_is_dropped()
    {
        using var scene = Sent(out var packet);
        scene.Inject(packet).Kind.ShouldBe(RtcPacketKind.None);
        scene[SessionScene.Node].Drops.Replayed.ShouldBe(1);
    }

    [Fact]
    public void A_packet_from_an_address_that_was_not_checked_is_dropped()
    {
        using var scene = Sent(out var packet);
        scene.Inject(packet, TransportAddress.FromIPv4(0x0A0A0A0A, 1)).Kind.ShouldBe(RtcPacketKind.None);
        scene[SessionScene.Node].Drops.FromElsewhere.ShouldBe(1);
    }

    [Fact]
    public void A_forged_packet_is_dropped()
    {
        using var scene = Sent(out var packet);
        packet[3] = 99;
        scene.Inject(packet).Kind.ShouldBe(RtcPacketKind.None);
        scene[SessionScene.Node].Drops.NotAuthentic.ShouldBe(1);
    }

    [Fact]
    public void Strangers_are_never_answered_so_nothing_can_be_amplified()
    {
        using var scene = new SessionScene(Fair, seed: 1).Connect();
        var stranger = TransportAddress.FromIPv4(0x0A0A0A0A, 1);
        foreach (var datagram in scene.Wire.Where(datagram => datagram[0] is not (0 or 1)).ToList()) scene.Inject(datagram, stranger);
        for (var first = 0; first < 256; first++) scene.Inject([(byte)first, .. new byte[100]], stranger);

        scene[SessionScene.Node].Take(new byte[StunMessage.MaxBytes], out _).ShouldBe(0);
        scene[SessionScene.Node].State.ShouldBe(RtcState.Connected);
    }

    [Fact]
    public void Nothing_is_allocated_per_packet()
    {
        const int PacketCount = 1000;
        using var scene = new SessionScene(Fair, seed: 1).Connect();
        scene.IsSilent[SessionScene.Client] = true;
        scene.Wire.Clear();
        for (var sequence = 0; sequence < PacketCount; sequence++) scene.SendRtp(SessionScene.Client, sequence);
        foreach (var packet in scene.Wire.Take(100)) Read(scene, packet).ShouldBeTrue();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var good = true;
        for (var i = 100; i < PacketCount; i++) good &= Read(scene, scene.Wire[i]);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        good.ShouldBeTrue();
    }

    [Fact]
    public void Damaged_datagrams_of_all_kinds_end_nothing_but_at_most_the_session()
    {
        using var good = new SessionScene(Fair, seed: 1).Connect();
        for (var sequence = 0; sequence < 20; sequence++) good.SendRtp(SessionScene.Client, sequence);

        SessionScene? scene = null;
        new Mutations(times: 5_000, [.. good.Wire]).Try(input =>
        {
            if (scene is null || scene[SessionScene.Node].State == RtcState.Ended)
            {
                scene?.Dispose();
                scene = new SessionScene(Fair, seed: 1).Connect();
            }

            scene.Inject(input);
        });
        scene!.Dispose();
    }

    private static bool Read(SessionScene scene, byte[] packet) =>
        scene[SessionScene.Node].Handle(packet, SessionScene.Addresses[SessionScene.Client], scene.NowUs)
        == new RtcReceived(RtcPacketKind.Rtp, SrtpPair.RtpBytes);

    /// <summary>A connection over which this packet has just come.</summary>
    private static SessionScene Sent(out byte[] packet)
    {
        var scene = new SessionScene(Fair, seed: 1).Connect();
        scene.SendRtp(SessionScene.Client, 1);
        scene.Pass(ms: 100);
        scene.Received[SessionScene.Node].ShouldBe([1]);
        packet = (byte[])scene.Wire[^1].Clone();
        return scene;
    }
}
