using System.Text.Json;
using Npgsql;

namespace Sightline.Server.Recordings;

/// <summary>A change that the webhook is to be told.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record OutboxEvent(
    long Id, Guid EventId, Guid RecordingId, Guid CallId, string Status, DateTimeOffset At, string FilesJson, int Attempt)
{
    public const string Type = "Sightline.RecordingFileStatusUpdated";

    /// <summary>CloudEvents 1.0, structured, as JSON. The same bytes at every attempt.</summary>
    public byte[] ToBody()
    {
        using var files = JsonDocument.Parse(FilesJson);
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            specversion = "1.0",
            id = EventId,
            type = Type,
            source = "/recordings",
            subject = RecordingId,
            time = At,
            datacontenttype = "application/json",
            data = new { recording_id = RecordingId, call_id = CallId, status = Status, files = files.RootElement, at = At },
        });
    }
}

/// <summary>What waits to be told to the webhook. Rows come with the change they tell of, in one transaction.</summary>
internal sealed class Outbox(NpgsqlDataSource database)
{
    private const int MaxRemovedAtOnce = 200;
    private static readonly TimeSpan DeadKept = TimeSpan.FromDays(30);

    private const string Take =
        """
        UPDATE outbox SET attempts = attempts + 1, taken_until = $2 WHERE id = (
            SELECT id FROM outbox event
            WHERE NOT is_dead AND retry_at <= $1 AND (taken_until IS NULL OR taken_until < $1)
                AND NOT EXISTS (SELECT FROM outbox before
                    WHERE before.recording_id = event.recording_id AND before.id < event.id AND NOT before.is_dead)
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, event_id, recording_id, call_id, status, at, files::text, attempts
        """;

    private const string Remove = "DELETE FROM outbox WHERE id = $1";

    private const string Retry = "UPDATE outbox SET retry_at = $2, taken_until = NULL WHERE id = $1";

    private const string GiveUp = "UPDATE outbox SET is_dead = true, taken_until = NULL WHERE id = $1";

    private const string RemoveOld =
        "DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM outbox WHERE is_dead AND at < $1 ORDER BY at LIMIT $2))";

    private const string Count = "SELECT count(*) FILTER (WHERE NOT is_dead), count(*) FILTER (WHERE is_dead) FROM outbox";

    /// <summary>The next event whose time has come; of each recording only the first that waits.</summary>
    public async Task<OutboxEvent?> TakeAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = Command(Take, now, until);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        return await rows.ReadAsync(cancel)
            ? new OutboxEvent(
                rows.GetInt64(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetGuid(3), rows.GetString(4),
                rows.GetFieldValue<DateTimeOffset>(5), rows.GetString(6), rows.GetInt32(7))
            : null;
    }

    public Task RemoveAsync(long id) => ExecuteAsync(Remove, id);

    public Task RetryAsync(long id, DateTimeOffset at) => ExecuteAsync(Retry, id, at);

    public async Task GiveUpAsync(long id, DateTimeOffset now)
    {
        await ExecuteAsync(GiveUp, id);
        await ExecuteAsync(RemoveOld, now - DeadKept, MaxRemovedAtOnce);
    }

    public async Task<(long Waiting, long Dead)> CountAsync(CancellationToken cancel)
    {
        await using var command = Command(Count);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        await rows.ReadAsync(cancel);
        return (rows.GetInt64(0), rows.GetInt64(1));
    }

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
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
