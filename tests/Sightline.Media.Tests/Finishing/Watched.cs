using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>What a person sees and hears of a file, as ffmpeg decodes it.</summary>
internal static class Watched
{
    /// <summary>When it becomes bright, in seconds.</summary>
    public static List<double> Flashes(string path)
    {
        // Of a film in which somebody else has a half: black is 16, white 235.
        const int bright = 45;
        var lines = Encoding.ASCII.GetString(Ffmpeg.Run("ffmpeg", [
            "-i", path, "-map", "0:v", "-vf", "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
            "-f", "null", "-"])).Split('\n');
        var (flashes, isBright, at) = (new List<double>(), false, 0.0);
        foreach (var line in lines)
        {
            if (line.Split("pts_time:") is [_, var time])
                at = double.Parse(time, CultureInfo.InvariantCulture);
            if (line.Split("YAVG=") is not [_, var brightness])
                continue;
            var wasBright = isBright;
            isBright = double.Parse(brightness, CultureInfo.InvariantCulture) > bright;
            if (isBright && !wasBright)
                flashes.Add(at);
        }

        return flashes;
    }

    /// <summary>When it becomes loud, in seconds.</summary>
    public static List<double> Beeps(string path)
    {
        const int rateHz = 48_000, silence = rateHz / 5, loud = 3000;
        var bytes = Ffmpeg.Run("ffmpeg", [
            "-i", path, "-map", "0:a", "-af", "aresample=48000:async=1:first_pts=0", "-ac", "1", "-f", "s16le", "-"]);
        var (beeps, lastLoud) = (new List<double>(), -silence);
        var samples = MemoryMarshal.Cast<byte, short>(bytes);
        for (var i = 0; i < samples.Length; i++)
        {
            if (Math.Abs((int)samples[i]) < loud)
                continue;
            if (i - lastLoud >= silence)
                beeps.Add(i / (double)rateHz);
            lastLoud = i;
        }

        return beeps;
    }

    /// <summary>The colours in the middle of the left and of the right half.</summary>
    public static (string Left, string Right) Colours(string path, double atSeconds)
    {
        const int width = 320, height = 180;
        var rgb = Ffmpeg.Run("ffmpeg", [
            "-ss", atSeconds.ToString(CultureInfo.InvariantCulture), "-i", path, "-frames:v", "1", "-vf", $"scale={width}:{height}",
            "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]);
        return (NameOf(width / 4), NameOf(width * 3 / 4));

        string NameOf(int x)
        {
            var pixel = rgb.AsSpan(((height / 2 * width) + x) * 3, 3);
            return pixel[0] > 150 ? "red" : pixel[2] > 150 ? "blue" : "black";
        }
    }
}
