using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sightline.Server.Hosting;

namespace Sightline.Server.Database;

/// <summary>The files and the process of a private PostgreSQL: made by initdb, started and stopped by pg_ctl.</summary>
internal sealed partial class PostgresCluster
{
    private const string Superuser = "sightline";
    private const int StopTimeoutSeconds = 30;
    private const int StartTimeoutSeconds = 60;
    private const int MaxStarts = 20;
    private const int MaxLogBytes = 1024 * 1024;
    private static readonly TimeSpan StartRetryInterval = TimeSpan.FromMilliseconds(250);

    private readonly PostgresBinaries _binaries;
    private readonly ServiceUser? _user;
    private readonly string _files;
    private readonly string _log;
    private readonly string _pidFile;
    private string _socketFolder = "";

    private PostgresCluster(PostgresBinaries binaries, ServiceUser? user, string files)
    {
        _binaries = binaries;
        _user = user;
        _files = files;
        _log = Path.Combine(files, "server.log");
        _pidFile = Path.Combine(files, "postmaster.pid");
    }

    /// <summary>Whether the settings on disk were others than the ones now: a running PostgreSQL does not have them.</summary>
    public bool SettingsChanged { get; private set; }

    /// <summary>Whether one was started and did not stop by itself.</summary>
    public bool HasLeftovers => File.Exists(_pidFile);

    public bool IsRunning => FindProcess() is not null;

    /// <param name="data">The server's data folder.</param>
    public static async Task<PostgresCluster> OpenAsync(
        string data, string? configuredBinaries, ServiceUser? user, CancellationToken cancellationToken)
    {
        // pg_ctl hands the path to a shell, inside double quotes.
        if (data.AsSpan().ContainsAny("\"$`\\\n"))
        {
            throw new StartupProblem(
                $"Data:Folder may not have quotes, dollars, backquotes, backslashes or line breaks in its path: {data}");
        }

        var files = Path.Combine(data, "postgres");
        var version = Path.Combine(files, "PG_VERSION");
        int? dataVersion = File.Exists(version)
            ? int.Parse(await File.ReadAllTextAsync(version, cancellationToken), CultureInfo.InvariantCulture)
            : null;
        var spare = Path.Combine(data, "postgres-programs");
        var binaries = await PostgresBinaries.FindAsync(configuredBinaries, dataVersion, user, spare, cancellationToken);
        var cluster = new PostgresCluster(binaries, user, files);
        if (dataVersion is null)
        {
            await cluster.InitialiseAsync(cancellationToken);
        }

        return cluster;
    }

    /// <summary>Writes the settings; a change by hand lasts until the next start.</summary>
    public async Task PrepareAsync(string socketFolder, CancellationToken cancellationToken)
    {
        _socketFolder = socketFolder;
        var path = Path.Combine(_files, "postgresql.conf");
        var settings = Settings(socketFolder);
        SettingsChanged = await File.ReadAllTextAsync(path, cancellationToken) != settings;
        if (SettingsChanged)
        {
            var half = path + ".new";
            await File.WriteAllTextAsync(half, settings, cancellationToken);
            File.Move(half, path, overwrite: true);
        }
    }

    /// <summary>Stops what still runs on this data and forgets what does not.</summary>
    public async Task ClearLeftoversAsync(CancellationToken cancellationToken)
    {
        if (IsRunning)
        {
            await StopAsync(cancellationToken);
        }

        // Their number may belong to another process by now: PostgreSQL would not start, and pg_ctl stop would hit the wrong one.
        if (!IsRunning)
        {
            File.Delete(_pidFile);
            foreach (var socket in Directory.EnumerateFiles(_socketFolder))
            {
                File.Delete(socket);
            }
        }
    }

