using Microsoft.Extensions.Options;
using Sightline.Calls;
using Sightline.Server.Recordings;
using Sightline.Server.Telemetry;

namespace Sightline.Server.Calls;

/// <summary>What became of a command: the call as it is now, or why not.</summary>
internal abstract record CallResult
{
    private CallResult()
    {
    }

    public sealed record Done(Call Call) : CallResult;

    /// <summary>Nothing was to be done: somebody else's call rings for this person already.</summary>
    public sealed record Theirs(Call Call) : CallResult;

    public sealed record Refused(RejectReason Reason) : CallResult;

    public sealed record NotFound : CallResult;
}

/// <summary>
/// Takes a command through the rules and into the database, then carries out the effects. Two writers of one call meet at
/// its version: the second reads again and decides again, so every race has one outcome on any number of nodes.
/// </summary>
internal sealed partial class CallService(
    CallStore store,
    CallRules rules,
    CallTimers timers,
    CallAnnouncer announcer,
    RecordingChanges recordings,
    ServerMetrics metrics,
    IOptions<CallOptions> options,
    TimeProvider time,
    ILogger<CallService> log)
{
    /// <summary>Each lost race means that somebody else made progress; a call has few devices, so this is never reached by them.</summary>
    private const int MaxAttempts = 50;

    /// <summary>
    /// Rings these people; where one of them rings the caller in this channel at the same moment, that call is the answer.
    /// </summary>
    public async Task<CallResult> InitiateAsync(
        CallType type, Guid channelId, Guid callerId, IReadOnlyCollection<Guid> calleeIds, Guid traceId)
    {
        var begunAt = time.GetUtcNow();
        var (theirs, decision) = await store.InitiateAsync(
            channelId,
            callerId,
            calleeIds,
            busy => Traced(rules.Initiate(Guid.CreateVersion7(), type, channelId, callerId, calleeIds, Now(), busy), traceId));
        switch (decision)
        {
            case null:
                return new CallResult.Theirs(theirs!);
            case Decision.Accepted accepted:
                using (CallTrace.Start(command: null, accepted.Call, begunAt))
                {
                    metrics.Begun(type);
                    await CarryOutAsync(before: null, accepted);
                }

                return new CallResult.Done(accepted.Call);
            case Decision.Rejected rejected:
                return new CallResult.Refused(rejected.Reason);
            default:
                throw new InvalidOperationException("A decision is accepted or rejected.");
        }
    }

    public async Task<CallResult> InviteAsync(Guid callId, Guid personId, IReadOnlyCollection<Guid> inviteeIds, CancellationToken cancel) =>
        await DecideAsync(callId, new Invite(personId, [.. inviteeIds], await store.BusyAsync(inviteeIds, callId, cancel)), cancel);

    public async Task<CallResult> DeclineAsync(Guid callId, Guid personId, CancellationToken cancel) =>
        await DecideAsync(callId, new Decline(personId, await store.IsInAnotherCallAsync(personId, callId, cancel)), cancel);

    public async Task<CallResult> DecideAsync(Guid callId, Command command, CancellationToken cancel)
    {
        var begunAt = time.GetUtcNow();
        var remembered = store.Recall(callId);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if ((remembered ?? await store.LoadAsync(callId, cancel)) is not { } before)
            {
                return new CallResult.NotFound();
            }

            switch (rules.Decide(before, command, Now()))
            {
                case Decision.Accepted accepted when !ReferenceEquals(accepted.Call, before):
                    if (await store.TryWriteAsync(before, accepted, atOnce: command is Accept))
                    {
                        using (CallTrace.Start(command, accepted.Call, begunAt))
                        {
                            await CarryOutAsync(before, accepted);
                        }

                        return new CallResult.Done(accepted.Call);
                    }

                    break;
                // What is remembered may be old: nobody is refused, and nothing passed over, because of it.
                case var _ when remembered is not null:
                    break;
                case Decision.Accepted:
                    return new CallResult.Done(before);
                case Decision.Rejected rejected:
                    LogRefused(callId, before.TraceId, command.GetType().Name, rejected.Reason);
                    return new CallResult.Refused(rejected.Reason);
            }

            remembered = null;
        }

        throw new InvalidOperationException($"A call lost {MaxAttempts} races in a row.");
    }

    /// <summary>The call as it is, or <c>null</c> when there is none.</summary>
    public Task<Call?> FindAsync(Guid callId, CancellationToken cancel) => store.LoadAsync(callId, cancel);

    /// <summary>Whether this person belongs to this call. People come into a call and never out of it, so an old yes is a yes.</summary>
    public async Task<bool> IsParticipantAsync(Guid callId, Guid personId, CancellationToken cancel) =>
        store.Recall(callId)?.Find(personId) is not null || (await store.LoadAsync(callId, cancel))?.Find(personId) is not null;

    /// <summary>The call with everything that this node did to it; what other nodes did may be missing.</summary>
    public async Task<Call?> RecallAsync(Guid callId, CancellationToken cancel) =>
        store.Recall(callId) ?? await store.LoadAsync(callId, cancel);

    private static Decision Traced(Decision decision, Guid traceId) =>
        decision is Decision.Accepted accepted ? accepted with { Call = accepted.Call with { TraceId = traceId } } : decision;

    // PostgreSQL keeps microseconds; a call that was stored must equal the one that was decided.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>Once the change is stored it must reach everybody, so a request that was given up does not stop it.</summary>
    private async Task CarryOutAsync(Call? before, Decision.Accepted accepted)
    {
        timers.Arm(accepted.Call.WakeAt);
        if (before is not null)
        {
            metrics.Changed(before, accepted.Call, time.GetUtcNow(), options.Value.SetupTimeout);
        }

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
                case RecordingBegun begun:
                    await recordings.BegunAsync(begun.Recording);
                    break;
                case RecordingEnded ended:
                    await recordings.EndedAsync(ended.Recording);
                    break;
                case WriteHistory line:
                    LogChange(accepted.Call.Id, accepted.Call.TraceId, line.From, line.To, line.Cause, accepted.Call.Outcome);
                    break;
                default:
                    throw new InvalidOperationException("An effect that nobody carries out.");
            }
        }

        foreach (var person in accepted.Call.Participants)
        {
            if (person.Standing != Standing.Ringing && before?.Find(person.PersonId)?.Standing == Standing.Ringing)
            {
                announcer.Silence(accepted.Call, person.PersonId);
            }

            if (HasMissed(person) != HasMissed(before?.Find(person.PersonId)))
            {
                await announcer.TellMissedAsync(person.PersonId);
            }
        }

        static bool HasMissed(Participant? person) => person?.Standing == Standing.Missed;
    }

    [LoggerMessage(1, LogLevel.Information, "Call {CallId}: {From} to {To} by {Cause}, outcome {Outcome}; trace {TraceId:N}")]
    private partial void LogChange(Guid callId, Guid traceId, CallState? from, CallState to, string cause, Outcome? outcome);

    [LoggerMessage(2, LogLevel.Debug, "Call {CallId}: {Command} refused, {Reason}; trace {TraceId:N}")]
    private partial void LogRefused(Guid callId, Guid traceId, string command, RejectReason reason);
}
