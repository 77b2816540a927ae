using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Sightline.Recording.Tests.Muxing;

/// <summary>What a stream of a file is, as ffprobe sees it.</summary>
internal sealed record ProbedStream(string Codec, int Width, int Height, int Frames, double StartSeconds, double Seconds, string Profile);

/// <summary>What a file is, as ffprobe sees it.</summary>
internal sealed record Probed(double Seconds, IReadOnlyList<ProbedStream> Streams)
{
    public ProbedStream Sound => Streams.Single(stream => stream.Codec == "opus");

    public ProbedStream Picture => Streams.Single(stream => stream.Codec != "opus");
}

/// <summary>Independent encoders and readers.</summary>
internal static class Ffmpeg
{
    /// <summary>Runs ffmpeg or ffprobe; whatever it complains of is a failure.</summary>
    public static byte[] Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, ["-v", "error", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} is not installed.");
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        errors.Result.ShouldBeEmpty();
        process.ExitCode.ShouldBe(0);
        return output.ToArray();
    }

    /// <summary>Reads and decodes a whole file.</summary>
    public static Probed Probe(string path)
    {
        // Times as they are: a frame rate that ffmpeg guesses has no room for two frames that come close together.
        Run("ffmpeg", ["-xerror", "-i", path, "-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "null", "-"]);
        using var json = JsonDocument.Parse(Run("ffprobe", [
            "-count_packets", "-show_entries", "format=duration:stream=codec_name,width,height,nb_read_packets,start_time,duration,profile",
            "-of", "json", path]));
        var streams = json.RootElement.GetProperty("streams").EnumerateArray().Select(stream => new ProbedStream(
            Text(stream, "codec_name"),
            stream.TryGetProperty("width", out var width) ? width.GetInt32() : 0,
            stream.TryGetProperty("height", out var height) ? height.GetInt32() : 0,
            (int)Number(stream, "nb_read_packets"),
            Number(stream, "start_time"),
            Number(stream, "duration"),
            Text(stream, "profile")));
        return new Probed(Number(json.RootElement.GetProperty("format"), "duration"), [.. streams]);
    }

    /// <summary>How long the sound is that is heard, in samples of 48 kHz a channel.</summary>
    public static int Samples(string path) =>
        Run("ffmpeg", ["-i", path, "-map", "0:a", "-c:a", "pcm_s16le", "-ar", "48000", "-ac", "1", "-f", "s16le", "-"]).Length / 2;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    private static double Number(JsonElement element, string name) =>
        double.TryParse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
