using Sightline.Media.Recording;
using Sightline.Recording;
using Sightline.Recording.Journal;
using Sightline.Rtc.Rtcp;

namespace Sightline.Media.Tests.Recording;

/// <summary>A node with its real socket and disk, and devices that send to it.</summary>
public sealed class RecordingNodeTests : IAsyncDisposable
{
    private readonly RecordingScene _scene = new();

    [Fact(Timeout = 60_000)]
    public async Task What_arrives_is_in_the_journals_of_its_tracks_when_the_recording_is_stopped()
    {
        var peer = await _scene.JoinAsync();
        var sounds = peer.Send(TestPeer.Opus, 10, 1, 50);
        var camera = peer.Send(TestPeer.Vp8, 20, 1, 50, mid: "1");
        var screen = peer.Send(TestPeer.Vp8, 30, 1, 50, mid: "2");
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Screen).Count == 50);
        await _scene.Node.StopAsync(_scene.Leg.RecordingId);

        _scene.Packets(TrackKind.Microphone).ShouldBe(sounds);
        _scene.Packets(TrackKind.Camera).ShouldBe(camera);
        _scene.Packets(TrackKind.Screen).ShouldBe(screen);
        var (entries, report) = _scene.Read(TrackKind.Camera);
        (report.IsSound, report.HasEnd).ShouldBe((true, true));
        entries[0].Kind.ShouldBe(RecordKind.Format);
        _scene.Node.Read(_scene.Leg.RecordingId).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Lost_packets_are_asked_for_and_their_retransmissions_are_journaled_as_they_were()
    {
        var peer = await _scene.JoinAsync();
        peer.Repairs = true;
        var sent = peer.Send(TestPeer.Vp8, 20, 1, 60, mid: "1", isLost: number => number is 7 or 8 or 30);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Camera).Count == 60);

        // Behind the last one, the next is asked for in case there is one.
        peer.Asked.Where(number => number <= 60).Distinct().Order().ToArray().ShouldBe([7, 8, 30]);
        // A retransmission has the header extension that it was sent with, which here is that of the packet.
        _scene.Packets(TrackKind.Camera).OrderBy(packet => packet[3]).ShouldBe(sent);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sender_hears_how_its_media_arrives_always_behind_a_report_and_a_name()
    {
        var peer = await _scene.JoinAsync();
        // No key frame among them.
        peer.Send(TestPeer.Vp8, 20, 2, 20, mid: "1");

        var plea = peer.WaitFor(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss);
        var arrivals = peer.WaitFor(RtcpType.TransportFeedback, FeedbackFormat.TransportWide);
        foreach (var datagram in (byte[][])[plea, arrivals])
        {
            datagram[1].ShouldBe((byte)RtcpType.ReceiverReport);
            TypesIn(datagram)[1].ShouldBe(RtcpType.SourceDescription);
        }

        ReportBlock? block = null;
        while (block is null)
        {
            RtcpCompound.Parse(peer.WaitFor(RtcpType.ReceiverReport), out var compound).ShouldBe(RtcpFault.None);
            foreach (var packet in compound)
            {
                if (ReceiverReport.Parse(packet, out var report) == RtcpFault.None && report.Blocks.Count > 0) block = report.Blocks[0];
            }
        }

        (block.Value.Ssrc, block.Value.HighestSequence).ShouldBe((20u, 20u));
    }

    [Fact(Timeout = 60_000)]
    public async Task Sender_reports_are_journaled_for_the_clocks()
    {
        var peer = await _scene.JoinAsync();
        peer.Send(TestPeer.Opus, 10, 1, 1);
        peer.SendReport(10, ntpTime: 0x1234_5678_9ABC_DEF0, rtpTime: 99);
        await RecordingScene.UntilAsync(() => _scene.Read(TrackKind.Microphone).Entries.Any(entry => entry.Kind == RecordKind.SenderReport));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_connection_of_the_device_takes_over_and_the_old_one_is_told_goodbye()
    {
        var first = await _scene.JoinAsync();
        var before = first.Send(TestPeer.Opus, 10, 1, 20);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 20);

        var second = await _scene.JoinAsync();
        (await first.Ended).ShouldBe(Rtc.Session.RtcEnd.PeerClosed);
        var after = second.Send(TestPeer.Opus, 11, 500, 520);
        await _scene.StopAfterAsync(TrackKind.Microphone, 41);

        _scene.Packets(TrackKind.Microphone).ShouldBe([.. before, .. after]);
        var (entries, report) = _scene.Read(TrackKind.Microphone);
        entries.Count(entry => entry.Kind == RecordKind.LayerChanged).ShouldBe(1);
        (report.IsSound, report.HasEnd).ShouldBe((true, true));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_that_ends_is_an_interruption_until_another_brings_a_packet()
    {
        var first = await _scene.JoinAsync();
        first.Send(TestPeer.Opus, 10, 1, 5);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 5);
        first.Leave();
        await RecordingScene.UntilAsync(() => _scene.Node.Read(_scene.Leg.RecordingId)!.Connected == 0);

        var second = await _scene.JoinAsync();
        second.Send(TestPeer.Opus, 11, 1, 5);
        await _scene.StopAfterAsync(TrackKind.Microphone, 10);

        var events = _scene.Events(TrackKind.Microphone);
        events.ShouldBe([RecordKind.Interrupted, RecordKind.Resumed, RecordKind.LayerChanged, RecordKind.Ended]);
        _scene.Read(TrackKind.Microphone).Entries.Single(entry => entry.Kind == RecordKind.Interrupted).Body
            .ShouldBe([(byte)InterruptionCause.Connection]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_says_goodbye_just_before_the_end_has_left_and_misses_nothing()
    {
        var peer = await _scene.JoinAsync();
        peer.Send(TestPeer.Opus, 10, 1, 5);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 5);
        peer.Leave();
        await RecordingScene.UntilAsync(() => _scene.Node.Read(_scene.Leg.RecordingId)!.Connected == 0);
        await _scene.StopAfterAsync(TrackKind.Microphone, 5);

        _scene.Events(TrackKind.Microphone).ShouldBe([RecordKind.Ended]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_ice_restart_goes_on_with_the_same_connection()
    {
        var peer = await _scene.JoinAsync();
        var before = peer.Send(TestPeer.Opus, 10, 1, 20);
        await _scene.OfferAsync(peer, peer.RestartOffer());
        var after = peer.Send(TestPeer.Opus, 10, 21, 40);
        await _scene.StopAfterAsync(TrackKind.Microphone, 40);

        _scene.Packets(TrackKind.Microphone).ShouldBe([.. before, .. after]);
        _scene.Events(TrackKind.Microphone).ShouldBe([RecordKind.Ended]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_is_removed_may_come_back_and_has_one_journal()
    {
        var first = await _scene.JoinAsync();
        first.Send(TestPeer.Opus, 10, 1, 5);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 5);
        (await _scene.Node.RemoveAsync(_scene.Leg)).ShouldBeTrue();
        (await first.Ended).ShouldBe(Rtc.Session.RtcEnd.PeerClosed);
        (await _scene.Node.RemoveAsync(_scene.Leg)).ShouldBeFalse();

        var second = await _scene.JoinAsync();
        second.Send(TestPeer.Opus, 11, 1, 5);
        await _scene.StopAfterAsync(TrackKind.Microphone, 10);
        _scene.Read(TrackKind.Microphone).Report.IsSound.ShouldBeTrue();
        _scene.Events(TrackKind.Microphone).ShouldNotContain(RecordKind.Interrupted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_is_let_in_beyond_the_limits_or_when_it_is_over()
    {
        _scene.Options = _scene.Options with { MaxLegsPerRecording = 1, MaxRecordings = 1 };
        using var stranger = new TestPeer();
        await _scene.JoinAsync();

        (await RefusalOf(_scene.Leg with { DeviceId = Guid.NewGuid() }, stranger.Offer())).ShouldBe(LegRefusal.Full);
        (await RefusalOf(_scene.Leg with { RecordingId = Guid.NewGuid() }, stranger.Offer())).ShouldBe(LegRefusal.Full);
        (await RefusalOf(_scene.Leg, "v=0")).ShouldBe(LegRefusal.BadOffer);
        await _scene.Node.StopAsync(_scene.Leg.RecordingId);
        (await RefusalOf(_scene.Leg, stranger.Offer())).ShouldBe(LegRefusal.Draining);
        _scene.Node.Drain();
        (await RefusalOf(_scene.Leg with { RecordingId = Guid.NewGuid() }, stranger.Offer())).ShouldBe(LegRefusal.Draining);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_of_the_wall_clock_is_a_record_and_moves_no_times()
    {
        var clock = new SteppingClock();
        _scene.Clock = clock;
        var peer = await _scene.JoinAsync();
        peer.Send(TestPeer.Opus, 10, 1, 5);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 5);
        clock.Ahead = TimeSpan.FromHours(-1);
        await RecordingScene.UntilAsync(() => _scene.Events(TrackKind.Microphone).Contains(RecordKind.ClockStepped));
        peer.Send(TestPeer.Opus, 10, 6, 10);
        await _scene.StopAfterAsync(TrackKind.Microphone, 10);

        var entries = _scene.Read(TrackKind.Microphone).Entries;
        entries.Select(entry => entry.At).ShouldBeInOrder();
        (entries[^1].At - entries[0].At).ShouldBeLessThan(TimeSpan.FromMinutes(30));
        var step = BitConverter.ToInt64(entries.Single(entry => entry.Kind == RecordKind.ClockStepped).Body);
        Math.Round(step / 1e6 / 60).ShouldBe(-60);
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    private static List<RtcpType> TypesIn(byte[] datagram)
    {
        RtcpCompound.Parse(datagram, out var compound).ShouldBe(RtcpFault.None);
        var types = new List<RtcpType>();
        foreach (var packet in compound) types.Add(packet.Type);
        return types;
    }

    private async Task<LegRefusal> RefusalOf(LegName leg, string offer) =>
        (await _scene.Node.OfferAsync(leg, offer, RecordingScene.Stop)).Refusal;

    private sealed class SteppingClock : TimeProvider
    {
        private long _aheadTicks;

        public TimeSpan Ahead
        {
            set => Volatile.Write(ref _aheadTicks, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref _aheadTicks));
    }
}
