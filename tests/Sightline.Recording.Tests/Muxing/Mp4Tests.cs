using System.Buffers.Binary;
using System.Text;
using Sightline.Recording.Muxing;
using Sightline.Recording.Muxing.Mp4;

namespace Sightline.Recording.Tests.Muxing;

/// <summary>Files that independent programs read: all frames, for as long as they took.</summary>
public sealed class Mp4Tests : IDisposable
{
    private const int Seconds = Film.Seconds;
    private const int Pictures = Seconds * Film.FramesPerSecond;
    private const int Packets = Seconds * 50;

    private static Film Tone => Film.Tone;

    private static Film Vp9 => Film.Of(Codec.Vp9);

    private readonly Files _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(Codec.Vp9, "vp9")]
    [InlineData(Codec.Av1, "av1")]
    [InlineData(Codec.H264, "h264")]
    public void A_recording_becomes_a_file_with_its_index_in_front(Codec codec, string name)
    {
        var film = Film.Of(codec);
        var muxer = Muxer(codec);
        Play(muxer, film, Tone);

        var bytes = _files.Bytes(muxer.Finish(S(Seconds)));

        TopBoxes(bytes).ShouldBe(["ftyp", "moov", "mdat"]);
        var probed = Ffmpeg.Probe(_files.Save($"{name}.mp4", bytes));
        probed.Seconds.ShouldBe(Seconds, 0.03);
        probed.Picture.ShouldSatisfyAllConditions(
            picture => picture.Codec.ShouldBe(name),
            picture => (picture.Width, picture.Height).ShouldBe((320, 180)),
            picture => picture.Frames.ShouldBe(Pictures),
            picture => picture.Seconds.ShouldBe(Seconds, 0.001));
        probed.Sound.Frames.ShouldBe(Packets);
    }

    [Fact]
    public void What_is_written_plays_before_the_end_is()
    {
        var muxer = Muxer(Codec.Vp9);
        Play(muxer, Vp9, Tone);

        _files.Parts.ShouldBe(2); // Sound came first, the picture with the second frame.
        var probed = Ffmpeg.Probe(_files.Part(1, "open.mp4"));
        probed.Picture.Frames.ShouldBeGreaterThanOrEqualTo(Pictures - 51);
        probed.Sound.Frames.ShouldBeGreaterThanOrEqualTo(Packets - 102);
    }

    [Fact]
    public void A_picture_that_changes_its_size_gets_another_description_and_part()
    {
        var small = Film.Of(Codec.Vp9, width: 160);
        var muxer = Muxer(Codec.Vp9);
        Play(muxer, Vp9, Tone);
        Play(muxer, small, Tone, from: Seconds);

        var bytes = _files.Bytes(muxer.Finish(S(2 * Seconds)));

        var probed = Ffmpeg.Probe(_files.Save("sizes.mp4", bytes));
        probed.Seconds.ShouldBe(2 * Seconds, 0.03);
        probed.Picture.Frames.ShouldBe(2 * Pictures);
        Count(bytes, "vp09").ShouldBe(2);
        _files.Parts.ShouldBe(3);
        var last = Ffmpeg.Probe(_files.Part(2, "second-size.mp4"));
        last.Picture.StartSeconds.ShouldBe(Seconds, 0.05);
    }

    [Fact]
    public void A_camera_that_is_switched_on_late_is_seen_from_then_on()
    {
        var muxer = Muxer(Codec.Vp9);
        for (var i = 0; i < Packets; i++)
            muxer.Add(Tone.At(i, 1, S(i * 0.02))).ShouldBeNull();
        for (var i = 0; i < Packets; i++)
        {
            muxer.Add(Tone.At(i, 1, S(Seconds + (i * 0.02)))).ShouldBeNull();
            if (i % 2 == 0)
                muxer.Add(Vp9.At(i / 2, 0, S(Seconds + (i * 0.02)))).ShouldBeNull();
        }

        var probed = Ffmpeg.Probe(_files.Save("late.mp4", _files.Bytes(muxer.Finish(S(2 * Seconds)))));

        probed.Picture.StartSeconds.ShouldBe(Seconds, 0.001);
        probed.Picture.Frames.ShouldBe(Pictures);
        probed.Sound.StartSeconds.ShouldBe(0, 0.01);
    }

    [Fact]
    public void A_hole_in_the_sound_is_silence_of_its_length()
    {
        var muxer = new Mp4Muxer(_files, [Codec.Opus], MuxLimits.Default);
        for (var i = 0; i < Packets; i++)
        {
            if (i is < 50 or >= 100)
                muxer.Add(Tone.At(i, 0, S(i * 0.02))).ShouldBeNull();
        }

        var path = _files.Save("hole.mp4", _files.Bytes(muxer.Finish(S(Seconds))));

        Ffmpeg.Probe(path).Sound.Frames.ShouldBe(Packets);
        Ffmpeg.Samples(path).ShouldBeInRange((Seconds * 48_000) - 1000, (Seconds * 48_000) + 1000);
    }

    [Fact]
    public void What_the_encoder_puts_before_its_first_sample_is_not_heard()
    {
        var muxer = new Mp4Muxer(_files, [Codec.Opus], MuxLimits.Default);
        for (var i = 0; i < Packets; i++)
            muxer.Add(Tone.At(i, 0, S(i * 0.02)));

        var path = _files.Save("skip.mp4", _files.Bytes(muxer.Finish(S(Seconds))));

        Ffmpeg.Samples(path).ShouldBeInRange((Seconds * 48_000) - 314, (Seconds * 48_000) - 310);
    }

    [Fact]
    public void A_picture_that_stands_still_stands_until_the_next_and_the_last_until_the_end()
    {
        var muxer = new Mp4Muxer(_files, [Codec.Vp9], MuxLimits.Default);
        for (var i = 0; i < Pictures; i++)
            muxer.Add(Vp9.At(i, 0, S((i * 0.04) + (i < 50 ? 0 : 60)))).ShouldBeNull();

        var probed = Ffmpeg.Probe(_files.Save("still.mp4", _files.Bytes(muxer.Finish(S(90)))));

        probed.Seconds.ShouldBe(90, 0.001);
        probed.Picture.Frames.ShouldBe(Pictures);
    }

    [Fact]
    public void The_last_picture_ends_when_it_is_said_to_however_slowly_they_came()
    {
        var muxer = new Mp4Muxer(_files, [Codec.Vp9], MuxLimits.Default);
        for (var i = 0; i < 10; i++)
            muxer.Add(Vp9.At(i, 0, S(i * 0.8))).ShouldBeNull();

        var probed = Ffmpeg.Probe(_files.Save("slow.mp4", _files.Bytes(muxer.Finish(S(7.3)))));

        probed.Seconds.ShouldBe(7.3, 0.001);
        probed.Picture.Frames.ShouldBe(10);
    }

    [Fact]
    public void Frames_before_the_first_keyframe_and_what_no_decoder_could_read_are_refused()
    {
        var muxer = new Mp4Muxer(_files, [Codec.Vp9, Codec.Opus], MuxLimits.Default);

        muxer.Add(Vp9.At(1, 0, S(0))).ShouldBe(MuxRefusal.BeforeKeyframe);
        muxer.Add(new MediaFrame { Track = 0, Data = new byte[9], At = S(0), IsKeyframe = true }).ShouldBe(MuxRefusal.Unreadable);
        muxer.Add(new MediaFrame { Track = 0, Data = new byte[5_000_000], At = S(0) }).ShouldBe(MuxRefusal.TooLong);
        muxer.Add(Tone.At(0, 1, S(1))).ShouldBeNull();
        muxer.Add(Tone.At(1, 1, S(0.5))).ShouldBe(MuxRefusal.Overlaps);
    }

    [Theory]
    [InlineData(Codec.Vp9)]
    [InlineData(Codec.Av1)]
    [InlineData(Codec.H264)]
    [InlineData(Codec.Opus)]
    public void No_bytes_that_somebody_sends_stop_the_muxer(Codec codec)
    {
        var film = codec == Codec.Opus ? Tone : Film.Of(codec);
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var files = new InMemory();
            var muxer = new Mp4Muxer(files, [codec], MuxLimits.Default);
            for (var i = 0; i < 20; i++)
            {
                var data = film.Frames[i].Data.ToArray();
                for (var change = random.Next(20); change > 0 && data.Length > 0; change--)
                    data[random.Next(Math.Min(data.Length, 60))] = (byte)random.Next(256);
                data = data[..random.Next(data.Length + 1)];
                muxer.Add(new MediaFrame
                {
                    Track = 0,
                    Data = data,
                    At = S(random.NextDouble() * 5),
                    IsKeyframe = random.Next(2) == 0,
                    Width = random.Next(5000),
                    Height = random.Next(5000),
                });
            }

            var finished = muxer.Finish(S(5));
            finished.Media.Sum(range => range.Length).ShouldBeLessThan(files.Length + 1);
        }
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private Mp4Muxer Muxer(Codec picture) => new(_files, [picture, Codec.Opus], MuxLimits.Default);

    /// <summary>Sound before the picture of the same moment, as browsers send them.</summary>
    private static void Play(Mp4Muxer muxer, Film picture, Film sound, int from = 0)
    {
        for (var i = 0; i < Packets; i++)
        {
            muxer.Add(sound.At(i, 1, S(from + (i * 0.02)))).ShouldBeNull();
            if (i % 2 == 0)
                muxer.Add(picture.At(i / 2, 0, S(from + (i * 0.02)))).ShouldBeNull();
        }
    }

    private sealed class InMemory : IMp4Sink
    {
        public long Length { get; private set; }

        public void BeginPart(int part)
        {
        }

        public void Write(ReadOnlySpan<byte> bytes) => Length += bytes.Length;
    }

    private static List<string> TopBoxes(byte[] file)
    {
        var boxes = new List<string>();
        for (var at = 0L; at < file.Length;)
        {
            boxes.Add(Encoding.ASCII.GetString(file, (int)at + 4, 4));
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            at += length == 1 ? BinaryPrimitives.ReadInt64BigEndian(file.AsSpan((int)at + 8)) : length;
        }

        return boxes;
    }

    private static int Count(byte[] file, string word)
    {
        var count = 0;
        for (var rest = file.AsSpan(); rest.IndexOf(Encoding.ASCII.GetBytes(word)) is >= 0 and var at; rest = rest[(at + 1)..])
            count++;
        return count;
    }
}
