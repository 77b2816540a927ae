using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Tests.Muxing;
using Sightline.Recording.Timeline;

namespace Sightline.Media.Tests.Finishing;

/// <summary>Whatever happened meanwhile, a device has one file; what is missing has a name, and the rest is in its place.</summary>
public sealed class InterruptedRecordingTests : IDisposable
{
    private readonly RecordedCall _call = new();

    public void Dispose() => _call.Dispose();

    [Fact]
    public async Task A_second_that_was_lost_is_named_and_moves_nothing()
    {
        var (microphone, camera) = _call.Play(0, 3000, Film.Flashes, Film.Beeps);
        microphone.IsLost = camera.IsLost = _ => true;
        microphone.Play(3000, 4000);
        camera.Play(3000, 4000);
        microphone.IsLost = camera.IsLost = _ => false;
        microphone.Play(4000, 8000);
        camera.Play(4000, 8000);

        var finished = await _call.FinishedAsync();

        finished.Gaps.ShouldAllBe(gap => gap.PersonId == RecordedCall.Person(1));
        finished.Gaps.Select(gap => (gap.Track, gap.Cause)).ShouldBe(
            [(TrackKind.Microphone, GapCause.Network), (TrackKind.Camera, GapCause.Network)], ignoreOrder: true);
        finished.Gaps.ShouldAllBe(gap => gap.Packets >= 25 && Math.Abs(gap.At.TotalMilliseconds - 2980) <= 50
            && Math.Abs(gap.Length.TotalMilliseconds - 1030) <= 50);
        var path = _call.PathOf(finished.Files.ShouldHaveSingleItem());
        var probed = Ffmpeg.Probe(path);
        probed.Seconds.ShouldBe(8, 0.05);
        probed.Picture.Frames.ShouldBe(7 * 25, "a key frame comes right behind the gap");
        Seconds(Watched.Beeps(path)).ShouldBe([0, 1, 2, 4, 5, 6, 7]);
        Seconds(Watched.Flashes(path)).ShouldBe([0, 1, 2, 4, 5, 6, 7]);
    }

    [Fact]
    public async Task Behind_a_lost_frame_pictures_go_on_with_the_next_key_frame()
    {
        var camera = new Sender(_call.Track(TrackKind.Camera), Film.Of(Codec.Vp9), 98, 2);
        camera.Begin(0);
        camera.Play(0, 400);
        camera.IsLost = _ => true;
        camera.Send(10, 400);
        camera.IsLost = _ => false;
        for (var frame = 11; frame < 100; frame++)
            camera.Send(frame, frame * Sender.PictureMs);

        var finished = await _call.FinishedAsync();

        var probed = Ffmpeg.Probe(_call.PathOf(finished.Files.ShouldHaveSingleItem()));
        probed.Picture.Frames.ShouldBe(10 + 50, "key frames are 50 frames apart");
        var gap = finished.Gaps.ShouldHaveSingleItem();
        gap.Cause.ShouldBe(GapCause.Network);
        gap.At.TotalMilliseconds.ShouldBe(360, 1, "the last picture before");
        (gap.At + gap.Length).TotalMilliseconds.ShouldBe(2000, 1, "nothing is seen until the key frame");
    }

