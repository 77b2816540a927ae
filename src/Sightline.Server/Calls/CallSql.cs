using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using Sightline.Calls;

namespace Sightline.Server.Calls;

/// <summary>The statements of <see cref="CallStore"/>, and how a <see cref="Call"/> becomes columns and comes back.</summary>
internal static class CallSql
{
    private const string Calls =
        """
        SELECT c.id, c.call_type, c.channel_id, c.caller_id, c.state, c.version, c.created_at, c.ring_expires_at, c.setup_expires_at,
            c.connected_at, c.ended_at, c.outcome, c.ended_by, p.*, c.trace_id, r.id, r.folder, r.started_by, r.started_at, r.ends_at
        FROM calls c LEFT JOIN recordings r ON r.call_id = c.id AND r.status = 'recording' CROSS JOIN LATERAL (
            SELECT array_agg(person_id ORDER BY seat), array_agg(standing ORDER BY seat), array_agg(device_id ORDER BY seat),
                array_agg(away_until ORDER BY seat), array_agg(media ORDER BY seat), array_agg(ring_expires_at ORDER BY seat)
            FROM call_participants WHERE call_id = c.id) p

        """;

    public const string Load = Calls + "WHERE c.id = $1";

    public const string RingingFor = Calls +
        """
        WHERE c.state <> 'ended'
            AND EXISTS (SELECT FROM call_participants WHERE call_id = c.id AND person_id = $1 AND standing = 'ringing')
        ORDER BY c.created_at
        """;

    /// <summary>Until the transaction ends, nobody else begins a call in this channel.</summary>
    public const string LockChannel = "SELECT FROM channels WHERE id = $1 FOR NO KEY UPDATE";

    /// <summary>The call in this channel that rings for this person.</summary>
    public const string RingingInChannel = Calls +
        """
        WHERE c.channel_id = $1 AND c.state = 'ringing'
            AND EXISTS (SELECT FROM call_participants WHERE call_id = c.id AND person_id = $2 AND standing = 'ringing')
        ORDER BY c.created_at LIMIT 1
        """;

    /// <summary>Those people who are in a call and have another one waiting, apart from this one.</summary>
    public const string Busy =
        """
        SELECT p.person_id FROM call_participants p JOIN calls c ON c.id = p.call_id
        WHERE p.person_id = ANY ($1) AND c.state <> 'ended' AND c.id <> $2
        GROUP BY p.person_id HAVING bool_or(p.standing = 'joined') AND bool_or(p.standing = 'ringing')
        """;

    public const string InAnotherCall =
        """
        SELECT p.call_id FROM call_participants p JOIN calls c ON c.id = p.call_id
        WHERE p.person_id = $1 AND c.state <> 'ended' AND c.id <> $2 AND p.standing = 'joined' LIMIT 1
        """;

    public const string CountUnseen = "SELECT count(*)::integer FROM call_participants WHERE person_id = $1 AND unseen";

    public const string MarkSeen = "UPDATE call_participants SET unseen = false WHERE person_id = $1 AND unseen RETURNING call_id";

    public const string List = Calls +
        """
        WHERE c.created_at < $2 AND c.id IN (SELECT call_id FROM call_participants WHERE person_id = $1)
        ORDER BY c.created_at DESC LIMIT $3
        """;

    /// <summary>Of everybody. Ids begin with the time.</summary>
    public const string ListAll = Calls + "WHERE c.created_at < $1 ORDER BY c.id DESC LIMIT $2";

    public const string History = """SELECT at, "from", "to", by, cause FROM call_history WHERE call_id = $1 ORDER BY id LIMIT $2""";

    public const string PresentDevices =
        """
        SELECT p.call_id, p.person_id, p.device_id FROM call_participants p JOIN calls c ON c.id = p.call_id
        WHERE c.state <> 'ended' AND p.device_id IS NOT NULL AND p.away_until IS NULL
        """;

    public const string Due = "SELECT id FROM calls WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2";

    public const string NextWakeAt = "SELECT wake_at FROM calls WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1";

    public const string Insert =
        """
        WITH written AS (
            INSERT INTO calls (id, version, state, setup_expires_at, connected_at, ended_at, outcome, ended_by, wake_at, ring_expires_at,
                call_type, channel_id, caller_id, created_at, trace_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $27)
            RETURNING id)
        """ + PeopleAndLines + Written;

    /// <summary>Two writers meet at the version: the second waits for the first, and then finds no row.</summary>
    private const string Change =
        """
        WITH written AS (
            UPDATE calls
            SET version = $2, state = $3, setup_expires_at = $4, connected_at = $5, ended_at = $6, outcome = $7, ended_by = $8,
                wake_at = $9, ring_expires_at = $10
            WHERE id = $1 AND version = $2 - 1
            RETURNING id)
        """ + PeopleAndLines;

