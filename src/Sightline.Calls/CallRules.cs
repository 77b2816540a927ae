using System.Collections.Immutable;

namespace Sightline.Calls;

/// <summary>How long a call waits for people and devices.</summary>
/// <param name="Ring">From a person's first ring to <see cref="Standing.Missed"/>.</param>
/// <param name="Setup">From the accept to the first media, then <see cref="Outcome.FailedSetup"/>.</param>
/// <param name="Grace">How long a device may be without a socket before the call goes on without it.</param>
public sealed record CallTimeouts(TimeSpan Ring, TimeSpan Setup, TimeSpan Grace)
{
    public static CallTimeouts Default { get; } = new(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
}

/// <summary>
/// The rules of a call: a pure function from a call, a command and the time to the next call and its effects. It knows no
/// clock, no socket and no database; whoever calls it stores the result under <see cref="Call.Version"/> and decides again
/// when someone else was quicker.
/// </summary>
public sealed class CallRules(CallTimeouts timeouts)
{
    /// <summary>People who ring or are in one call at the same time.</summary>
    public const int MaxParticipants = 4;

    /// <summary>People who were ever in one call, or asked to be.</summary>
    public const int MaxPeopleEver = 32;

    /// <summary>A new call that rings the callees.</summary>
    /// <param name="busy">Those callees who are in a call and have another one waiting: they are not rung.</param>
    public Decision Initiate(
        Guid callId,
        CallType type,
        Guid channelId,
        Guid callerId,
        IReadOnlyCollection<Guid> calleeIds,
        DateTimeOffset now,
        ImmutableHashSet<Guid>? busy = null)
    {
        if (calleeIds.Count is 0 or >= MaxParticipants || calleeIds.Contains(callerId) || calleeIds.Distinct().Count() != calleeIds.Count)
        {
            return new Decision.Rejected(RejectReason.WrongParticipants);
        }

        var call = new Call
        {
            Id = callId,
            Type = type,
            ChannelId = channelId,
            CallerId = callerId,
            Participants =
            [
                // The caller's device has not joined yet: it has the grace time to do so.
                new Participant(callerId, Standing.Joined, DeviceId: null, RingExpiresAt: null, now + timeouts.Grace, MediaState.None),
                .. calleeIds.Select(id => Asked(id, busy, now)),
            ],
            State = CallState.Ringing,
            Version = 1,
            CreatedAt = now,
            RingExpiresAt = now + timeouts.Ring,
        };
        if (!KeepsGoing(call))
        {
            call = Over(call, Outcome.Busy, endedBy: null).Call! with { EndedAt = now };
            return new Decision.Accepted(call, [new WriteHistory(now, From: null, CallState.Ended, callerId, "initiate"), new Announce()]);
        }

        return new Decision.Accepted(
            call,
            [
                new WriteHistory(now, From: null, CallState.Ringing, callerId, "initiate"),
                .. call.Participants.Where(p => p.Standing == Standing.Ringing).Select(p => new Ring(p.PersonId)),
            ]);
    }

    /// <summary>What <paramref name="command"/> does to <paramref name="call"/> at <paramref name="now"/>.</summary>
    public Decision Decide(Call call, Command command, DateTimeOffset now)
    {
        Participant? who = null;
        if (command is PersonCommand { PersonId: var personId })
        {
            who = call.Find(personId);
            if (who is null)
            {
                return new Decision.Rejected(RejectReason.NotAParticipant);
            }
        }

        return Conclude(call, Transition(call, who!, command, now), command, now);
    }

