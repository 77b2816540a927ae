using Sightline.Recording;
using Sightline.Recording.Journal;

namespace Sightline.Media.Tests.Recording;

/// <summary>A node with its real socket and disk, and devices that send to it.</summary>
public sealed class RecordingNodeTests : IAsyncDisposable
{
    private readonly RecordingScene _scene = new();

    [Fact(Timeout = 30_000)]
    public async Task What_arrives_is_in_the_journals_of_its_tracks_when_the_recording_is_stopped()
    {
        var peer = await _scene.JoinAsync();
        var sounds = Enumerable.Range(1, 50).Select(number => peer.Packet(TestPeer.Opus, 10, number)).ToList();
        var camera = Enumerable.Range(1, 50).Select(number => peer.Packet(TestPeer.Vp8, 20, number, mid: "1", isKey: number == 1)).ToList();
        var screen = Enumerable.Range(1, 50).Select(number => peer.Packet(TestPeer.Vp8, 30, number, mid: "2", isKey: number == 1)).ToList();
        foreach (var packet in (IEnumerable<byte[]>)[.. sounds, .. camera, .. screen]) peer.Send(packet);
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

    public ValueTask DisposeAsync() => _scene.DisposeAsync();
}