    /// <summary>In the same statement, and so in the same transaction: no call written, nothing else written either.</summary>
    private const string PeopleAndLines =
        """
        , people AS (
            INSERT INTO call_participants AS known
                (call_id, person_id, seat, standing, device_id, away_until, media, ring_expires_at, unseen)
            SELECT written.id, person.*, person.standing = 'missed'
            FROM written,
                unnest($15::uuid[], $16::smallint[], $17::text[], $18::uuid[], $19::timestamptz[], $20::text[], $21::timestamptz[])
                AS person (person_id, seat, standing, device_id, away_until, media, ring_expires_at)
            ON CONFLICT (call_id, person_id) DO UPDATE SET standing = EXCLUDED.standing, device_id = EXCLUDED.device_id,
                away_until = EXCLUDED.away_until, media = EXCLUDED.media, ring_expires_at = EXCLUDED.ring_expires_at,
                unseen = EXCLUDED.standing = 'missed' AND (known.unseen OR known.standing <> 'missed')),
        lines AS (
            INSERT INTO call_history (call_id, at, "from", "to", by, cause)
            SELECT written.id, line.*
            FROM written, unnest($22::timestamptz[], $23::text[], $24::text[], $25::uuid[], $26::text[]) AS line)
        """;

    /// <summary>For changes that begin or end a recording, or bring people into one: by <see cref="AddRecording"/>.</summary>
    private const string Recorded =
        """
        , begun AS (
            INSERT INTO recordings (id, call_id, folder, status, started_by, started_at, ends_at)
            SELECT $27, written.id, $28, 'recording', $29, $30, $31 FROM written WHERE $27::uuid IS NOT NULL
            RETURNING id, call_id, status, started_at AS at),
        ended AS (
            UPDATE recordings SET status = 'finishing', stopped_at = $33, retry_at = $33 FROM written
            WHERE recordings.id = $32 AND recordings.status = 'recording'
            RETURNING recordings.id, recordings.call_id, recordings.status, recordings.stopped_at AS at),
        recorded AS (
            INSERT INTO recording_people (recording_id, person_id)
            SELECT $34, person_id FROM written, unnest($35::uuid[]) AS person (person_id) ON CONFLICT DO NOTHING),
        told AS (
            INSERT INTO outbox (recording_id, call_id, status, at, retry_at)
            SELECT id, call_id, status, at, at FROM (TABLE begun UNION ALL TABLE ended) change WHERE $36::boolean)
        """;

    private const string Written = "\nSELECT count(*) FROM written";

    public const string Update = Change + Written;

    public const string UpdateRecorded = Change + Recorded + Written;

    /// <summary>
    /// The same for an answer, without waiting for the disk: two people wait for each other, and the disk takes about as long
    /// as all the rest. PostgreSQL writes it within 0.6 s; only if it dies in that moment does the call ring again.
    /// </summary>
    public const string UpdateAtOnce = Update + AtOnce;

    public const string UpdateRecordedAtOnce = UpdateRecorded + AtOnce;

    private const string AtOnce = ", set_config('synchronous_commit', 'off', true)";

