using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[assembly: AssemblyFixture(typeof(Sightline.Server.Tests.PrivatePostgres))]

namespace Sightline.Server.Tests;

/// <summary>One real PostgreSQL for all tests, run as the product runs its own. Every test that wants one gets a database of its own.</summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    private static PrivatePostgres? _current;
    private static int _databases;

    private readonly string _path = Directory.CreateTempSubdirectory("sightline-tests-").FullName;
    private readonly DataFolder _folder;
    private readonly EmbeddedPostgres _postgres;

    public PrivatePostgres()
    {
        _folder = new DataFolder(_path);
        _postgres = new EmbeddedPostgres(_folder, configuredBinaries: null, TimeProvider.System, NullLogger.Instance);
    }

    /// <returns>The connection string of a new, empty database.</returns>
    public static async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");

        return ConnectionStringOf(name);
    }

    // Many servers share the connections that PostgreSQL has.
    public static string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(_current!._postgres.ConnectionString) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    /// <summary>The database is gone, under the hands of whoever uses it.</summary>
    public static Task DropAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private static async Task ExecuteAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(_current!._postgres.ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask InitializeAsync()
    {
        await _postgres.StartAsync(CancellationToken.None);
        _current = this;
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
