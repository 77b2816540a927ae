using System.Diagnostics;

namespace Sightline.Tidy;

/// <summary>Files by their path from the repository's root, with forward slashes. Rules read this and nothing else.</summary>
public sealed class Tree(IReadOnlyDictionary<string, string> files)
{
    private static readonly Lazy<Tree> Here = new(ReadRepository);

    private static readonly HashSet<string> BinaryExtensions =
        [".png", ".jpg", ".ico", ".webp", ".woff2", ".wav", ".mp3", ".ogg", ".y4m", ".mjpeg", ".mp4", ".webm"];

    /// <summary>What git tracks, and what it would track: a mistake is found before it is committed.</summary>
    public static Tree Repository => Here.Value;

    public IEnumerable<string> Paths => files.Keys;

    public static Tree Of(params (string Path, string Text)[] files) =>
        new(files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal));

    public string Text(string path) => files[path];

    public bool Has(string path) => files.ContainsKey(path);

    public IEnumerable<string> Under(string folder, string extension = "") =>
        Paths.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal));

    private static Tree ReadRepository()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Sightline.slnx")))
            root = root.Parent ?? throw new InvalidOperationException("No Sightline.slnx above the tests.");

        return new Tree(Tracked(root.FullName)
            .Select(path => (Path: path, Full: Path.Combine(root.FullName, path)))
            .Where(file => File.Exists(file.Full))
            .ToDictionary(file => file.Path, file => IsText(file.Path) ? File.ReadAllText(file.Full) : "", StringComparer.Ordinal));
    }

    /// <summary>A picture is there to be linked to, and has nothing to read.</summary>
    private static bool IsText(string path) => !BinaryExtensions.Contains(Path.GetExtension(path));

    private static IReadOnlyList<string> Tracked(string root)
    {
        if (!Path.Exists(Path.Combine(root, ".git")))
            return Walked(root);

        var start = new ProcessStartInfo("git", ["ls-files", "-co", "--exclude-standard", "-z"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var listing = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? listing.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException("git ls-files failed.");
    }

    /// <summary>A source archive has no .git; it then holds only what a build puts into the folders left out here.</summary>
    private static List<string> Walked(string root) =>
        [.. new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file.FullName).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "artifacts" or "node_modules" or "dist" or ".tools"))];
}
