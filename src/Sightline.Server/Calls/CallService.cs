using Microsoft.EntityFrameworkCore;
using Sightline.Calls;
using Sightline.Server.Database;

namespace Sightline.Server.Calls;

/// <summary>What became of a command: the call as it is now, or why not.</summary>
internal abstract record CallResult
{
    private CallResult()
    {
    }

    public sealed record Done(Call Call) : CallResult;

    public sealed record Refused(RejectReason Reason) : CallResult;

    public sealed record NotFound : CallResult;
}

/// <summary>
/// Takes a command through the rules and into the database, then carries out the effects. Two writers of one call meet at
/// its version: the second reads again and decides again, so every race has one outcome on any number of nodes.
/// </summary>
internal sealed partial class CallService(
    IDbContextFactory<SightlineDb> databases,
    CallRules rules,
    CallTimers timers,
    CallAnnouncer announcer,
    TimeProvider time,
    ILogger<CallService> log)
{
    /// <summary>Each lost race means that somebody else made progress; a call has few devices, so this is never reached by them.</summary>
    private const int MaxAttempts = 50;

    public async Task<CallResult> InitiateAsync(CallType type, Guid channelId, Guid callerId, IReadOnlyCollection<Guid> calleeIds, CancellationToken cancel)
    {
        var decision = rules.Initiate(Guid.CreateVersion7(), type, channelId, callerId, calleeIds, Now());
        switch (decision)
        {
            case Decision.Accepted accepted:
                await using (var db = await databases.CreateDbContextAsync(cancel))
                {
                    db.Add(CallRow.From(accepted.Call));
                    AddHistory(db, accepted);
                    await db.SaveChangesAsync(cancel);
                }

                await CarryOutAsync(accepted);
                return new CallResult.Done(accepted.Call);
            case Decision.Rejected rejected:
                return new CallResult.Refused(rejected.Reason);
            default:
                throw new InvalidOperationException("A decision is accepted or rejected.");
        }
    }

    public async Task<CallResult> DecideAsync(Guid callId, Command command, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var row = await db.Set<CallRow>().Include(call => call.Participants).SingleOrDefaultAsync(call => call.Id == callId, cancel);
            if (row is null)
            {
                return new CallResult.NotFound();
            }

            var before = row.ToCall();
            switch (rules.Decide(before, command, Now()))
            {
                case Decision.Rejected rejected:
                    LogRefused(callId, command.GetType().Name, rejected.Reason);
                    return new CallResult.Refused(rejected.Reason);
                case Decision.Accepted unchanged when ReferenceEquals(unchanged.Call, before):
                    return new CallResult.Done(before);
                case Decision.Accepted accepted:
                    row.Take(accepted.Call);
                    AddHistory(db, accepted);
                    try
                    {
                        await db.SaveChangesAsync(cancel);
                    }
                    catch (DbUpdateConcurrencyException)
                    {
                        continue;
                    }

                    await CarryOutAsync(accepted);
                    return new CallResult.Done(accepted.Call);
            }
        }

        throw new InvalidOperationException($"A call lost {MaxAttempts} races in a row.");
    }

    /// <summary>The call, or <c>null</c> when there is none.</summary>
    public async Task<Call?> FindAsync(Guid callId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var row = await db.Set<CallRow>().AsNoTracking().Include(call => call.Participants).SingleOrDefaultAsync(call => call.Id == callId, cancel);
        return row?.ToCall();
    }

    /// <summary>Calls that ring for this person now.</summary>
    public async Task<IReadOnlyList<Call>> RingingForAsync(Guid personId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<CallRow>().AsNoTracking().Include(call => call.Participants)
            .Where(call => call.State == CallState.Ringing
                && call.Participants.Any(p => p.PersonId == personId && p.Standing == Standing.Ringing))
            .OrderBy(call => call.CreatedAt)
            .ToListAsync(cancel);
        return [.. rows.Select(row => row.ToCall())];
    }

    /// <summary>Past and present calls of this person, newest first.</summary>
    public async Task<IReadOnlyList<Call>> ListAsync(Guid personId, int limit, DateTimeOffset? before, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<CallRow>().AsNoTracking().Include(call => call.Participants)
            .Where(call => call.Participants.Any(p => p.PersonId == personId) && (before == null || call.CreatedAt < before))
            .OrderByDescending(call => call.CreatedAt)
            .Take(limit)
            .ToListAsync(cancel);
        return [.. rows.Select(row => row.ToCall())];
    }

    /// <summary>The changes of state of one call, oldest first.</summary>
    public async Task<IReadOnlyList<HistoryRow>> HistoryAsync(Guid callId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Set<HistoryRow>().AsNoTracking().Where(line => line.CallId == callId).OrderBy(line => line.Id).ToListAsync(cancel);
    }

    /// <summary>
    /// A node that starts has no socket of anybody, and one that was killed told nobody so: every device of an unfinished call
    /// is away until it comes back.
    /// </summary>
    public async Task LoseEverybodyAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var present = await (
            from call in db.Set<CallRow>()
            where call.State != CallState.Ended
            from participant in call.Participants
            where participant.DeviceId != null && participant.AwayUntil == null
            select new { call.Id, participant.PersonId, participant.DeviceId }).ToListAsync(cancel);
        foreach (var device in present)
        {
            await DecideAsync(device.Id, new Lose(device.PersonId, device.DeviceId!.Value), cancel);
        }
    }

    // PostgreSQL keeps microseconds; a call that was stored must equal the one that was decided.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private static void AddHistory(SightlineDb db, Decision.Accepted accepted)
    {
        foreach (var line in accepted.Effects.OfType<WriteHistory>())
        {
            db.Add(new HistoryRow { CallId = accepted.Call.Id, At = line.At, From = line.From, To = line.To, By = line.By, Cause = line.Cause });
        }
    }

    /// <summary>Once the change is stored it must reach everybody, so a request that was given up does not stop it.</summary>
    private async Task CarryOutAsync(Decision.Accepted accepted)
    {
        timers.Arm(accepted.Call.WakeAt);
        foreach (var effect in accepted.Effects)
        {
            switch (effect)
            {
                case Ring ring:
                    await announcer.RingAsync(accepted.Call, ring.PersonId);
                    break;
                case Announce:
                    await announcer.AnnounceAsync(accepted.Call);
                    break;
                case WriteHistory line:
                    LogChange(accepted.Call.Id, line.From, line.To, line.Cause, accepted.Call.Outcome);
                    break;
                default:
                    throw new InvalidOperationException("An effect that nobody carries out.");
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Call {CallId}: {From} to {To} by {Cause}, outcome {Outcome}")]
    private partial void LogChange(Guid callId, CallState? from, CallState to, string cause, Outcome? outcome);

    [LoggerMessage(2, LogLevel.Debug, "Call {CallId}: {Command} refused, {Reason}")]
    private partial void LogRefused(Guid callId, string command, RejectReason reason);
}
