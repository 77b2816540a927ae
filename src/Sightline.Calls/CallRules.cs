using System.Collections.Immutable;

namespace Sightline.Calls;

/// <summary>How long a call waits for people and devices.</summary>
/// <param name="Ring">From the first ring to <see cref="Outcome.Missed"/>.</param>
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
    /// <summary>People in one call, the caller included.</summary>
    public const int MaxParticipants = 4;

    /// <summary>A new call that rings the callees.</summary>
    public Decision Initiate(Guid callId, CallType type, Guid channelId, Guid callerId, IReadOnlyCollection<Guid> calleeIds, DateTimeOffset now)
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
                new Participant(callerId, Standing.Joined, DeviceId: null, now + timeouts.Grace, MediaState.None),
                .. calleeIds.Select(id => new Participant(id, Standing.Ringing, DeviceId: null, AwayUntil: null, MediaState.None)),
            ],
            State = CallState.Ringing,
            Version = 1,
            CreatedAt = now,
            RingExpiresAt = now + timeouts.Ring,
        };
        return new Decision.Accepted(
            call,
            [
                new WriteHistory(now, From: null, CallState.Ringing, callerId, "initiate"),
                .. calleeIds.Select(id => new Ring(id)),
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

        return Conclude(call, Transition(call, who, command, now), command, now);
    }

    /// <summary>The table: every state and command, and what follows. What is not listed is refused.</summary>
    private Step Transition(Call call, Participant? who, Command command, DateTimeOffset now) => (call.State, command) switch
    {
        (CallState.Ended, End or Leave or Lose or Tick) => Step.Nothing,
        (CallState.Ended, _) => Step.Refuse(RejectReason.CallOver),

        (_, Join join) => Attach(call, who!, join.DeviceId),
        (_, Lose lose) => Detach(call, who!, lose.DeviceId, now),
        (_, Tick) => ExpireWhatIsDue(call, now),

        (CallState.Ringing, Accept accept) when who!.Standing == Standing.Ringing => Answer(call, who, accept.DeviceId, now),
        (CallState.Ringing, Decline or End) when who!.Standing == Standing.Ringing
            => Over(call.With(who with { Standing = Standing.Declined }), Outcome.Declined, who),
        (CallState.Ringing, Cancel or End) when IsCaller(call, who) => Over(call, Outcome.Cancelled, who),
        (CallState.Ringing, Leave leave) when IsCaller(call, who) => IfOwnDevice(who!, leave.DeviceId, () => Over(call, Outcome.Cancelled, who)),
        // A closed page is not a decline: the person's other devices go on ringing.
        (CallState.Ringing, Leave) => Step.Nothing,

        // Sent again after a reconnect, or by a device that was too late.
        (_, Accept accept) when !IsCaller(call, who) => IfOwnDevice(who!, accept.DeviceId, () => Step.Nothing),

        (CallState.Connecting, Cancel) when IsCaller(call, who) => Over(call, Outcome.Cancelled, who),
        (CallState.Connecting, End) => Over(call, Outcome.Cancelled, who),
        (CallState.Connected or CallState.Reconnecting, End) => Over(call, Outcome.Ended, who),
        (CallState.Connecting or CallState.Connected or CallState.Reconnecting, Leave leave)
            => IfOwnDevice(who!, leave.DeviceId, () => Over(call.With(who! with { Standing = Standing.Left }), Outcome.Left, who)),
        (CallState.Connecting or CallState.Connected or CallState.Reconnecting, ReportMedia report)
            => IfOwnDevice(who!, report.DeviceId, () => HearOfMedia(call, who!, report.Media, now)),

        _ => Step.Refuse(RejectReason.InvalidTransition),
    };

    private static bool IsCaller(Call call, Participant? who) => who?.PersonId == call.CallerId;

    private static Step IfOwnDevice(Participant who, Guid deviceId, Func<Step> then) =>
        who.DeviceId == deviceId ? then() : Step.Refuse(RejectReason.AnsweredElsewhere);

    private static Step Attach(Call call, Participant who, Guid deviceId)
    {
        if (who.Standing == Standing.Ringing)
        {
            return Step.Nothing;
        }

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

    private Step Answer(Call call, Participant who, Guid deviceId, DateTimeOffset now) => Step.To(
        call.With(who with { Standing = Standing.Joined, DeviceId = deviceId }) with
        {
            State = CallState.Connecting,
            SetupExpiresAt = now + timeouts.Setup,
        });

    private static Step HearOfMedia(Call call, Participant who, MediaState media, DateTimeOffset now)
    {
        var connecting = call.State == CallState.Connecting;
        switch (media)
        {
            case MediaState.Failed:
                return Over(call, connecting ? Outcome.FailedSetup : Outcome.ConnectionLost, who: null);
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
                var state = heard.Participants.Any(p => p.Media == MediaState.Reconnecting) ? CallState.Reconnecting : CallState.Connected;
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

        var missed = call.State == CallState.Ringing && call.RingExpiresAt <= now;
        var outcome = call.State switch
        {
            CallState.Ringing => missed ? Outcome.Missed : Outcome.Cancelled,
            CallState.Connecting => Outcome.FailedSetup,
            CallState.Connected or CallState.Reconnecting => Outcome.ConnectionLost,
            CallState.Ended => throw new InvalidOperationException("A call that is over waits for nothing."),
        };
        return Over(call, outcome, who: null);
    }

    private static Step Over(Call call, Outcome outcome, Participant? who) => Step.To(call with
    {
        State = CallState.Ended,
        Outcome = outcome,
        EndedBy = who?.PersonId,
        SetupExpiresAt = null,
        Participants =
        [
            .. call.Participants.Select(p => p with
            {
                AwayUntil = null,
                // Whoever did not get to answer has missed a call, whatever ended it.
                Standing = p.Standing == Standing.Ringing ? Standing.Missed : p.Standing,
            }),
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
        var effects = ImmutableArray.CreateBuilder<Effect>(2);
        if (next.State != before.State)
        {
            effects.Add(new WriteHistory(now, before.State, next.State, (command as PersonCommand)?.PersonId, command.Cause));
        }

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