    public async Task StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var start = 1; ; start++)
        {
            var startedAt = TrimLog();
            cancellationToken.ThrowIfCancellationRequested();
            // Not cancelled: a PostgreSQL whose start is not waited for could not be stopped either.
            var result = await PgCtlAsync(["start", "-w", "-t", $"{StartTimeoutSeconds}", "-l", _log], CancellationToken.None);
            if (result.ExitCode == 0)
            {
                return;
            }

            // The children of a killed PostgreSQL take a moment to notice.
            var said = await ReadLogAsync(startedAt, cancellationToken);
            if (start == MaxStarts || !said.Contains("shared memory", StringComparison.Ordinal))
            {
                throw new StartupProblem(
                    $"the private PostgreSQL does not start: {LastFailure(said) ?? result.LastLine} (its log: {_log}).");
            }

            await Task.Delay(StartRetryInterval, clock, cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (IsRunning)
        {
            await PgCtlAsync(["stop", "-m", "fast", "-w", "-t", $"{StopTimeoutSeconds}"], cancellationToken);
        }
    }

    /// <summary>In a folder beside, renamed at the end: a first start that is cut short leaves nothing half-made.</summary>
    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_files))
        {
            throw new StartupProblem($"{_files} is there but is no PostgreSQL data; move it away, or set Data:Folder to another folder.");
        }

        var half = _files + ".new";
        if (Directory.Exists(half))
        {
            Directory.Delete(half, recursive: true);
        }

        if (_user is not null)
        {
            await _user.MakeFolderAsync(half, cancellationToken);
        }

        var result = await Command.RunAsync(
            _user,
            _binaries.InitDb,
            [
                "-D", half, "-U", Superuser, "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
                "--auth-local=trust", "--auth-host=reject",
            ],
            cancellationToken);
        if (_user is not null && result.ExitCode != 0 && result.Output.Contains("Permission denied", StringComparison.Ordinal))
        {
            throw new StartupProblem(
                $"PostgreSQL does not run as root, and the user {_user.Name}, who runs it, cannot reach {half}; "
                + "set Data:Folder to a folder below ones that everybody may enter.");
        }

        if (result.ExitCode != 0)
        {
            throw new StartupProblem(
                $"the private PostgreSQL cannot make its data in {half}: {FirstFailure(result.Output) ?? result.LastLine}");
        }

        Directory.Move(half, _files);
    }

    private Task<CommandResult> PgCtlAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Command.RunAsync(_user, _binaries.PgCtl, ["-D", _files, .. arguments], cancellationToken);

    /// <returns>The running postmaster of this data, or null: its file may be stale, and the number another process's by now.</returns>
    private int? FindProcess()
    {
        try
        {
            if (!File.Exists(_pidFile)
                || !int.TryParse(File.ReadLines(_pidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var id))
            {
                return null;
            }

            using var process = Process.GetProcessById(id);
            return process.ProcessName == "postgres" && WorksHere(id) ? id : null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>PostgreSQL works inside its data: whoever sees the same file there is ours, by whatever path.</summary>
    private bool WorksHere(int id) =>
        !OperatingSystem.IsLinux() || File.ReadAllText($"/proc/{id}/cwd/postmaster.pid") == File.ReadAllText(_pidFile);

    private long TrimLog()
    {
        var log = new FileInfo(_log);
        if (log.Exists && log.Length > MaxLogBytes)
        {
            log.Delete();
            return 0;
        }

        return log.Exists ? log.Length : 0;
    }

    private async Task<string> ReadLogAsync(long from, CancellationToken cancellationToken)
    {
        if (!File.Exists(_log))
        {
            return "";
        }

        await using var file = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Min(from, file.Length);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static string? FirstFailure(string output) => FailurePattern().Matches(output).FirstOrDefault()?.Value.Trim();

    private static string? LastFailure(string output) => FailurePattern().Matches(output).LastOrDefault()?.Value.Trim();

    /// <summary>Statements and details of errors hold names and e-mails: they stay out of the log.</summary>
    private static string Settings(string socketFolder) => $"""
        # Written by Sightline at every start.
        listen_addresses = ''
        unix_socket_directories = '"{socketFolder.Replace("'", "''", StringComparison.Ordinal)}"'
        unix_socket_permissions = 0700
        max_connections = 100
        jit = off
        log_destination = 'stderr'
        log_timezone = 'UTC'
        log_line_prefix = '%m '
        log_min_messages = log
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_checkpoints = off
        lc_messages = 'C'

        """;

    [GeneratedRegex(@"(?<=(error|FATAL|PANIC):\s+).+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FailurePattern();
}
