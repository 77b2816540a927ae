using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Sightline.Server.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary>A recording as it is stored.</summary>
/// <param name="People">Who was in the call while it was recorded, in the order of their seats.</param>
internal sealed record StoredRecording(
    Guid Id,
    Guid CallId,
    Guid ChannelId,
    Guid FolderId,
    WireRecordingStatus Status,
    double Progress,
    Guid StartedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? StoppedAt,
    long? LengthMs,
    WireRecordingProblem? Problem,
    IReadOnlyList<Guid> People,
    RecordingOutcome? Outcome)
{
    public RecordingView ToView(IReadOnlyDictionary<Guid, string> names) => new(
        Id, CallId, ChannelId, Status, Progress, StartedBy, StartedAt, StoppedAt, LengthMs, Problem,
        [.. People.Select(person => new PersonName(person, names.GetValueOrDefault(person, string.Empty)))]);
}

/// <param name="Attempt">From 1.</param>
internal readonly record struct FinishingJob(Guid RecordingId, Guid CallId, int Attempt);

/// <summary>Recordings in PostgreSQL. That they begin and end is written with their call (<see cref="CallSql"/>).</summary>
internal sealed class RecordingStore(NpgsqlDataSource database, IOptions<RecordingOptions> options, IOptions<JsonOptions> json)
{
    private const string Recordings =
        """
        SELECT r.id, r.call_id, c.channel_id, r.folder, r.status, r.progress, r.started_by, r.started_at, r.stopped_at, r.length_ms,
            r.problem, r.outcome,
            (SELECT array_agg(p.person_id ORDER BY s.seat) FROM recording_people p
                JOIN call_participants s ON s.call_id = r.call_id AND s.person_id = p.person_id WHERE p.recording_id = r.id)
        FROM recordings r JOIN calls c ON c.id = r.call_id

        """;

    private const string Find = Recordings + "WHERE r.id = $1";

    private const string LatestOfCall = Recordings + "WHERE r.call_id = $1 ORDER BY r.started_at DESC LIMIT 1";

    private const string List = Recordings +
        """
        WHERE r.started_at < $2 AND r.id IN (SELECT recording_id FROM recording_people WHERE person_id = $1)
        ORDER BY r.started_at DESC LIMIT $3
        """;

    private const string HasUnfinished =
        "SELECT EXISTS (SELECT FROM recordings WHERE folder = $1 AND status IN ('recording', 'finishing'))";

    private const string Release = "UPDATE recordings SET taken_until = NULL WHERE folder = $1 AND status = 'finishing'";

    private const string Take =
        """
        UPDATE recordings SET attempts = attempts + 1, taken_until = $3 WHERE id = (
            SELECT id FROM recordings
            WHERE folder = $1 AND status = 'finishing' AND retry_at <= $2 AND (taken_until IS NULL OR taken_until < $2)
            ORDER BY retry_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, call_id, attempts
        """;

    private const string Advance =
        "UPDATE recordings SET progress = GREATEST(progress, $2), taken_until = $3 WHERE id = $1 AND status = 'finishing'";

    private const string Return =
        "UPDATE recordings SET attempts = attempts - 1, taken_until = NULL WHERE id = $1 AND status = 'finishing'";

    private const string Retry =
        "UPDATE recordings SET retry_at = $2, problem = $3, taken_until = NULL WHERE id = $1 AND status = 'finishing'";

    private const string Finish =
        """
        WITH done AS (
            UPDATE recordings SET status = $2, problem = $3, length_ms = $4, outcome = $5, retry_at = NULL, taken_until = NULL,
                progress = CASE WHEN $2 = 'ready' THEN 1 ELSE progress END
            WHERE id = $1 AND status = 'finishing'
            RETURNING id, call_id, status),
        told AS (
            INSERT INTO outbox (recording_id, call_id, status, at, retry_at, files)
            SELECT id, call_id, status, $6, $6, $7 FROM done WHERE $8)
        SELECT count(*) FROM done
        """;

    public async Task<StoredRecording?> FindAsync(Guid recordingId, CancellationToken cancel) =>
        (await QueryAsync(Find, Read, cancel, recordingId)).FirstOrDefault();

