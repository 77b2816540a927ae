using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Npgsql;
using Sightline.Calls;
using Sightline.Server.Recordings;

namespace Sightline.Server.Calls;

/// <summary>
/// Calls in PostgreSQL: read with one statement, and changed with one, because people wait for each of them. Calls that run are
/// remembered, so that most commands cost the change alone. What is remembered may be old: it is good for deciding what is then
/// stored on top of its version, and for questions whose answer never changes.
/// </summary>
internal sealed class CallStore(NpgsqlDataSource database, IOptions<RecordingOptions> options) : IDisposable
{
    private const int MaxRemembered = 10_000;
    private const int MaxHistoryLines = 1_000;

    /// <summary>A call that another node has ended is forgotten after this time without a command.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _remembered = new(new MemoryCacheOptions { SizeLimit = MaxRemembered });

    /// <summary>The call as this node last saw it; <c>null</c> when it did not, or when it was over.</summary>
    public Call? Recall(Guid callId) => _remembered.Get<Call>(callId);

    /// <summary>The call as it is, or <c>null</c> when there is none.</summary>
    public async Task<Call?> LoadAsync(Guid callId, CancellationToken cancel)
    {
        if (await QueryAsync(CallSql.Load, CallSql.ReadCall, cancel, callId) is not [var call])
        {
            return null;
        }

        Remember(call);
        return call;
    }

    /// <summary>Another node has written this version: what is older is no longer worth remembering.</summary>
    public void Forget(Guid callId, int version)
    {
        if (Recall(callId) is { } known && known.Version < version)
        {
            _remembered.Remove(callId);
        }
    }

    /// <summary>
    /// Writes a change on top of the version it was decided on. <c>false</c> when someone else was quicker; then nothing is
    /// written. Whoever has decided is not to be stopped half-way: there is nothing to cancel with.
    /// </summary>
    /// <param name="before">The call that was decided on.</param>
    /// <param name="accepted">What was decided.</param>
    /// <param name="atOnce">Whether people wait for it more than they would miss it (<see cref="CallSql.UpdateAtOnce"/>).</param>
    public async Task<bool> TryWriteAsync(Call before, Decision.Accepted accepted, bool atOnce)
    {
        var recording = CallSql.FindRecording(before, accepted);
        await using var command = database.CreateCommand((atOnce, recording) switch
        {
            (false, null) => CallSql.Update,
            (true, null) => CallSql.UpdateAtOnce,
            (false, _) => CallSql.UpdateRecorded,
            (true, _) => CallSql.UpdateRecordedAtOnce,
        });
        CallSql.AddParameters(command.Parameters, before, accepted);
        if (recording is not null)
        {
            CallSql.AddRecording(command.Parameters, recording, options.Value.HasWebhook);
        }

        if (await command.ExecuteScalarAsync(CancellationToken.None) is not 1L)
        {
            _remembered.Remove(accepted.Call.Id);
            return false;
        }

        Remember(accepted.Call);
        return true;
    }

    /// <summary>
    /// Writes a new call, unless one rings in this channel for the caller: two who call each other at the same moment take
    /// turns at the channel's row, and the second finds the call of the first.
    /// </summary>
    /// <param name="decide">Makes the new call, knowing which callees are in a call and have another one waiting.</param>
    /// <returns>The call that rings already, or what was decided.</returns>
    public async Task<(Call? Theirs, Decision? Decided)> InitiateAsync(
        Guid channelId, Guid callerId, IReadOnlyCollection<Guid> calleeIds, Func<ImmutableHashSet<Guid>, Decision> decide)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (theirs, busy) = await LookAsync(connection, channelId, callerId, calleeIds);
        if (theirs is not null)
        {
            return (theirs, null);
        }

        var decision = decide(busy);
        if (decision is Decision.Accepted accepted)
        {
            await using var command = new NpgsqlCommand(CallSql.Insert, connection, transaction);
            CallSql.AddParameters(command.Parameters, before: null, accepted);
            CallSql.AddTrace(command.Parameters, accepted.Call);
            await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            Remember(accepted.Call);
        }

