using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>Which files there are, and what is in each.</summary>
public sealed class ManyDevicesTests : IDisposable
{
    private readonly RecordedCall _call = new();

    public void Dispose() => _call.Dispose();

    [Fact]
    public async Task Two_devices_of_a_person_have_a_file_each()
    {
        _call.Play(2000, 4000, person: 1, device: 1);
        _call.Play(0, 3000, person: 1, device: 2);

        var finished = await _call.FinishedAsync();

        finished.Files.Select(file => file.Name).ShouldBe(["person-1.mp4", "person-2.mp4"]);
        finished.Files.ShouldAllBe(file => file.PersonId == RecordedCall.Person(1));
        finished.Files.Select(file => Math.Round(file.From.TotalSeconds, 1)).ShouldBe([0, 2]);
        finished.Files.Select(file => Math.Round(file.Length.TotalSeconds, 1)).ShouldBe([3, 2]);
    }

    [Fact]
    public async Task A_shared_screen_has_a_file_of_its_own()
    {
        _call.Play(0, 3000);
        var screen = new Sender(_call.Track(TrackKind.Screen), Film.Of(Codec.Vp8), 96, 5);
        screen.Begin(1000);
        screen.Play(1000, 2000);

        var finished = await _call.FinishedAsync();

        finished.Files.Select(file => (file.Name, file.Kind, file.ContentType)).ShouldBe([
            ("person-1.mp4", FinishedFileKind.Person, "video/mp4"), ("screen-1.webm", FinishedFileKind.Screen, "video/webm"),
        ]);
        finished.Files[1].From.TotalSeconds.ShouldBe(1, 0.05);
        Ffmpeg.Probe(_call.PathOf(finished.Files[1])).Picture.Frames.ShouldBe(25);
    }

    [Fact]
    public async Task Sound_alone_is_a_file_of_sound()
    {
        var microphone = new Sender(_call.Track(TrackKind.Microphone), Film.Tone, 111, 1);
        microphone.Begin(0);
        microphone.Play(0, 2000);
        _call.Track(TrackKind.Camera).Format(new StreamFormat(98, Codec.Vp9, 90_000, 0), RecordedCall.Start);

        var finished = await _call.FinishedAsync();

        var file = finished.Files.ShouldHaveSingleItem();
        file.ContentType.ShouldBe("audio/mp4");
        Ffmpeg.Probe(_call.PathOf(file)).Streams.ShouldHaveSingleItem().Frames.ShouldBe(100);
    }

    [Fact]
    public async Task A_camera_that_is_turned_on_late_is_in_the_same_file()
    {
        var microphone = new Sender(_call.Track(TrackKind.Microphone), Film.Tone, 111, 1);
        microphone.Begin(0);
        microphone.Play(0, 5000);
        var camera = new Sender(_call.Track(TrackKind.Camera), Film.Of(Codec.Vp9), 98, 2);
        camera.Begin(3000);
        camera.Play(3000, 4000);

        var finished = await _call.FinishedAsync();

        var probed = Ffmpeg.Probe(_call.PathOf(finished.Files.ShouldHaveSingleItem()));
        (probed.Picture.Frames, probed.Sound.Frames).ShouldBe((25, 250));
        probed.Picture.StartSeconds.ShouldBe(3, 0.03);
    }

    [Fact]
    public async Task A_picture_that_changes_its_size_stays_in_its_file()
    {
        var (_, camera) = _call.Play(0, 2000);
        camera.Film = Film.Of(Codec.Vp9, 160);
        camera.Play(2000, 4000);

        var finished = await _call.FinishedAsync();

        Ffmpeg.Probe(_call.PathOf(finished.Files.ShouldHaveSingleItem())).Picture.Frames.ShouldBe(100);
    }

    [Fact]
    public async Task Another_codec_goes_on_in_another_file()
    {
        var track = _call.Track(TrackKind.Camera);
        var microphone = new Sender(_call.Track(TrackKind.Microphone), Film.Tone, 111, 1);
        microphone.Begin(0);
        microphone.Play(0, 4000);
        foreach (var (codec, payloadType, ssrc, fromMs) in new[] { (Codec.Vp9, (byte)98, 2u, 0), (Codec.Vp8, (byte)96, 3u, 2000) })
        {
            var camera = new Sender(track, Film.Of(codec), payloadType, ssrc);
            camera.Begin(fromMs);
            camera.Play(fromMs, fromMs + 2000);
        }

        var finished = await _call.FinishedAsync();

        finished.Files.Select(file => (file.Name, file.ContentType, Math.Round(file.From.TotalSeconds, 1))).ShouldBe([
            ("person-1.mp4", "video/mp4", 0), ("person-2.webm", "video/webm", 2),
        ]);
        foreach (var file in finished.Files)
        {
            var probed = Ffmpeg.Probe(_call.PathOf(file));
            probed.Picture.Frames.ShouldBe(50);
            probed.Sound.Frames.ShouldBeInRange(99, 101);
        }
    }

    [Fact]
    public async Task Of_nothing_nothing_is_made()
    {
        (await _call.FinishAsync()).ShouldBe(new FinishResult(null, FinishProblem.NothingRecorded));
        var camera = new Sender(_call.Track(TrackKind.Camera), Film.Of(Codec.Vp9), 98, 2);
        camera.Begin(0);
        // Nobody sees anything of pictures without the first.
        camera.Send(1, 0);
        camera.Send(2, 40);

        (await _call.FinishAsync()).ShouldBe(new FinishResult(null, FinishProblem.NothingRecorded));
        Directory.GetDirectories(_call.Folder).ShouldHaveSingleItem();
    }
}
