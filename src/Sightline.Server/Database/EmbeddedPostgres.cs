using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sightline.Server.Hosting;

namespace Sightline.Server.Database;

/// <summary>
/// A private PostgreSQL that the server runs for itself. It listens on a Unix socket in a folder that nobody else can enter, and
/// on no network. Whatever happened before, a killed server, a killed PostgreSQL, a first start that was cut short:
/// <see cref="StartAsync"/> brings it up again.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const string UserAndDatabase = "sightline";

    /// <summary>What a Unix socket's address may have, without the closing zero (sun_path of Linux; macOS has 103).</summary>
    private const int MaxSocketPathBytes = 103;
    private const string SocketName = ".s.PGSQL.5432";

    private const int MaxPoolConnections = 80;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly DataFolder _folder;
    private readonly ServiceUser? _user;
    private readonly string _socketFolder;
    private readonly string? _configuredBinaries;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;
    private PostgresCluster? _cluster;
    private Task _watch = Task.CompletedTask;

    /// <param name="configuredBinaries">The bin folder of the PostgreSQL to run; null to look for one.</param>
    public EmbeddedPostgres(DataFolder folder, string? configuredBinaries, TimeProvider clock, ILogger logger)
    {
        _folder = folder;
        _user = ServiceUser.Find("postgres");
        _socketFolder = SocketFolderOf(folder.FullPath, _user);
        _configuredBinaries = configuredBinaries;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Known before it is started.</summary>
    public string ConnectionString => Connect(UserAndDatabase);

    /// <exception cref="StartupProblem">It cannot be started; the sentence says why and what to do.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var data = _folder.Claim();
        try
        {
            _cluster = await PostgresCluster.OpenAsync(data, _configuredBinaries, _user, cancellationToken);
            await MakeSocketFolderAsync(cancellationToken);
            await _cluster.PrepareAsync(_socketFolder, cancellationToken);
            await BringUpAsync(_cluster, cancellationToken);
            await MakeDatabaseAsync(cancellationToken);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            throw new StartupProblem($"the private PostgreSQL in {data} cannot be started ({cause.Message}).", cause);
        }

        _watch = WatchAsync(_cluster, _stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stopping.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_cluster is not null)
        {
            await _cluster.StopAsync(CancellationToken.None);
            RemoveSocketFolder();
        }

        _stopping.Dispose();
    }

    /// <summary>One that still runs since its server was killed is taken over when it answers, and started again when not.</summary>
    private async Task BringUpAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        if (cluster.IsRunning && !cluster.SettingsChanged && await AnswersAsync(cancellationToken))
        {
            LogTakenOver(_logger);
            return;
        }

        if (cluster.HasLeftovers)
        {
            LogRecovering(_logger);
            await cluster.ClearLeftoversAsync(cancellationToken);
        }

        await cluster.StartAsync(_clock, cancellationToken);
    }

    /// <summary>Somebody kills the wrong process, or memory runs out: the database comes back without the server's restart.</summary>
    private async Task WatchAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchInterval, _clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (cluster.IsRunning)
            {
                continue;
            }

            try
            {
                LogRecovering(_logger);
                await cluster.ClearLeftoversAsync(cancellationToken);
                await cluster.StartAsync(_clock, cancellationToken);
            }
            catch (StartupProblem problem)
            {
                LogStillDown(_logger, problem.Message);
            }
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var deadline = _clock.GetUtcNow() + AnswerTimeout;
        while (true)
        {
            try
            {
                await using var connection = await OpenAsync("postgres", cancellationToken);
                return true;
            }
            catch (PostgresException starting)
                when (starting.SqlState == PostgresErrorCodes.CannotConnectNow && _clock.GetUtcNow() < deadline)
            {
                await Task.Delay(RetryInterval, _clock, cancellationToken);
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var existing = await OpenAsync(UserAndDatabase, cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await using var connection = await OpenAsync("postgres", cancellationToken);
            await using var command = new NpgsqlCommand($"CREATE DATABASE {UserAndDatabase}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connect(database)) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private string Connect(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _socketFolder,
        Username = UserAndDatabase,
        Database = database,
        MaxPoolSize = MaxPoolConnections,
    }.ConnectionString;

    /// <summary>
    /// Beside the data where the path is short enough for a socket's address, otherwise in a short place of our own. A comma would
    /// be the end of a host in a connection string.
    /// </summary>
    private static string SocketFolderOf(string data, ServiceUser? user)
    {
        var folder = Path.Combine(data, "socket");
        var bytes = Encoding.UTF8.GetByteCount(Path.Combine(folder, SocketName));
        if (bytes <= MaxSocketPathBytes && !folder.Contains(',', StringComparison.Ordinal))
        {
            return folder;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..16];
        return $"{(user is null ? "/tmp" : "/run")}/sightline-{hash}";
    }

    private void RemoveSocketFolder()
    {
        try
        {
            Directory.Delete(_socketFolder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Not empty: it did not stop. The next start clears up.
        }
    }

    private async Task MakeSocketFolderAsync(CancellationToken cancellationToken)
    {
        if (new DirectoryInfo(_socketFolder).LinkTarget is not null)
        {
            throw new StartupProblem($"{_socketFolder} is a link that somebody else may have made; remove it.");
        }

        if (_user is not null)
        {
            await _user.MakeFolderAsync(_socketFolder, cancellationToken);
            return;
        }

        // Only the owner may change the mode: another user's folder of this name is refused here.
        Directory.CreateDirectory(_socketFolder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_socketFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [LoggerMessage(LogLevel.Information, "The private PostgreSQL of a server that was killed still runs; it is taken over")]
    private static partial void LogTakenOver(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The private PostgreSQL was killed; it is started again")]
    private static partial void LogRecovering(ILogger logger);

    [LoggerMessage(LogLevel.Error, "The private PostgreSQL is still down: {Reason}")]
    private static partial void LogStillDown(ILogger logger, string reason);
}
