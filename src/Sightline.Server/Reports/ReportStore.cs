using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Sightline.Server.Reports;

/// <param name="BeganAt">When this part of the report would be at 0 ms, by the server's clock.</param>
internal sealed record StoredBatch(Guid PersonId, DateTimeOffset BeganAt, ReportBatch Batch);

/// <summary>Reports in PostgreSQL, a row for each batch.</summary>
internal sealed class ReportStore(NpgsqlDataSource database, TimeProvider time, IOptions<JsonOptions> json)
{
    /// <summary>A person's share of one call: some fifteen hours of a call of two.</summary>
    private const int MaxBytesPerPerson = 1024 * 1024;
    private const int MaxSourcesPerPerson = 8;

    /// <summary>Those that are older go, a few whenever a new report begins.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private const int MaxRemovedAtOnce = 200;

    private const string Insert =
        """
        INSERT INTO call_reports (call_id, person_id, source, batch, began_at, received_at, bytes, body)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8
        WHERE (SELECT COALESCE(sum(bytes), 0) + $7 <= $9 AND count(DISTINCT source) FILTER (WHERE source <> $3) < $10
               FROM call_reports WHERE call_id = $1 AND person_id = $2)
        ON CONFLICT DO NOTHING
        RETURNING 1
        """;

    private const string Exists =
        "SELECT 1 FROM call_reports WHERE call_id = $1 AND person_id = $2 AND source = $3 AND batch = $4";

    private const string Load =
        "SELECT person_id, began_at, body FROM call_reports WHERE call_id = $1 ORDER BY person_id, source, batch";

    private const string RemoveOld =
        """
        DELETE FROM call_reports WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM call_reports WHERE received_at < $1 ORDER BY received_at LIMIT $2))
        """;

    internal enum Saved
    {
        New,
        KnownAlready,
        TooMuch,
    }

    public async Task<Saved> SaveAsync(Guid callId, Guid personId, ReportBatch batch, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var body = JsonSerializer.Serialize(batch, json.Value.SerializerOptions);
        if (batch.Batch == 0)
        {
            await using var remove = Command(RemoveOld, now - Kept, MaxRemovedAtOnce);
            await remove.ExecuteNonQueryAsync(cancel);
        }

        await using var insert = Command(Insert, callId, personId, batch.Source, batch.Batch, now.AddMilliseconds(-batch.AgeMs), now, body.Length);
        insert.Parameters.Add(new NpgsqlParameter { Value = body, NpgsqlDbType = NpgsqlDbType.Jsonb });
        insert.Parameters.Add(new NpgsqlParameter { Value = (long)MaxBytesPerPerson });
        insert.Parameters.Add(new NpgsqlParameter { Value = (long)MaxSourcesPerPerson });
        if (await insert.ExecuteScalarAsync(cancel) is not null)
        {
            return Saved.New;
        }

        await using var exists = Command(Exists, callId, personId, batch.Source, batch.Batch);
        return await exists.ExecuteScalarAsync(cancel) is null ? Saved.TooMuch : Saved.KnownAlready;
    }

    /// <summary>Everything that was reported of a call, the batches of each device in order.</summary>
    public async Task<List<StoredBatch>> LoadAsync(Guid callId, CancellationToken cancel)
    {
        await using var command = Command(Load, callId);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<StoredBatch>();
        while (await rows.ReadAsync(cancel))
        {
            var batch = JsonSerializer.Deserialize<ReportBatch>(rows.GetString(2), json.Value.SerializerOptions)!;
            found.Add(new StoredBatch(rows.GetGuid(0), rows.GetFieldValue<DateTimeOffset>(1), batch));
        }

        return found;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