    /// <summary>The table: every state and command, and what follows. What is not listed is refused.</summary>
    private Step Transition(Call call, Participant who, Command command, DateTimeOffset now) => (call.State, command) switch
    {
        (CallState.Ended, End or Leave or Lose or Tick) => Step.Nothing,
        (CallState.Ended, _) => Step.Refuse(RejectReason.CallOver),

        (_, Tick) => ExpireWhatIsDue(call, now),
        (_, Lose lose) => Detach(call, who, lose.DeviceId, now),
        (_, Join join) => who.Standing == Standing.Joined ? Attach(call, who, join.DeviceId) : Step.Nothing,
        (_, Accept accept) => Enter(call, who, accept.DeviceId, now),

        (_, Decline { InAnotherCall: true }) when who.Standing == Standing.Ringing => Go(call, who.Out(Standing.Busy), Outcome.Busy),
        (_, Decline or End) when who.Standing == Standing.Ringing => Go(call, who.Out(Standing.Declined), Outcome.Declined),
        // A closed page is not a decline: the person's other devices go on ringing. And whoever is out is out.
        (_, Leave) when who.Standing != Standing.Joined => Step.Nothing,
        (_, End) when who.Standing != Standing.Joined => Step.Nothing,
        _ when who.Standing != Standing.Joined => Step.Refuse(RejectReason.InvalidTransition),

        (_, Invite invite) => Ask(call, invite, now),
        (CallState.Ringing or CallState.Connecting, Cancel) when who.PersonId == call.CallerId => HangUp(call, who, Outcome.Cancelled),
        (CallState.Ringing or CallState.Connecting, End) => HangUp(call, who, Outcome.Cancelled),
        (CallState.Connected or CallState.Reconnecting, End) => HangUp(call, who, Outcome.Ended),
        (CallState.Ringing, Leave leave) => IfOwnDevice(who, leave.DeviceId, () => HangUp(call, who, Outcome.Cancelled)),
        (_, Leave leave) => IfOwnDevice(who, leave.DeviceId, () => Go(call, who.Out(Standing.Left), Outcome.Left)),
        (CallState.Connecting or CallState.Connected or CallState.Reconnecting, ReportMedia report)
            => IfOwnDevice(who, report.DeviceId, () => HearOfMedia(call, who, report.Media, now)),
        (CallState.Connecting or CallState.Connected or CallState.Reconnecting, StartRecording start) => call.Recording is null
            ? Step.To(call with
            {
                Recording = new CallRecording(start.RecordingId, start.FolderId, who.PersonId, now, now + start.MaxLength),
            })
            : Step.Nothing,
        (_, StopRecording) => call.Recording is null ? Step.Nothing : Step.To(call with { Recording = null }),

        _ => Step.Refuse(RejectReason.InvalidTransition),
    };

    private static Step IfOwnDevice(Participant who, Guid deviceId, Func<Step> then) =>
        who.DeviceId == deviceId ? then() : Step.Refuse(RejectReason.AnsweredElsewhere);

    /// <summary>Two people talk, or one waits for another who rings.</summary>
    private static bool KeepsGoing(Call call) => call.Count(Standing.Joined) switch
    {
        0 => false,
        1 => call.Count(Standing.Ringing) > 0,
        _ => true,
    };

    private static Step Attach(Call call, Participant who, Guid deviceId)
    {
        if (who.DeviceId is { } taken && taken != deviceId)
        {
            return Step.Refuse(RejectReason.AnsweredElsewhere);
        }

        return who.DeviceId == deviceId && who.AwayUntil is null
            ? Step.Nothing
            : Step.To(call.With(who with { DeviceId = deviceId, AwayUntil = null }), visible: who.DeviceId != deviceId);
    }

    private Step Detach(Call call, Participant who, Guid deviceId, DateTimeOffset now) =>
        who.DeviceId == deviceId && who.AwayUntil is null
            ? Step.To(call.With(who with { AwayUntil = now + timeouts.Grace }), visible: false)
            : Step.Nothing;

