using System.Text;
using Sightline.Recording.Composition;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Recording.Tests.Composition;

/// <summary>One film of several, made by ffmpeg itself.</summary>
public sealed class CombinedPictureTests : IDisposable
{
    private const int Seconds = 6;
    private static readonly CombinedPictureOptions Small = new() { Width = 320, Height = 180, FramesPerSecond = 10 };

    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-combined-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Who_is_seen_alone_fills_the_picture_and_who_comes_shares_it()
    {
        // Red is there from the beginning; blue comes after two seconds and leaves after four.
        var red = new ComposedFile(Colour("red", Seconds), S(0), HasSound: true, [Range(0, Seconds)]);
        var blue = new ComposedFile(Colour("blue", 2), S(2), HasSound: true, [Range(2, 4)]);
        var output = Path.Combine(_folder, "all.mp4");
        var progress = new CompositionProgress(S(Seconds));

        var arguments = CombinedPicture.Arguments([red, blue], S(Seconds), output, Small).ShouldNotBeNull();
        foreach (var line in Encoding.ASCII.GetString(Ffmpeg.Run("ffmpeg", arguments)).Split('\n'))
            progress.Read(line);

        progress.Done.ShouldBe(1);
        progress.IsComplete.ShouldBeTrue();
        var probed = Ffmpeg.Probe(output);
        probed.Seconds.ShouldBe(Seconds, 0.1);
        probed.Picture.Frames.ShouldBeInRange((Seconds * 10) - 1, (Seconds * 10) + 1);
        Pixels(output, at: 1).ShouldBe(("red", "red"));
        Pixels(output, at: 3).ShouldBe(("red", "blue"));
        Pixels(output, at: 5).ShouldBe(("red", "red"));
    }

    [Fact]
    public void Everybody_has_a_cell_of_an_even_size_within_the_picture()
    {
        for (var count = 1; count <= 20; count++)
        {
            var files = Enumerable.Range(0, count).Select(_ => new ComposedFile("x", S(0), HasSound: false, [Range(0, 9)])).ToList();

            var cells = Grid.Of(files, 1280, 720, S(9));

            cells.Count.ShouldBe(count);
            cells.ShouldAllBe(cell => cell.X >= 0 && cell.Y >= 0 && cell.X + cell.Width <= 1280 && cell.Y + cell.Height <= 720);
            cells.ShouldAllBe(cell => (cell.X | cell.Y | cell.Width | cell.Height) % 2 == 0);
            cells.ShouldAllBe(one => cells.Count(other => Overlap(one, other)) == 1);
        }
    }

    [Fact]
    public void Who_stays_in_place_while_others_change_is_placed_once()
    {
        ComposedFile[] files =
        [
            new("a", S(0), HasSound: false, [Range(0, 9)]),
            new("b", S(0), HasSound: false, [Range(0, 5)]),
            new("c", S(5), HasSound: false, [Range(5, 9)]),
        ];

        Grid.Of(files, 1280, 720, S(9)).Count(place => place.File == 0).ShouldBe(1);
    }

    [Fact]
    public void A_name_that_looks_like_something_else_is_only_a_file()
    {
        var file = new ComposedFile("-y;[0:v]'$(reboot)", S(0), HasSound: true, []);

        var arguments = CombinedPicture.Arguments([file], S(1), "-out", Small).ShouldNotBeNull();

        arguments.Count(argument => argument == "file:-y;[0:v]'$(reboot)").ShouldBe(1);
        arguments[^1].ShouldBe("file:-out");
        arguments[arguments.ToList().IndexOf("-filter_complex") + 1].ShouldNotContain("reboot");
    }

    [Fact]
    public void Nothing_is_made_of_nothing_or_of_too_much()
    {
        var file = new ComposedFile("a", S(0), HasSound: true, []);
        CombinedPicture.Arguments([], S(1), "out", Small).ShouldBeNull();
        CombinedPicture.Arguments([file], S(0), "out", Small).ShouldBeNull();
        CombinedPicture.Arguments([.. Enumerable.Repeat(file, 65)], S(1), "out", Small).ShouldBeNull();
    }

    [Theory]
    [InlineData("out_time_us=2500000", 0.25)]
    [InlineData("out_time_us=99000000", 1.0)]
    [InlineData("out_time_us=-1", 0.0)]
    [InlineData("out_time_us=N/A", 0.0)]
    [InlineData("speed=1.2x", 0.0)]
    public void Progress_is_a_share_of_the_length(string line, double done)
    {
        var progress = new CompositionProgress(S(10));
        progress.Read(line).ShouldBe(done > 0);
        progress.Done.ShouldBe(done);
        progress.Read("out_time_us=0");
        progress.Done.ShouldBe(done);
    }

    private static bool Overlap(Placement one, Placement other) =>
        one.X < other.X + other.Width && other.X < one.X + one.Width && one.Y < other.Y + other.Height && other.Y < one.Y + one.Height;

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpanRange Range(double from, double to) => new(S(from), S(to));

    private string Colour(string name, int seconds)
    {
        var path = Path.Combine(_folder, name + ".mp4");
        Ffmpeg.Run("ffmpeg", [
            "-f", "lavfi", "-i", $"color=c={name}:s=160x90:r=10:d={seconds}", "-f", "lavfi", "-i", $"sine=duration={seconds}",
            "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus", path]);
        return path;
    }

    /// <summary>What is in the middle of the left and of the right half.</summary>
    private static (string Left, string Right) Pixels(string path, int at)
    {
        var rgb = Ffmpeg.Run("ffmpeg", ["-ss", $"{at}.05", "-i", path, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]);
        return (NameOf(80), NameOf(240));

        string NameOf(int x)
        {
            var pixel = rgb.AsSpan(((90 * 320) + x) * 3, 3);
            return pixel[0] > 150 ? "red" : pixel[2] > 150 ? "blue" : "black";
        }
    }
}
