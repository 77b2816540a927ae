using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sightline.Server.Hosting;

namespace Sightline.Server.Database;

/// <summary>
/// Applies the numbered SQL files of <c>Database/Schema/</c>, each once and in order, each in a transaction of its own. A file that
/// was applied never changes again: what comes next is the next file.
/// </summary>
internal static class Schema
{
    private const string ResourcePrefix = "Schema/";

    /// <summary>Any number will do that no other program uses in this database: "SIGHT".</summary>
    private const long LockId = 0x5349474854;

    private static readonly Assembly Assembly = typeof(Schema).Assembly;

    public static Task ApplyAsync(NpgsqlDataSource database, Action afterwards, CancellationToken cancellationToken) =>
        ApplyAsync(database, ReadFiles(), afterwards, cancellationToken);

    /// <param name="afterwards">Done under the same lock: what servers that start together must not do twice.</param>
    /// <exception cref="StartupProblem">An applied file has changed, or the database is newer than this server.</exception>
    internal static async Task ApplyAsync(
        NpgsqlDataSource database,
        IReadOnlyList<SchemaFile> files,
        Action afterwards,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockId})", cancellationToken);
        try
        {
            await ExecuteAsync(
                connection,
                """
                CREATE TABLE IF NOT EXISTS schema_versions (
                    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
                """,
                cancellationToken);

            var applied = await ReadAppliedAsync(connection, cancellationToken);
            if (applied.Keys.Except(files.Select(file => file.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            {
                throw new StartupProblem(
                    $"the database has {unknown}, which this server does not know: it belongs to a newer version of Sightline.");
            }

            foreach (var file in files)
            {
                if (!applied.TryGetValue(file.Name, out var checksum))
                {
                    await ApplyAsync(connection, file, cancellationToken);
                }
                else if (!string.Equals(checksum, file.Checksum, StringComparison.Ordinal))
                {
                    throw new StartupProblem(
                        $"{file.Name} has changed since it was applied to the database; put it back and write the next file instead.");
                }
            }

            afterwards();
        }
        finally
        {
            // The pool would keep the session, and with it the lock.
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockId})", CancellationToken.None);
        }
    }

    /// <summary>Whether the database said no to us as a whole: a wrong password, an unknown database.</summary>
    public static bool IsRefusal(NpgsqlException cause) => cause.SqlState?[..2] is "28" or "3D" or "42" or "53" or "57";

    private static List<SchemaFile> ReadFiles() =>
    [
        .. Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource => new SchemaFile(resource[ResourcePrefix.Length..], ReadText(resource))),
    ];

    private static string ReadText(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private static async Task<Dictionary<string, string>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT name, checksum FROM schema_versions", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await rows.ReadAsync(cancellationToken))
        {
            applied.Add(rows.GetString(0), rows.GetString(1));
        }

        return applied;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, SchemaFile file, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, file.Sql, cancellationToken);
        await using var note = new NpgsqlCommand("INSERT INTO schema_versions (name, checksum) VALUES ($1, $2)", connection)
        {
            Parameters = { new() { Value = file.Name }, new() { Value = file.Checksum } },
        };
        await note.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

internal sealed record SchemaFile(string Name, string Sql)
{
    /// <summary>Of the text, however its lines end.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}
