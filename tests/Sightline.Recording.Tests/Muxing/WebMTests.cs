using Sightline.Recording.Muxing;
using Sightline.Recording.Muxing.WebM;

namespace Sightline.Recording.Tests.Muxing;

/// <summary>Files for VP8, which browsers play in WebM only.</summary>
public sealed class WebMTests : IDisposable
{
    private const int Seconds = Film.Seconds;
    private const int Pictures = Seconds * Film.FramesPerSecond;
    private const int Packets = Seconds * 50;

    private readonly Files _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(Codec.Vp8, "vp8")]
    [InlineData(Codec.Vp9, "vp9")]
    public void A_recording_becomes_a_file_with_cues_and_its_length(Codec codec, string name)
    {
        var muxer = new WebMMuxer(_files, [codec, Codec.Opus], MuxLimits.Default);
        Play(muxer, Film.Of(codec));
        muxer.Finish(S(Seconds));

        var path = _files.Part(0, $"{name}.webm");
        var probed = Ffmpeg.Probe(path);

        probed.Seconds.ShouldBe(Seconds, 0.03);
        probed.Picture.ShouldSatisfyAllConditions(
            picture => picture.Codec.ShouldBe(name),
            picture => (picture.Width, picture.Height).ShouldBe((320, 180)),
            picture => picture.Frames.ShouldBe(Pictures));
        probed.Sound.Frames.ShouldBe(Packets);
        // The cues lead to the second keyframe without reading what is before it.
        var seconds = Ffmpeg.Run("ffprobe", [
            "-read_intervals", "3%+#1", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path]);
        System.Text.Encoding.ASCII.GetString(seconds).Trim().ShouldBe("2.000000");
    }

    [Fact]
    public void What_is_written_plays_before_the_end_is()
    {
        var muxer = new WebMMuxer(_files, [Codec.Vp8, Codec.Opus], MuxLimits.Default);
        Play(muxer, Film.Of(Codec.Vp8));

        var probed = Ffmpeg.Probe(_files.Part(0, "open.webm"));
        probed.Picture.Frames.ShouldBeGreaterThanOrEqualTo(Pictures - 51);
        (probed.Picture.Width, probed.Picture.Height).ShouldBe((320, 180));
    }

    [Fact]
    public void A_picture_may_change_its_size_and_sound_may_have_a_hole()
    {
        var muxer = new WebMMuxer(_files, [Codec.Vp8, Codec.Opus], MuxLimits.Default);
        Play(muxer, Film.Of(Codec.Vp8));
        Play(muxer, Film.Of(Codec.Vp8, width: 160), from: Seconds + 2);
        muxer.Finish(S((2 * Seconds) + 2));

        var path = _files.Part(0, "sizes.webm");
        var probed = Ffmpeg.Probe(path);

        probed.Seconds.ShouldBe((2 * Seconds) + 2, 0.03);
        probed.Picture.Frames.ShouldBe(2 * Pictures);
        probed.Sound.Frames.ShouldBe((2 * Packets) + 100);
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Play(WebMMuxer muxer, Film picture, int from = 0)
    {
        for (var i = 0; i < Packets; i++)
        {
            muxer.Add(Film.Tone.At(i, 1, S(from + (i * 0.02)))).ShouldBeNull();
            if (i % 2 == 0)
                muxer.Add(picture.At(i / 2, 0, S(from + (i * 0.02)))).ShouldBeNull();
        }
    }
}