    /// <summary>For <see cref="Insert"/>, after <see cref="AddParameters"/>: what never changes again.</summary>
    public static void AddTrace(NpgsqlParameterCollection parameters, Call call) =>
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = call.TraceId });

    public static void AddParameters(NpgsqlParameterCollection parameters, Call? before, Decision.Accepted accepted)
    {
        var call = accepted.Call;
        Add(NpgsqlDbType.Uuid, call.Id);
        Add(NpgsqlDbType.Integer, call.Version);
        Add(NpgsqlDbType.Text, Word.Of(call.State));
        Add(NpgsqlDbType.TimestampTz, call.SetupExpiresAt);
        Add(NpgsqlDbType.TimestampTz, call.ConnectedAt);
        Add(NpgsqlDbType.TimestampTz, call.EndedAt);
        Add(NpgsqlDbType.Text, call.Outcome is { } outcome ? Word.Of(outcome) : null);
        Add(NpgsqlDbType.Uuid, call.EndedBy);
        Add(NpgsqlDbType.TimestampTz, call.WakeAt);
        Add(NpgsqlDbType.TimestampTz, call.RingExpiresAt);
        Add(NpgsqlDbType.Text, Word.Of(call.Type));
        Add(NpgsqlDbType.Uuid, call.ChannelId);
        Add(NpgsqlDbType.Uuid, call.CallerId);
        Add(NpgsqlDbType.TimestampTz, call.CreatedAt);

        // Whoever is as before is not written again.
        var people = call.Participants.Select((person, seat) => (Person: person, Seat: (short)seat))
            .Where(row => before?.Find(row.Person.PersonId) != row.Person).ToList();
        AddAll(NpgsqlDbType.Uuid, people.Select(row => row.Person.PersonId));
        AddAll(NpgsqlDbType.Smallint, people.Select(row => row.Seat));
        AddAll(NpgsqlDbType.Text, people.Select(row => Word.Of(row.Person.Standing)));
        AddAll(NpgsqlDbType.Uuid, people.Select(row => row.Person.DeviceId));
        AddAll(NpgsqlDbType.TimestampTz, people.Select(row => row.Person.AwayUntil));
        AddAll(NpgsqlDbType.Text, people.Select(row => Word.Of(row.Person.Media)));
        AddAll(NpgsqlDbType.TimestampTz, people.Select(row => row.Person.RingExpiresAt));

        var lines = accepted.Effects.OfType<WriteHistory>().ToList();
        AddAll(NpgsqlDbType.TimestampTz, lines.Select(line => line.At));
        AddAll(NpgsqlDbType.Text, lines.Select(line => line.From is { } from ? Word.Of(from) : null));
        AddAll(NpgsqlDbType.Text, lines.Select(line => Word.Of(line.To)));
        AddAll(NpgsqlDbType.Uuid, lines.Select(line => line.By));
        AddAll(NpgsqlDbType.Text, lines.Select(line => line.Cause));

        void Add(NpgsqlDbType type, object? value) =>
            parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });

        void AddAll<T>(NpgsqlDbType type, IEnumerable<T> values) => Add(NpgsqlDbType.Array | type, values.ToArray());
    }

    /// <summary>What a change means for the recording of its call; <c>null</c> for nothing.</summary>
    public static RecordingChange? FindRecording(Call before, Decision.Accepted accepted)
    {
        var begun = accepted.Effects.OfType<RecordingBegun>().FirstOrDefault();
        var ended = accepted.Effects.OfType<RecordingEnded>().FirstOrDefault();
        Guid[] people = accepted.Call.Recording is null
            ? []
            : [
                .. accepted.Call.Participants
                    .Where(p => p.Standing == Standing.Joined)
                    .Where(p => begun is not null || before.Find(p.PersonId)?.Standing != Standing.Joined)
                    .Select(p => p.PersonId),
            ];
        return begun is null && ended is null && people.Length == 0
            ? null
            : new RecordingChange(begun, ended, accepted.Call.Recording?.Id, people);
    }

    /// <summary>For <see cref="UpdateRecorded"/>, after <see cref="AddParameters"/>.</summary>
    /// <param name="isTold">Whether there is somebody to tell.</param>
    public static void AddRecording(NpgsqlParameterCollection parameters, RecordingChange change, bool isTold)
    {
        var begun = change.Begun?.Recording;
        Add(NpgsqlDbType.Uuid, begun?.Id);
        Add(NpgsqlDbType.Uuid, begun?.FolderId);
        Add(NpgsqlDbType.Uuid, begun?.StartedBy);
        Add(NpgsqlDbType.TimestampTz, begun?.StartedAt);
        Add(NpgsqlDbType.TimestampTz, begun?.EndsAt);
        Add(NpgsqlDbType.Uuid, change.Ended?.Recording.Id);
        Add(NpgsqlDbType.TimestampTz, change.Ended?.At);
        Add(NpgsqlDbType.Uuid, change.RecordingId);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, change.People);
        Add(NpgsqlDbType.Boolean, isTold);

        void Add(NpgsqlDbType type, object? value) =>
            parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
    }

    public static Call ReadCall(DbDataReader row)
    {
        var personIds = row.GetFieldValue<Guid[]>(13);
        var standings = row.GetFieldValue<string[]>(14);
        var deviceIds = row.GetFieldValue<Guid?[]>(15);
        var aways = row.GetFieldValue<DateTimeOffset?[]>(16);
        var media = row.GetFieldValue<string[]>(17);
        var ringTimes = row.GetFieldValue<DateTimeOffset?[]>(18);
        return new Call
        {
            Id = row.GetGuid(0),
            Type = Word.Parse<CallType>(row.GetString(1)),
            TraceId = row.GetGuid(19),
            ChannelId = row.GetGuid(2),
            CallerId = row.GetGuid(3),
            State = Word.Parse<CallState>(row.GetString(4)),
            Version = row.GetInt32(5),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(6),
            RingExpiresAt = row.GetFieldValue<DateTimeOffset>(7),
            SetupExpiresAt = Time(row, 8),
            ConnectedAt = Time(row, 9),
            EndedAt = Time(row, 10),
            Outcome = row.IsDBNull(11) ? null : Word.Parse<Outcome>(row.GetString(11)),
            EndedBy = Id(row, 12),
            Recording = row.IsDBNull(20)
                ? null
                : new CallRecording(
                    row.GetGuid(20),
                    row.GetGuid(21),
                    row.GetGuid(22),
                    row.GetFieldValue<DateTimeOffset>(23),
                    row.GetFieldValue<DateTimeOffset>(24)),
            Participants =
            [
                .. personIds.Select((personId, seat) => new Participant(
                    personId,
                    Word.Parse<Standing>(standings[seat]),
                    deviceIds[seat],
                    ringTimes[seat],
                    aways[seat],
                    Word.Parse<MediaState>(media[seat]))),
            ],
        };
    }

    public static WriteHistory ReadLine(DbDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0),
        row.IsDBNull(1) ? null : Word.Parse<CallState>(row.GetString(1)),
        Word.Parse<CallState>(row.GetString(2)),
        Id(row, 3),
        row.GetString(4));

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static Guid? Id(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
}

/// <param name="RecordingId">Of the recording that <paramref name="People"/> come into.</param>
internal sealed record RecordingChange(RecordingBegun? Begun, RecordingEnded? Ended, Guid? RecordingId, Guid[] People);
