using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Npgsql;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;

namespace Sightline.Server.Database;

/// <summary>The section <c>ConnectionStrings</c>.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>
    /// Your own PostgreSQL: itself, or a pooler in session mode. Servers with the same one are one server to people.
    /// </summary>
    [Setting(Secret = true, Without = "a private PostgreSQL in `Data:Folder`")]
    public string? Sightline { get; set; }
}

/// <summary>The section <c>Database</c>.</summary>
internal sealed class DatabaseOptions
{
    /// <summary>The folder with initdb, pg_ctl and postgres for the private PostgreSQL.</summary>
    [Setting(Without = "where systems usually have it")]
    public string? PostgresFolder { get; set; }
}

/// <summary>
/// Brings the database up before anything needs it: starts the private one where none is configured, brings the schema up to date,
/// and sees to it that there is a key for sessions. Servers that start at the same time take turns.
/// </summary>
internal sealed class DatabaseStart : IHostedService, IAsyncDisposable
{
    private const string Key = "ConnectionStrings:Sightline";

    private readonly EmbeddedPostgres? _embedded;
    private readonly IServiceProvider _services;

    public DatabaseStart(
        IOptions<ConnectionOptions> connection,
        IOptions<DatabaseOptions> options,
        DataFolder folder,
        TimeProvider clock,
        ILogger<EmbeddedPostgres> logger,
        IServiceProvider services)
    {
        _services = services;
        if (connection.Value.Sightline is { Length: > 0 } configured)
        {
            ConnectionString = WellFormed(configured);
        }
        else
        {
            _embedded = new EmbeddedPostgres(folder, options.Value.PostgresFolder, clock, logger);
            ConnectionString = _embedded.ConnectionString;
        }
    }

    /// <summary>Known before the database is up.</summary>
    public string ConnectionString { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_embedded is not null)
        {
            await _embedded.StartAsync(cancellationToken);
        }

        try
        {
            await Schema.ApplyAsync(_services.GetRequiredService<NpgsqlDataSource>(), MakeFirstKey, cancellationToken);
        }
        catch (NpgsqlException cause) when (_embedded is null && (cause is not PostgresException || Schema.IsRefusal(cause)))
        {
            throw new StartupProblem($"the database of {Key} cannot be used ({FirstLine(cause)}).", cause);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After everything else has stopped, and also when the start failed half-way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }

    /// <summary>Under the schema's lock: of several servers on a new database the first makes the key, and all use it.</summary>
    private void MakeFirstKey() => _services.GetRequiredService<IDataProtectionProvider>().CreateProtector("start").Protect([]);

    private static string WellFormed(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).ConnectionString;
        }
        catch (ArgumentException cause)
        {
            // Without the message: it may quote the password.
            throw new StartupProblem(
                $"{Key} is not a connection string such as \"Host=db.example.org;Database=sightline;Username=sightline;Password=…\".",
                cause);
        }
    }

    private static string FirstLine(NpgsqlException cause) =>
        (cause.InnerException is { } inner and not NpgsqlException ? inner.Message : cause.Message).Split('\n')[0].Trim();
}