    [Fact]
    public async Task Pictures_that_nobody_can_decode_until_the_end_are_missing()
    {
        var camera = new Sender(_call.Track(TrackKind.Camera), Film.Of(Codec.Vp9), 98, 2);
        camera.Begin(0);
        camera.Play(0, 400);
        camera.IsLost = _ => true;
        camera.Send(10, 400);
        camera.IsLost = _ => false;
        for (var frame = 11; frame < 40; frame++)
            camera.Send(frame, frame * Sender.PictureMs);

        var finished = await _call.FinishedAsync();

        var gap = finished.Gaps.ShouldHaveSingleItem();
        (gap.Track, gap.Cause).ShouldBe((TrackKind.Camera, GapCause.Network));
        gap.At.TotalMilliseconds.ShouldBe(360, 1);
        (gap.At + gap.Length).TotalMilliseconds.ShouldBe(39 * Sender.PictureMs, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Sound_that_was_lost_is_missing_for_as_long_as_it_would_have_sounded(int packets)
    {
        var microphone = new Sender(_call.Track(TrackKind.Microphone), Film.Tone, 111, 1);
        microphone.Begin(0);
        microphone.IsLost = number => number >= 50 && number < 50 + packets;
        microphone.Play(0, 3000);

        var finished = await _call.FinishedAsync();

        var gap = finished.Gaps.ShouldHaveSingleItem();
        (gap.Packets, gap.Cause).ShouldBe((packets, GapCause.Network));
        gap.At.TotalMilliseconds.ShouldBe(50 * Sender.SoundMs, 1);
        gap.Length.TotalMilliseconds.ShouldBe(packets * Sender.SoundMs, 1);
    }

    [Fact]
    public async Task Who_comes_back_is_missed_until_a_picture_can_be_decoded()
    {
        var camera = _call.Track(TrackKind.Camera);
        var before = new Sender(camera, Film.Of(Codec.Vp9), 98, 2);
        before.Begin(0);
        before.Play(0, 1000);
        camera.Interrupted(InterruptionCause.Connection, RecordedCall.Ms(1030));
        camera.Resumed(RecordedCall.Ms(2030));
        var after = new Sender(camera, Film.Of(Codec.Vp9), 98, 3);
        for (var frame = 1; frame < 75; frame++)
            after.Send(frame, 2000 + (frame * Sender.PictureMs));

        var finished = await _call.FinishedAsync();

        var gap = finished.Gaps.ShouldHaveSingleItem();
        gap.Cause.ShouldBe(GapCause.Connection);
        gap.At.TotalMilliseconds.ShouldBe(960, 30);
        (gap.At + gap.Length).TotalMilliseconds.ShouldBe(4000, 30, "the first key frame behind it");
    }

    [Theory]
    [InlineData(nameof(Codec.Vp9))]
    [InlineData(nameof(Codec.Vp8))]
    public async Task Packets_that_were_no_part_of_a_picture_are_not_missed(string codec)
    {
        var camera = new Sender(_call.Track(TrackKind.Camera), Film.Of(Enum.Parse<Codec>(codec)), 98, 2);
        camera.Begin(0);
        for (var frame = 0; frame < 100; frame++)
        {
            camera.Send(frame, frame * Sender.PictureMs);
            if (frame % 7 == 3)
                camera.LosePadding();
        }

        var finished = await _call.FinishedAsync();

        Ffmpeg.Probe(_call.PathOf(finished.Files.ShouldHaveSingleItem())).Picture.Frames.ShouldBe(100);
    }

    [Theory]
    [InlineData(nameof(InterruptionCause.Connection), GapCause.Connection)]
    [InlineData(nameof(InterruptionCause.Node), GapCause.Node)]
    public async Task Who_comes_back_goes_on_in_the_same_file(string interruption, GapCause cause)
    {
        var (microphone, camera) = (_call.Track(TrackKind.Microphone), _call.Track(TrackKind.Camera));
        Send(microphone, camera, ssrc: 10, fromMs: 0, toMs: 4000);
        foreach (var track in new[] { microphone, camera })
        {
            if (cause == GapCause.Node)
                track.Kill();
            track.Interrupted(Enum.Parse<InterruptionCause>(interruption), RecordedCall.Ms(4500));
            track.Resumed(RecordedCall.Ms(6030));
        }

        Send(microphone, camera, ssrc: 20, fromMs: 6000, toMs: 10_000);

        var finished = await _call.FinishedAsync();

        finished.Gaps.Select(gap => (gap.Track, gap.Cause)).ShouldBe(
            [(TrackKind.Microphone, cause), (TrackKind.Camera, cause)], ignoreOrder: true);
        finished.Gaps.ShouldAllBe(gap => Math.Abs(gap.At.TotalMilliseconds - 4000) < 100
            && Math.Abs(gap.Length.TotalMilliseconds - 2000) < 100);
        var path = _call.PathOf(finished.Files.ShouldHaveSingleItem());
        var probed = Ffmpeg.Probe(path);
        probed.Seconds.ShouldBe(10, 0.05);
        // What a killed process had not written yet is gone: at most the last frame.
        probed.Picture.Frames.ShouldBeInRange(cause == GapCause.Node ? 199 : 200, 200);
        Seconds(Watched.Beeps(path)).ShouldBe([0, 1, 2, 3, 6, 7, 8, 9]);
        Seconds(Watched.Flashes(path)).ShouldBe([0, 1, 2, 3, 6, 7, 8, 9]);
    }

    [Fact]
    public async Task Who_was_lost_and_did_not_come_back_is_missed_until_the_end()
    {
        _call.Play(0, 6000, person: 1, device: 1);
        var (microphone, screen) = (_call.Track(TrackKind.Microphone, 2, 2), _call.Track(TrackKind.Screen, 2, 2));
        var speaks = new Sender(microphone, Film.Tone, 111, 1);
        speaks.Begin(0);
        speaks.Play(0, 2000);
        microphone.Interrupted(InterruptionCause.Connection, RecordedCall.Ms(2500));

        var finished = await _call.FinishedAsync();

        var gap = finished.Gaps.ShouldHaveSingleItem();
        (gap.PersonId, gap.Track, gap.Cause).ShouldBe((RecordedCall.Person(2), TrackKind.Microphone, GapCause.Connection));
        gap.At.TotalMilliseconds.ShouldBe(2000, 50);
        (gap.At + gap.Length).TotalMilliseconds.ShouldBe(6000, 200);
    }

    [Fact]
    public async Task What_was_not_sent_when_the_line_broke_is_not_missed()
    {
        var screen = _call.Track(TrackKind.Screen);
        var shared = new Sender(screen, Film.Of(Codec.Vp9), 98, 3);
        shared.Begin(0);
        shared.Play(0, 1000);
        screen.Interrupted(InterruptionCause.Node, RecordedCall.Ms(60_000));
        screen.Resumed(RecordedCall.Ms(90_000));
        var again = new Sender(screen, Film.Of(Codec.Vp9), 98, 4);
        again.Play(90_000, 91_000);

        var finished = await _call.FinishedAsync();

        finished.Gaps.ShouldBeEmpty();
        finished.Files.ShouldHaveSingleItem().Kind.ShouldBe(FinishedFileKind.Screen);
        finished.Length.TotalSeconds.ShouldBe(91, 0.1);
    }

    private static void Send(RecordedTrack microphone, RecordedTrack camera, uint ssrc, double fromMs, double toMs)
    {
        // The picture takes longer, and the sender's clock is another than the node's.
        var sound = new Sender(microphone, Film.Beeps, 111, ssrc) { ClockAheadMs = -5000 };
        var picture = new Sender(camera, Film.Flashes, 98, ssrc + 1) { ClockAheadMs = -5000, DelayMs = 150 };
        foreach (var sender in new[] { sound, picture })
        {
            sender.Begin(fromMs);
            sender.Play(fromMs, toMs);
        }
    }

    private static List<int> Seconds(List<double> times)
    {
        times.ShouldAllBe(at => Math.Abs(at - Math.Round(at)) < 0.03);
        return [.. times.Select(at => (int)Math.Round(at))];
    }
}
