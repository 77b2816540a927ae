using System.Diagnostics;
using Sightline.Media.Recording;
using Sightline.Recording;
using Sightline.Recording.Journal;
using Sightline.Rtc.Rtcp;

namespace Sightline.Media.Tests.Recording;

/// <summary>What becomes of a recording when its node, its host or its disk fails.</summary>
public sealed class RecordingDiskTests : IAsyncDisposable
{
    private readonly RecordingScene _scene = new();
    private readonly string _other = Directory.CreateTempSubdirectory("sightline-other-").FullName;

    [Fact(Timeout = 60_000)]
    public async Task A_killed_nodes_journal_is_cut_and_gone_on_with()
    {
        var first = await _scene.JoinAsync();
        var before = first.Send(TestPeer.Opus, 10, 1, 30);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 30);
        Copy(_scene.Folder, _other);
        await using var scene = new RecordingScene(_other) { Leg = _scene.Leg };
        var torn = Directory.GetFiles(scene.PathOf(TrackKind.Microphone)).Single();
        var soundBytes = new FileInfo(torn).Length;
        await File.AppendAllBytesAsync(torn, [0xA5, 0x4C, 0xFF, 0x00, 1, 2, 3], RecordingScene.Stop);

        var second = await scene.JoinAsync();
        var after = second.Send(TestPeer.Opus, 11, 100, 130);
        await scene.StopAfterAsync(TrackKind.Microphone, 61);