    /// <summary>The last one of a call, whatever became of it.</summary>
    public async Task<StoredRecording?> LatestOfCallAsync(Guid callId, CancellationToken cancel) =>
        (await QueryAsync(LatestOfCall, Read, cancel, callId)).FirstOrDefault();

    /// <summary>Recordings in which this person was, newest first.</summary>
    public Task<List<StoredRecording>> ListAsync(Guid personId, int limit, DateTimeOffset? before, CancellationToken cancel) =>
        QueryAsync(List, Read, cancel, personId, (before ?? DateTimeOffset.MaxValue).ToUniversalTime(), limit);

    public async Task<bool> HasUnfinishedAsync(Guid folderId, CancellationToken cancel) =>
        (await QueryAsync(HasUnfinished, row => row.GetBoolean(0), cancel, folderId))[0];

    /// <summary>Whoever was at work in this folder before is not any more.</summary>
    public Task ReleaseAsync(Guid folderId, CancellationToken cancel) => ExecuteAsync(Release, cancel, folderId);

    /// <summary>One recording of this folder whose files are to be made; nobody else gets it until <paramref name="until"/>.</summary>
    public async Task<FinishingJob?> TakeAsync(Guid folderId, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        var taken = await QueryAsync(
            Take, row => new FinishingJob(row.GetGuid(0), row.GetGuid(1), row.GetInt32(2)), cancel, folderId, now, until);
        return taken is [var job] ? job : null;
    }

    public Task AdvanceAsync(Guid recordingId, double progress, DateTimeOffset until, CancellationToken cancel) =>
        ExecuteAsync(Advance, cancel, recordingId, progress, until);

    /// <summary>It was begun and not tried to the end: that does not count.</summary>
    public Task ReturnAsync(Guid recordingId, CancellationToken cancel) => ExecuteAsync(Return, cancel, recordingId);

    public Task RetryAsync(Guid recordingId, DateTimeOffset at, WireRecordingProblem problem, CancellationToken cancel) =>
        ExecuteAsync(Retry, cancel, recordingId, at, Word.Of(problem));

    /// <param name="outcome"><c>null</c> when there is a problem.</param>
    /// <returns>Whether this was it: <c>false</c> when it was done before.</returns>
    public async Task<bool> FinishAsync(
        Guid recordingId, RecordingOutcome? outcome, TimeSpan? length, WireRecordingProblem? problem, DateTimeOffset at)
    {
        var status = problem is null ? WireRecordingStatus.Ready : WireRecordingStatus.Failed;
        await using var command = Command(Finish, recordingId, Word.Of(status));
        Add(NpgsqlDbType.Text, problem is { } one ? Word.Of(one) : null);
        Add(NpgsqlDbType.Bigint, length is { } time ? (long)time.TotalMilliseconds : null);
        Add(NpgsqlDbType.Jsonb, outcome is null ? null : JsonSerializer.Serialize(outcome, json.Value.SerializerOptions));
        Add(NpgsqlDbType.TimestampTz, at);
        Add(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(outcome?.Files ?? [], json.Value.SerializerOptions));
        Add(NpgsqlDbType.Boolean, options.Value.HasWebhook);
        return await command.ExecuteScalarAsync(CancellationToken.None) is 1L;

        void Add(NpgsqlDbType type, object? value) =>
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
    }

    private StoredRecording Read(DbDataReader row) => new(
        row.GetGuid(0),
        row.GetGuid(1),
        row.GetGuid(2),
        row.GetGuid(3),
        Word.Parse<WireRecordingStatus>(row.GetString(4)),
        row.GetDouble(5),
        row.GetGuid(6),
        row.GetFieldValue<DateTimeOffset>(7),
        row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
        row.IsDBNull(9) ? null : row.GetInt64(9),
        row.IsDBNull(10) ? null : Word.Parse<WireRecordingProblem>(row.GetString(10)),
        row.IsDBNull(12) ? [] : row.GetFieldValue<Guid[]>(12),
        row.IsDBNull(11) ? null : JsonSerializer.Deserialize<RecordingOutcome>(row.GetString(11), json.Value.SerializerOptions));

    private async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<T>();
        while (await rows.ReadAsync(cancel))
        {
            found.Add(read(rows));
        }

        return found;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancel);
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