    /// <summary>Answers, or comes back in. Once more from the same device is no news; from another it is too late.</summary>
    private Step Enter(Call call, Participant who, Guid deviceId, DateTimeOffset now)
    {
        if (who.Standing == Standing.Joined)
        {
            return IfOwnDevice(who, deviceId, () => Step.Nothing);
        }

        if (who.Standing != Standing.Ringing && call.Participants.Count(p => p.Counts) >= MaxParticipants)
        {
            return Step.Refuse(RejectReason.NoRoom);
        }

        var entered =
            call.With(new Participant(who.PersonId, Standing.Joined, deviceId, RingExpiresAt: null, AwayUntil: null, MediaState.None));
        return Step.To(call.State is CallState.Ringing or CallState.Connecting
            ? entered with { State = CallState.Connecting, SetupExpiresAt = now + timeouts.Setup }
            : entered);
    }

    private Step Ask(Call call, Invite invite, DateTimeOffset now)
    {
        var asked = invite.PersonIds.Distinct()
            .Where(id => call.Find(id) is not { Counts: true })
            .Select(id => Asked(id, invite.Busy, now))
            .ToList();
        if (asked.Count == 0)
        {
            return Step.Nothing;
        }

        var participants = asked.Aggregate(
            call.Participants,
            (people, p) => call.Find(p.PersonId) is { } known ? people.Replace(known, p) : people.Add(p));
        return participants.Count(p => p.Counts) > MaxParticipants || participants.Length > MaxPeopleEver
            ? Step.Refuse(RejectReason.NoRoom)
            : Step.To(call with { Participants = participants, RingExpiresAt = now + timeouts.Ring });
    }

    private Participant Asked(Guid personId, ImmutableHashSet<Guid>? busy, DateTimeOffset now) => busy?.Contains(personId) == true
        ? new Participant(personId, Standing.Busy, DeviceId: null, RingExpiresAt: null, AwayUntil: null, MediaState.None)
        : new Participant(personId, Standing.Ringing, DeviceId: null, now + timeouts.Ring, AwayUntil: null, MediaState.None);

    /// <summary>Of two, ends the call and leaves both as they were; of more, goes.</summary>
    private static Step HangUp(Call call, Participant who, Outcome outcome) =>
        KeepsGoing(call.With(who.Out(Standing.Left))) ? Go(call, who.Out(Standing.Left), outcome) : Over(call, outcome, who.PersonId);

    /// <summary>Somebody is out, and the call goes on if there is a call without them.</summary>
    private static Step Go(Call call, Participant gone, Outcome outcome)
    {
        var without = call.With(gone);
        return KeepsGoing(without) ? Step.To(Settle(without)) : Over(without, OnceConnected(call, outcome), gone.PersonId);
    }

    /// <summary>Whoever does not answer an invitation says nothing about a call that people have had.</summary>
    private static Outcome OnceConnected(Call call, Outcome outcome) =>
        call.ConnectedAt is not null && outcome is Outcome.Declined or Outcome.Busy or Outcome.Missed ? Outcome.Ended : outcome;

    /// <summary>The state of a call that goes on with fewer people.</summary>
    private static Call Settle(Call call) => call.State switch
    {
        CallState.Connecting => call with { SetupExpiresAt = call.Count(Standing.Joined) > 1 ? call.SetupExpiresAt : null },
        CallState.Connected or CallState.Reconnecting => call with { State = StateByMedia(call) },
        CallState.Ringing or CallState.Ended => call,
    };

    private static CallState StateByMedia(Call call) =>
        call.Participants.Any(p => p.Media == MediaState.Reconnecting) ? CallState.Reconnecting : CallState.Connected;

    private static Step HearOfMedia(Call call, Participant who, MediaState media, DateTimeOffset now)
    {
        var connecting = call.State == CallState.Connecting;
        switch (media)
        {
            case MediaState.Failed:
                var without = call.With(who.Out(Standing.Lost));
                return KeepsGoing(without)
                    ? Step.To(Settle(without))
                    : Over(call, connecting ? Outcome.FailedSetup : Outcome.ConnectionLost, endedBy: null);
            case MediaState.None:
            case MediaState.Reconnecting when connecting:
                return Step.Nothing;
            case MediaState.Connected:
            case MediaState.Reconnecting:
                if (who.Media == media)
                {
                    return Step.Nothing;
                }

                var heard = call.With(who with { Media = media });
                var state = StateByMedia(heard);
                return Step.To(
                    heard with { State = state, ConnectedAt = call.ConnectedAt ?? now, SetupExpiresAt = null },
                    visible: state != call.State);
            default:
                throw new ArgumentOutOfRangeException(nameof(media), media, "Not a media state.");
        }
    }