        return (null, decision);
    }

    /// <summary>Those of these people who are in a call and have another one waiting, apart from this one.</summary>
    public async Task<ImmutableHashSet<Guid>> BusyAsync(IReadOnlyCollection<Guid> personIds, Guid callId, CancellationToken cancel) =>
        [.. await QueryAsync(CallSql.Busy, row => row.GetGuid(0), cancel, personIds.ToArray(), callId)];

    public async Task<bool> IsInAnotherCallAsync(Guid personId, Guid callId, CancellationToken cancel) =>
        await QueryAsync(CallSql.InAnotherCall, row => row.GetGuid(0), cancel, personId, callId) is not [];

    /// <summary>How many missed calls this person has not looked at.</summary>
    public async Task<int> CountUnseenAsync(Guid personId, CancellationToken cancel) =>
        (await QueryAsync(CallSql.CountUnseen, row => row.GetInt32(0), cancel, personId))[0];

    /// <summary>This person has looked at all calls so far; <c>false</c> when there was nothing new.</summary>
    public async Task<bool> MarkSeenAsync(Guid personId, CancellationToken cancel) =>
        await QueryAsync(CallSql.MarkSeen, row => row.GetGuid(0), cancel, personId) is not [];

    /// <summary>Calls that ring for this person now, oldest first.</summary>
    public Task<List<Call>> RingingForAsync(Guid personId, CancellationToken cancel) =>
        QueryAsync(CallSql.RingingFor, CallSql.ReadCall, cancel, personId);

    /// <summary>Past and present calls of this person, newest first.</summary>
    public Task<List<Call>> ListAsync(Guid personId, int limit, DateTimeOffset? before, CancellationToken cancel) =>
        QueryAsync(CallSql.List, CallSql.ReadCall, cancel, personId, (before ?? DateTimeOffset.MaxValue).ToUniversalTime(), limit);

    /// <summary>Past and present calls of everybody, newest first.</summary>
    public Task<List<Call>> ListAllAsync(int limit, DateTimeOffset? before, CancellationToken cancel) =>
        QueryAsync(CallSql.ListAll, CallSql.ReadCall, cancel, (before ?? DateTimeOffset.MaxValue).ToUniversalTime(), limit);

    /// <summary>The changes of state of one call, oldest first.</summary>
    public Task<List<WriteHistory>> HistoryAsync(Guid callId, CancellationToken cancel) =>
        QueryAsync(CallSql.History, CallSql.ReadLine, cancel, callId, MaxHistoryLines);

    /// <summary>Devices that are said to be here, in calls that are not over.</summary>
    public Task<List<(Guid CallId, Guid PersonId, Guid DeviceId)>> PresentDevicesAsync(CancellationToken cancel) =>
        QueryAsync(CallSql.PresentDevices, row => (row.GetGuid(0), row.GetGuid(1), row.GetGuid(2)), cancel);

    /// <summary>Calls with a deadline at <paramref name="now"/> or before, the most urgent first.</summary>
    public Task<List<Guid>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
        QueryAsync(CallSql.Due, row => row.GetGuid(0), cancel, now, limit);

    /// <summary>The next deadline of all calls.</summary>
    public async Task<DateTimeOffset?> NextWakeAtAsync(CancellationToken cancel) =>
        (await QueryAsync(CallSql.NextWakeAt, row => row.GetFieldValue<DateTimeOffset>(0), cancel)) is [var next] ? next : null;

    public void Dispose() => _remembered.Dispose();

    private void Remember(Call call)
    {
        if (call.IsOver)
        {
            _remembered.Remove(call.Id);
        }
        // Two writers of one node may come here in the wrong order.
        else if (Recall(call.Id) is not { } known || known.Version < call.Version)
        {
            _remembered.Set(call.Id, call, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Memory });
        }
    }

    /// <summary>Three statements in one round trip; the later two see what was done before the first got its lock.</summary>
    private static async Task<(Call? Theirs, ImmutableHashSet<Guid> Busy)> LookAsync(
        NpgsqlConnection connection, Guid channelId, Guid callerId, IReadOnlyCollection<Guid> calleeIds)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(CallSql.LockChannel) { Parameters = { new() { Value = channelId } } },
                new(CallSql.RingingInChannel) { Parameters = { new() { Value = channelId }, new() { Value = callerId } } },
                new(CallSql.Busy) { Parameters = { new() { Value = calleeIds.ToArray() }, new() { Value = Guid.Empty } } },
            },
        };
        await using var rows = await batch.ExecuteReaderAsync();
        await rows.NextResultAsync();
        var theirs = await rows.ReadAsync() ? CallSql.ReadCall(rows) : null;
        await rows.NextResultAsync();
        var busy = ImmutableHashSet.CreateBuilder<Guid>();
        while (await rows.ReadAsync())
        {
            busy.Add(rows.GetGuid(0));
        }

        return (theirs, busy.ToImmutable());
    }

    private async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<T>();
        while (await rows.ReadAsync(cancel))
        {
            found.Add(read(rows));
        }

        return found;
    }
}
