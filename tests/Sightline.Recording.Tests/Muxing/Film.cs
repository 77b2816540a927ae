using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Sightline.Recording.Muxing;
using Sightline.Recording.Muxing.Bitstreams;

namespace Sightline.Recording.Tests.Muxing;

/// <summary>A frame that a test keeps.</summary>
internal sealed record Frame(byte[] Data, bool IsKeyframe);

/// <summary>Frames as browsers send them, encoded here and now: no frame looks ahead, keyframes are where they are asked for.</summary>
internal sealed record Film(Codec Codec, int Width, int Height, IReadOnlyList<Frame> Frames)
{
    public const int Seconds = 4;
    public const int FramesPerSecond = 25;

    private static readonly ConcurrentDictionary<(Codec, int, string), Lazy<Film>> Made = [];

    /// <summary>A moving picture, 16 by 9, of <see cref="Seconds"/>; a keyframe every two.</summary>
    public static Film Of(Codec codec, int width = 320) => Of(codec, width, "testsrc=size={0}:rate={1}:duration={2}");

    /// <summary>One colour.</summary>
    public static Film Colour(string name) => Of(Codec.Vp9, 320, $"color={name}:size={{0}}:rate={{1}}:duration={{2}}");

    /// <summary>White for a tenth of each second, otherwise black.</summary>
    public static Film Flashes => Of(
        Codec.Vp9, 320, "color=black:size={0}:rate={1}:duration={2},drawbox=color=white:thickness=fill:enable='lt(mod(t,1),0.1)'");

    /// <summary>A tone of <see cref="Seconds"/> in packets of 20 ms.</summary>
    public static Film Tone => Sound("sine=frequency=440:sample_rate=48000:duration={0}");

    /// <summary>A tone for a tenth of each second, otherwise silence.</summary>
    public static Film Beeps => Sound("aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(6283*t),0)':sample_rate=48000:duration={0}");

    private static Film Of(Codec codec, int width, string source) =>
        Made.GetOrAdd((codec, width, source), _ => new Lazy<Film>(() => Encode(codec, width, source))).Value;

    private static Film Sound(string source) =>
        Made.GetOrAdd((Codec.Opus, 0, source), _ => new Lazy<Film>(() => EncodeSound(source))).Value;

    private static Film Encode(Codec codec, int width, string source)
    {
        var height = width * 9 / 16;
        string[] encoder = codec switch
        {
            Codec.Vp8 => ["libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-f", "ivf"],
            Codec.Vp9 => ["libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0", "-f", "ivf"],
            Codec.Av1 => ["libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-lag-in-frames", "0", "-f", "ivf"],
            _ => ["libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-x264-params", "aud=1:sliced-threads=0", "-f", "h264"],
        };
        var bytes = Ffmpeg.Run("ffmpeg", [
            "-f", "lavfi", "-i", string.Format(CultureInfo.InvariantCulture, source, $"{width}x{height}", FramesPerSecond, Seconds),
            "-pix_fmt", "yuv420p",
            "-b:v", "200k", "-g", "50", "-c:v", .. encoder, "-"]);
        return new Film(codec, width, height, codec == Codec.H264 ? AccessUnits(bytes) : IvfFrames(bytes, codec));
    }

    private static Film EncodeSound(string source)
    {
        var bytes = Ffmpeg.Run("ffmpeg", [
            "-f", "lavfi", "-i", string.Format(CultureInfo.InvariantCulture, source, Seconds), "-ac", "2",
            "-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-f", "ogg", "-"]);
        return new Film(Codec.Opus, 0, 0, [.. OggPackets(bytes).Skip(2).Take(Seconds * 50).Select(packet => new Frame(packet, true))]);
    }

    /// <summary>A muxer's frame.</summary>
    public MediaFrame At(int index, int track, TimeSpan at) => new()
    {
        Track = track,
        Data = Frames[index].Data,
        At = at,
        IsKeyframe = Frames[index].IsKeyframe,
        Width = Width,
        Height = Height,
    };

    private static List<Frame> IvfFrames(byte[] file, Codec codec)
    {
        var frames = new List<Frame>();
        for (var at = 32; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
            var data = file[(at + 12)..(at + 12 + length)];
            at += 12 + length;
            frames.Add(new Frame(data, codec switch
            {
                Codec.Vp8 => (data[0] & 1) == 0,
                Codec.Vp9 => Vp9.Configuration(data, 1, 1) is not null,
                _ => Av1.Configuration(data) is not null,
            }));
        }

        return frames;
    }

    private static List<Frame> AccessUnits(byte[] stream)
    {
        ReadOnlySpan<byte> delimiter = [0, 0, 0, 1, 9];
        var frames = new List<Frame>();
        for (var rest = stream.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest[1..].IndexOf(delimiter);
            var unit = end < 0 ? rest : rest[..(end + 1)];
            rest = rest[unit.Length..];
            frames.Add(new Frame(unit.ToArray(), unit.IndexOf((ReadOnlySpan<byte>)[0, 0, 1, 0x65]) >= 0));
        }

        return frames;
    }

    /// <summary>RFC 3533 §6: pages of segments; a packet ends with a segment that is not full.</summary>
    private static IEnumerable<byte[]> OggPackets(byte[] file)
    {
        var packet = new List<byte>();
        for (var page = 0; page < file.Length;)
        {
            var segments = file[page + 26];
            var at = page + 27 + segments;
            for (var i = 0; i < segments; i++)
            {
                var length = file[page + 27 + i];
                packet.AddRange(file.AsSpan(at, length));
                at += length;
                if (length == 255)
                    continue;
                yield return [.. packet];
                packet.Clear();
            }

            page = at;
        }
    }
}
