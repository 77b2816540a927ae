using System.Globalization;
using System.Text;

namespace Sightline.Recording.Composition;

/// <summary>How the combined picture looks.</summary>
public sealed record CombinedPictureOptions
{
    public static CombinedPictureOptions Default { get; } = new();

    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 720;

    public int FramesPerSecond { get; init; } = 25;

    /// <summary>People who come and go make places; one that has more is made without pictures of those who come last.</summary>
    public int MaxPlacements { get; init; } = 256;

    /// <summary>Files that ffmpeg opens at once.</summary>
    public int MaxFiles { get; init; } = 64;
}

/// <summary>
/// The arguments by which ffmpeg makes one film of everybody's files: a grid of those who are seen, and the sound of all.
/// Starting it, and reading what it says, is for somebody else; <see cref="CompositionProgress"/> understands it.
/// </summary>
public static class CombinedPicture
{
    /// <summary>
    /// What follows <c>ffmpeg</c> on its command line, each argument by itself: nothing of it is read by a shell.
    /// <c>null</c> when there are too many files, or none.
    /// </summary>
    /// <param name="output">Path of the MP4 (VP9 and Opus) that it writes.</param>
    public static IReadOnlyList<string>? Arguments(
        IReadOnlyList<ComposedFile> files, TimeSpan length, string output, CombinedPictureOptions options)
    {
        if (files.Count == 0 || files.Count > options.MaxFiles || length <= TimeSpan.Zero)
            return null;
        var hasSound = files.Any(file => file.HasSound);
        return
        [
            "-nostdin", "-v", "error", "-progress", "pipe:1", "-y",
            // A picture that changes its size is scaled anew, without beginning all over with everybody.
            .. files.SelectMany(file => new[] { "-reinit_filter", "0", "-itsoffset", Seconds(file.From), "-i", "file:" + file.Path }),
            "-filter_complex", Graph(files, length, options, hasSound),
            "-map", "[picture]",
            .. hasSound ? (string[])["-map", "[sound]", "-c:a", "libopus", "-b:a", "96k", "-ar", "48000", "-ac", "2"] : [],
            "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "7", "-row-mt", "1", "-crf", "33", "-b:v", "0",
            "-r", options.FramesPerSecond.ToString(CultureInfo.InvariantCulture),
            "-t", Seconds(length), "-movflags", "+faststart", "-f", "mp4", "file:" + output,
        ];
    }

    private static string Graph(IReadOnlyList<ComposedFile> files, TimeSpan length, CombinedPictureOptions options, bool hasSound)
    {
        var placements = Grid.Of(files, options.Width, options.Height, length).Take(options.MaxPlacements).ToList();
        var graph = new StringBuilder();
        Add(graph, $"color=c=black:s={options.Width}x{options.Height}:r={options.FramesPerSecond}:d={Seconds(length)}[under0]");
        foreach (var places in placements.Index().GroupBy(place => place.Item.File))
        {
            // One stream is taken by one filter: it is split into as many as it has places.
            var outputs = string.Concat(places.Select(place => $"[take{place.Index}]"));
            Add(graph, $"[{places.Key}:v]split={places.Count()}{outputs}");
        }

        foreach (var (index, place) in placements.Index())
            AddPlace(graph, index, place);
        Add(graph, $"[under{placements.Count}]null[picture]");
        if (hasSound)
            AddSound(graph, files);
        return graph.ToString(0, graph.Length - 1);
    }

    private static void AddPlace(StringBuilder graph, int index, Placement place)
    {
        var (from, to) = (Seconds(place.When.Start), Seconds(place.When.End));
        var size = $"{place.Width}:{place.Height}";
        Add(graph, $"[take{index}]scale={size}:force_original_aspect_ratio=decrease:force_divisible_by=2," +
            $"pad={size}:(ow-iw)/2:(oh-ih)/2,setsar=1[place{index}]");
        // While it has no place it is not drawn, and where it ends the others go on.
        Add(graph, $"[under{index}][place{index}]overlay={place.X}:{place.Y}:eof_action=pass:" +
            $"enable='gte(t,{from})*lt(t,{to})'[under{index + 1}]");
    }

    private static void AddSound(StringBuilder graph, IReadOnlyList<ComposedFile> files)
    {
        var heard = Enumerable.Range(0, files.Count).Where(file => files[file].HasSound).ToList();
        // Holes and late beginnings become silence, so that nobody is heard too early.
        foreach (var file in heard)
            Add(graph, $"[{file}:a]aresample=48000:async=1:first_pts=0[voice{file}]");
        var voices = string.Concat(heard.Select(file => $"[voice{file}]"));
        // Two who speak at once are both as loud as alone, up to what a sample holds.
        Add(graph, $"{voices}amix=inputs={heard.Count}:duration=longest:normalize=0,alimiter=limit=0.95:level=0[sound]");
    }

    private static void Add(StringBuilder graph, string filter) => graph.Append(filter).Append(';');

    private static string Seconds(TimeSpan at) => at.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