        scene.Packets(TrackKind.Microphone).ShouldBe([.. before, .. after]);
        new FileInfo(torn).Length.ShouldBe(soundBytes);
        var (entries, report) = scene.Read(TrackKind.Microphone);
        (report.IsSound, report.HasEnd).ShouldBe((true, true));
        scene.Events(TrackKind.Microphone)
            .ShouldBe([RecordKind.Interrupted, RecordKind.Resumed, RecordKind.LayerChanged, RecordKind.Ended]);
        entries.Single(entry => entry.Kind == RecordKind.Interrupted).Body.ShouldBe([(byte)InterruptionCause.Node]);
        entries.Select(entry => entry.At).ShouldBeInOrder();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_killed_node_was_there_until_the_last_record_of_any_of_the_devices_tracks()
    {
        var first = await _scene.JoinAsync();
        first.Send(TestPeer.Vp8, 20, 1, 10, mid: "1");
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Camera).Count == 10);
        first.Send(TestPeer.Opus, 10, 1, 30);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 30);
        Copy(_scene.Folder, _other);
        await using var scene = new RecordingScene(_other) { Leg = _scene.Leg };
        var lastAt = scene.Read(TrackKind.Microphone).Entries[^1].At;

        var second = await scene.JoinAsync();
        second.Send(TestPeer.Opus, 11, 1, 5);
        second.Send(TestPeer.Vp8, 21, 1, 5, mid: "1");
        await RecordingScene.UntilAsync(() => scene.Packets(TrackKind.Camera).Count == 15);
        await scene.StopAfterAsync(TrackKind.Microphone, 35);

        foreach (var kind in (TrackKind[])[TrackKind.Microphone, TrackKind.Camera])
            scene.Read(kind).Entries.Single(entry => entry.Kind == RecordKind.Interrupted).At.ShouldBe(lastAt);
        scene.Read(TrackKind.Screen).Entries.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_node_that_stops_in_good_order_loses_nothing_and_the_next_one_goes_on()
    {
        var first = await _scene.JoinAsync();
        var before = first.Send(TestPeer.Opus, 10, 1, 30);
        await RecordingScene.UntilAsync(() => _scene.Node.Read(_scene.Leg.RecordingId)?.LastArrivalAt is not null);
        await _scene.RestartAsync();
        (await first.Ended).ShouldBe(Rtc.Session.RtcEnd.PeerClosed);
        var kept = _scene.Packets(TrackKind.Microphone);
        kept.ShouldBe(before[..kept.Count]);

        var second = await _scene.JoinAsync();
        var after = second.Send(TestPeer.Opus, 11, 1, 30);
        await _scene.StopAfterAsync(TrackKind.Microphone, kept.Count + 30);
        _scene.Packets(TrackKind.Microphone).ShouldBe([.. kept, .. after]);
        _scene.Read(TrackKind.Microphone).Report.IsSound.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_dying_host_keeps_is_soon_all_that_came_and_can_be_gone_on_with()
    {
        var disk = new DyingDisk();
        _scene.Options = _scene.Options with { Files = disk };
        var peer = await _scene.JoinAsync();
        var before = peer.Send(TestPeer.Opus, 10, 1, 100);
        await using var scene = new RecordingScene(_other) { Leg = _scene.Leg };
        await RecordingScene.UntilAsync(() =>
        {
            disk.Die(_scene.Folder, _other);
            return scene.Packets(TrackKind.Microphone).Count == 100;
        });

        var second = await scene.JoinAsync();
        var after = second.Send(TestPeer.Opus, 11, 1, 5);
        await scene.StopAfterAsync(TrackKind.Microphone, 105);
        scene.Packets(TrackKind.Microphone).ShouldBe([.. before, .. after]);
        scene.Read(TrackKind.Microphone).Report.IsSound.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_comes_while_the_disk_is_full_is_written_when_there_is_room_again()
    {
        if (!Tmpfs.TryMount(_other, "256k")) Assert.Skip("Only root can mount a small disk.");

        try
        {
            await using var scene = new RecordingScene(_other) { Leg = _scene.Leg };
            var peer = await scene.JoinAsync();
            var ballast = Path.Combine(_other, "ballast");
            FillUp(ballast);
            var sent = peer.Send(TestPeer.Opus, 10, 1, 500);
            // It arrives all the same.
            await RecordingScene.UntilAsync(() => scene.Node.Read(scene.Leg.RecordingId)?.LastArrivalAt is not null);
            peer.WaitFor(RtcpType.ReceiverReport);
            File.Delete(ballast);
            await scene.StopAfterAsync(TrackKind.Microphone, 500);

            scene.Packets(TrackKind.Microphone).ShouldBe(sent);
            scene.Read(TrackKind.Microphone).Report.IsSound.ShouldBeTrue();
        }
        finally
        {
            Tmpfs.Unmount(_other);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_has_no_room_in_memory_either_is_counted_and_the_connection_goes_on()
    {
        var disk = new FullDisk();
        var small = JournalLimits.Default with { ChunkBytes = 8 * 1024, MaxBufferedBytes = 32 * 1024 };
        _scene.Options = _scene.Options with { Files = disk, Journal = small, MinFreeBytes = 1 };
        var peer = await _scene.JoinAsync();
        peer.Send(TestPeer.Opus, 10, 1, 10);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Count == 10);

        disk.IsFull = true;
        using var other = new TestPeer();
        (await _scene.Node.OfferAsync(_scene.Leg with { DeviceId = Guid.NewGuid() }, other.Offer(), RecordingScene.Stop)).Refusal
            .ShouldBe(LegRefusal.DiskFull);
        await _scene.OfferAsync(peer, peer.RestartOffer());
        peer.Send(TestPeer.Opus, 10, 11, 400);
        await RecordingScene.UntilAsync(() => _scene.Node.Read(_scene.Leg.RecordingId)!.DroppedRecords > 0);
        disk.IsFull = false;
        await RecordingScene.UntilAsync(() => _scene.Events(TrackKind.Microphone).Contains(RecordKind.Dropped));
        var last = peer.Send(TestPeer.Opus, 10, 500, 505);
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Microphone).Any(packet => packet.SequenceEqual(last[^1])));

        _scene.Read(TrackKind.Microphone).Report.IsSound.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task When_there_is_room_again_a_key_frame_is_asked_for_as_pictures_refer_to_those_that_had_none()
    {
        var disk = new FullDisk();
        var small = JournalLimits.Default with { ChunkBytes = 8 * 1024, MaxBufferedBytes = 32 * 1024 };
        _scene.Options = _scene.Options with { Files = disk, Journal = small };
        var peer = await _scene.JoinAsync();
        peer.Send(TestPeer.Vp8, 20, 1, 10, mid: "1");
        await RecordingScene.UntilAsync(() => _scene.Packets(TrackKind.Camera).Count == 10);

        disk.IsFull = true;
        peer.Send(TestPeer.Vp8, 20, 11, 400);
        await RecordingScene.UntilAsync(() => _scene.Node.Read(_scene.Leg.RecordingId)!.DroppedRecords > 0);
        disk.IsFull = false;
        await RecordingScene.UntilAsync(() => _scene.Events(TrackKind.Camera).Contains(RecordKind.Dropped));
        peer.Send(TestPeer.Vp8, 20, 401, 405);

        // Nothing is missing of what it has sent, so there is no other reason to ask.
        peer.WaitFor(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss);
    }

    public async ValueTask DisposeAsync()
    {
        await _scene.DisposeAsync();
        Directory.Delete(_other, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private static void FillUp(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    private static class Tmpfs
    {
        public static bool TryMount(string folder, string size) =>
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);

        public static void Unmount(string folder) => Run("umount", folder);

        private static bool Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
