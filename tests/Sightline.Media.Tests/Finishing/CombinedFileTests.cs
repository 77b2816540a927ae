using System.Diagnostics;
using System.Globalization;
using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>One film of everybody, and what becomes of a recording without it.</summary>
public sealed class CombinedFileTests : IDisposable
{
    private readonly RecordedCall _call = new();

    public void Dispose() => _call.Dispose();

    [Fact]
    public async Task Who_comes_late_and_leaves_early_is_seen_while_there()
    {
        Play(Film.Colour("red"), person: 1, fromMs: 0, toMs: 9000);
        Play(Film.Colour("blue"), person: 2, fromMs: 3000, toMs: 6000);
        var told = new Told();

        var result = await _call.FinishAsync(combine: true, progress: told);

        var finished = result.Recording.ShouldNotBeNull();
        finished.CombinedProblem.ShouldBeNull();
        finished.Files.Select(file => (file.Name, file.Kind, file.PersonId)).ShouldBe([
            ("combined.mp4", FinishedFileKind.Combined, null),
            ("person-1.mp4", FinishedFileKind.Person, RecordedCall.Person(1)),
            ("person-2.mp4", FinishedFileKind.Person, RecordedCall.Person(2)),
        ]);
        finished.Files[2].From.TotalMilliseconds.ShouldBe(3000, 50);
        finished.Files[2].Length.TotalMilliseconds.ShouldBe(3000, 50);
        var combined = _call.PathOf(finished.Files[0]);
        var probed = Ffmpeg.Probe(combined);
        probed.Seconds.ShouldBe(9, 0.1);
        probed.Seconds.ShouldBe(finished.Length.TotalSeconds, 0.1);
        probed.Picture.Frames.ShouldBeInRange(224, 227);
        Watched.Colours(combined, 1.5).ShouldBe(("red", "red"));
        Watched.Colours(combined, 4.5).ShouldBe(("red", "blue"));
        Watched.Colours(combined, 7.5).ShouldBe(("red", "red"));
        told.Values.ShouldBeInOrder();
        told.Values[^1].ShouldBe(1);
    }