    private static Step ExpireWhatIsDue(Call call, DateTimeOffset now)
    {
        if (call.WakeAt is not { } due || due > now)
        {
            return Step.Nothing;
        }

        if (call.SetupExpiresAt <= now)
        {
            return Over(call, Outcome.FailedSetup, endedBy: null);
        }

        var without = call with
        {
            Recording = call.Recording?.EndsAt <= now ? null : call.Recording,
            Participants =
            [
                .. call.Participants.Select(p =>
                    p.RingExpiresAt <= now ? p.Out(Standing.Missed) :
                    p.AwayUntil <= now ? p.Out(Standing.Lost) : p),
            ],
        };
        if (KeepsGoing(without))
        {
            return Step.To(Settle(without));
        }

        var missed = without.Count(Standing.Missed) > call.Count(Standing.Missed);
        var lost = without.Count(Standing.Lost) > call.Count(Standing.Lost);
        var outcome = call.State switch
        {
            CallState.Ringing => missed ? Outcome.Missed : Outcome.Cancelled,
            CallState.Connecting => lost ? Outcome.FailedSetup : Outcome.Missed,
            CallState.Connected or CallState.Reconnecting => lost ? Outcome.ConnectionLost : Outcome.Ended,
            CallState.Ended => throw new InvalidOperationException("A call that is over waits for nothing."),
        };
        return Over(without, outcome, endedBy: null);
    }

    private static Step Over(Call call, Outcome outcome, Guid? endedBy) => Step.To(call with
    {
        State = CallState.Ended,
        Outcome = outcome,
        EndedBy = endedBy,
        SetupExpiresAt = null,
        Recording = null,
        Participants =
        [
            // Whoever did not get to answer has missed a call, whatever ended it.
            .. call.Participants.Select(p => p.Standing == Standing.Ringing ? p.Out(Standing.Missed) : p with { AwayUntil = null }),
        ],
    });

    private static Decision Conclude(Call before, Step step, Command command, DateTimeOffset now)
    {
        if (step.Refusal is { } reason)
        {
            return new Decision.Rejected(reason);
        }

        if (step.Call is not { } next)
        {
            return new Decision.Accepted(before, []);
        }

        next = next with { Version = before.Version + 1, EndedAt = next.IsOver ? now : null };
        var effects = ImmutableArray.CreateBuilder<Effect>();
        if (next.State != before.State || next.Participants.Any(p => before.Find(p.PersonId)?.Standing != p.Standing))
        {
            effects.Add(new WriteHistory(now, before.State, next.State, (command as PersonCommand)?.PersonId, command.Cause));
        }

        if (next.Recording != before.Recording)
        {
            effects.Add(before.Recording is { } ended ? new RecordingEnded(ended, now) : new RecordingBegun(next.Recording!));
        }

        effects.AddRange(next.Participants
            .Where(p => p.Standing == Standing.Ringing && before.Find(p.PersonId)?.Standing != Standing.Ringing)
            .Select(p => new Ring(p.PersonId)));
        if (step.Visible)
        {
            effects.Add(new Announce());
        }

        return new Decision.Accepted(next, effects.ToImmutable());
    }

    /// <summary>The raw result of a transition: a new call, nothing to do, or a refusal.</summary>
    private readonly record struct Step(Call? Call, bool Visible, RejectReason? Refusal)
    {
        public static Step Nothing => default;

        public static Step To(Call call, bool visible = true) => new(call, visible, Refusal: null);

        public static Step Refuse(RejectReason reason) => new(Call: null, Visible: false, reason);
    }
}