    [Fact]
    public async Task A_picture_that_changes_its_size_keeps_its_place_in_the_film()
    {
        var camera = Play(Film.Colour("red"), person: 1, fromMs: 0, toMs: 3000);
        camera.Film = Film.Of(Codec.Vp9, 160);
        camera.Play(3000, 6000);
        camera.Film = Film.Colour("red");
        camera.Play(6000, 9000);
        Play(Film.Colour("blue"), person: 2, fromMs: 0, toMs: 9000);

        var finished = await _call.FinishedAsync(combine: true);

        var combined = _call.PathOf(finished.Files[0]);
        var probed = Ffmpeg.Probe(combined);
        probed.Seconds.ShouldBe(9, 0.1);
        probed.Picture.Frames.ShouldBeInRange(224, 227);
        Watched.Colours(combined, 1.5).ShouldBe(("red", "blue"));
        Watched.Colours(combined, 4.5).Right.ShouldBe("blue");
        Watched.Colours(combined, 7.5).ShouldBe(("red", "blue"));
        Ffmpeg.Samples(combined).ShouldBeInRange((9 * 48_000) - 4800, (9 * 48_000) + 4800);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2400)]
    public async Task Sound_and_picture_stay_together(double startMs)
    {
        Play(Film.Flashes, person: 1, fromMs: startMs, toMs: startMs + 4000, sound: Film.Beeps, pictureDelayMs: 180);
        var dark = new Sender(_call.Track(TrackKind.Camera, person: 2, device: 2), Film.Colour("black"), 98, 2);
        dark.Begin(0);
        dark.Play(0, startMs + 4000);

        var finished = await _call.FinishedAsync(combine: true);

        var own = finished.Files.Single(file => file.PersonId == RecordedCall.Person(1));
        Offsets(_call.PathOf(own), beeps: 4).ShouldAllBe(offset => Math.Abs(offset) <= 0.015);
        // A picture of the film is up to 40 ms late, because the film shows 25 a second.
        Offsets(_call.PathOf(finished.Files[0]), beeps: 4).ShouldAllBe(offset => offset >= -0.015 && offset <= 0.045);
        Watched.Beeps(_call.PathOf(finished.Files[0]))[0].ShouldBe(own.From.TotalSeconds, 0.02);
    }

    [Fact]
    public async Task Without_ffmpeg_everybodys_own_files_are_there()
    {
        Play(Film.Colour("red"), person: 1, fromMs: 0, toMs: 1000);

        var result = await _call.FinishAsync(combine: true, ffmpeg: "/nowhere/ffmpeg");

        var finished = result.Recording.ShouldNotBeNull();
        finished.Files.ShouldHaveSingleItem().Kind.ShouldBe(FinishedFileKind.Person);
        finished.CombinedProblem.ShouldNotBeNull().ShouldContain("not installed");
    }

    [Fact]
    public async Task An_ffmpeg_that_fails_is_told_of_in_a_few_words()
    {
        Play(Film.Colour("red"), person: 1, fromMs: 0, toMs: 1000);
        var output = Path.Combine(_call.Folder, "finished.partial", "combined.mp4");
        var program = Program($"yes complaint | head -c 1000000 >&2; echo {output}: broken >&2; exit 3");

        var result = await _call.FinishAsync(combine: true, ffmpeg: program);

        var finished = result.Recording.ShouldNotBeNull();
        finished.Files.ShouldHaveSingleItem();
        var problem = finished.CombinedProblem.ShouldNotBeNull();
        problem.ShouldEndWith("ffmpeg ended with code 3. combined.mp4: broken");
    }

    [Fact]
    public async Task Who_gives_up_ends_ffmpeg_and_leaves_nothing()
    {
        Play(Film.Colour("red"), person: 1, fromMs: 0, toMs: 1000);
        var pid = Path.Combine(_call.Root, "pid");
        var program = Program($"echo $$ > {pid}.new; mv {pid}.new {pid}; exec sleep 1000");
        using var watcher = new FileSystemWatcher(_call.Root) { EnableRaisingEvents = true };
        using var cancel = new CancellationTokenSource();
        watcher.Renamed += (_, _) => cancel.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(() => _call.FinishAsync(combine: true, ffmpeg: program, cancel: cancel.Token));

        Should.Throw<ArgumentException>(() => Process.GetProcessById(int.Parse(File.ReadAllText(pid), CultureInfo.InvariantCulture)));
        Directory.GetDirectories(_call.Folder).ShouldHaveSingleItem("only the person's journals are left");
    }

    [Fact]
    public async Task An_ffmpeg_that_outlived_its_server_is_ended()
    {
        Play(Film.Colour("red"), person: 1, fromMs: 0, toMs: 1000);
        var output = "file:" + Path.Combine(_call.Folder, "finished.partial", "combined.mp4");
        var (left, others) = (Start(output), Start(output + ".other"));

        await _call.FinishAsync();

        left.HasExited.ShouldBeTrue();
        others.HasExited.ShouldBeFalse();
        others.Kill();

        // It reads what is never said.
        Process Start(string argument) => Process.Start(
            new ProcessStartInfo(Program("read line"), [argument]) { RedirectStandardInput = true, UseShellExecute = false })!;
    }

    private static List<double> Offsets(string path, int beeps)
    {
        var (heard, seen) = (Watched.Beeps(path), Watched.Flashes(path));
        (heard.Count, seen.Count).ShouldBe((beeps, beeps));
        return [.. seen.Zip(heard, (flash, beep) => flash - beep)];
    }

    private Sender Play(Film film, int person, double fromMs, double toMs, Film? sound = null, int pictureDelayMs = 30)
    {
        const int clockAheadMs = 90_000;
        var (picture, voice) = (_call.Track(TrackKind.Camera, person, person), _call.Track(TrackKind.Microphone, person, person));
        var camera = new Sender(picture, film, 98, 2) { DelayMs = pictureDelayMs, ClockAheadMs = clockAheadMs };
        var microphone = new Sender(voice, sound ?? Film.Tone, 111, 1) { ClockAheadMs = clockAheadMs };
        foreach (var sender in new[] { camera, microphone })
        {
            sender.Begin(fromMs);
            sender.Play(fromMs, toMs);
        }

        return camera;
    }

    private string Program(string script)
    {
        var path = Path.Combine(_call.Root, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Scripts are the shell's.");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private sealed class Told : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
