using FsCheck;
using FsCheck.Fluent;
using static Sightline.Calls.Tests.Scene;

namespace Sightline.Calls.Tests;

/// <summary>Whatever people, devices and time do, in whatever order, these hold. A failure prints its seed and the shortest sequence.</summary>
public class RandomSequenceTests
{
    private static readonly Guid[] People = [Ada, Grace, Joan, Mary, Mallory];
    private static readonly Guid[] Invited =
        [Grace, Joan, Mary, new("00000000-0000-0000-0000-0000000000cc"), new("00000000-0000-0000-0000-0000000000dd")];
    private static readonly Guid[] Devices = [AdasPhone, AdasTablet, GracesPhone, JoansPhone, MarysPhone];

    private static readonly Gen<Command> AnyCommand =
        from person in Gen.Elements(People)
        from device in Gen.Elements(Devices)
        from media in Gen.Elements(Enum.GetValues<MediaState>())
        from invited in Gen.Elements(Invited)
        from busy in Gen.Elements(true, false, false)
        from command in Gen.Elements<Command>(
            new Join(person, device), new Accept(person, device), new Accept(person, device),
            new Decline(person, busy), new Cancel(person), new End(person),
            new Invite(person, [invited], busy ? [invited] : []),
            new Leave(person, device), new Lose(person, device), new ReportMedia(person, device, media), new Tick(),
            new StartRecording(person, Guid.NewGuid(), Guid.NewGuid(), TimeSpan.FromSeconds(50)), new StopRecording(person))
        select command;

    private static readonly Arbitrary<(Command Command, int WaitMs)[]> AnySequence =
        (from command in AnyCommand
         from waitMs in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(0, 60_000)))
         select (command, waitMs)).ArrayOf().ToArbitrary();

    [Fact]
    public void Versions_grow_by_one_with_each_change_and_never_without() => ForEveryStep((before, after, _, _) =>
        ReferenceEquals(before, after) || after.Version == before.Version + 1);

    [Fact]
    public void A_call_that_is_over_stays_as_it_is() => ForEveryStep((before, after, _, _) =>
        !before.IsOver || ReferenceEquals(before, after));

    [Fact]
    public void A_call_is_over_exactly_when_it_has_an_outcome_and_an_end() => ForEveryStep((_, after, _, _) =>
        after.IsOver == after.Outcome.HasValue && after.IsOver == after.EndedAt.HasValue);

    [Fact]
    public void A_call_always_waits_for_something_or_somebody_with_a_device() => ForEveryStep((_, after, _, _) =>
        after.IsOver || after.WakeAt is not null || after.Participants.All(p => p.Standing != Standing.Joined || p.DeviceId is not null));

    [Fact]
    public void Nobody_rings_once_the_call_is_over() => ForEveryStep((_, after, _, _) =>
        !after.IsOver || after.Participants.All(p => p.Standing != Standing.Ringing));

    [Fact]
    public void A_call_that_goes_on_has_two_people_in_it_or_one_who_waits_for_an_answer() => ForEveryStep((_, after, _, _) =>
        after.IsOver || In(after) >= 2 || (In(after) == 1 && after.Participants.Any(p => p.Standing == Standing.Ringing)));

    [Fact]
    public void A_call_never_has_more_people_than_it_may() => ForEveryStep((_, after, _, _) =>
        after.Participants.Count(p => p.Counts) <= CallRules.MaxParticipants && after.Participants.Length <= CallRules.MaxPeopleEver);

    [Fact]
    public void Only_the_caller_is_in_while_nobody_has_answered() => ForEveryStep((_, after, _, _) =>
        after.State != CallState.Ringing || (In(after) == 1 && after.Find(Ada)!.Standing == Standing.Joined));

    [Fact]
    public void Whoever_rings_has_a_deadline_and_whoever_is_out_has_neither_deadline_nor_device() => ForEveryStep((_, after, _, _) =>
        after.Participants.All(p => p.Standing switch
        {
            Standing.Ringing => p is { RingExpiresAt: not null, DeviceId: null, AwayUntil: null, Media: MediaState.None },
            Standing.Joined => p.RingExpiresAt is null,
            _ => p is { RingExpiresAt: null, DeviceId: null, AwayUntil: null, Media: MediaState.None },
        }));

    [Fact]
    public void A_person_who_is_in_never_changes_devices() => ForEveryStep((before, after, _, _) =>
        before.Participants.All(was => after.Find(was.PersonId) is { } isNow
            && (was.DeviceId is null || isNow.DeviceId is null || was.DeviceId == isNow.DeviceId)));

    [Fact]
    public void Nobody_disappears_or_changes_seats() => ForEveryStep((before, after, _, _) =>
        before.Participants.Select(p => p.PersonId).SequenceEqual(
            after.Participants.Take(before.Participants.Length).Select(p => p.PersonId)));

    [Fact]
    public void Whoever_begins_to_ring_is_rung_and_nobody_else() => ForEveryStep((before, after, effects, _) =>
        effects.OfType<Ring>().Select(ring => ring.PersonId).SequenceEqual(after.Participants
            .Where(p => p.Standing == Standing.Ringing && before.Find(p.PersonId)?.Standing != Standing.Ringing)
            .Select(p => p.PersonId)));

    [Fact]
    public void A_change_of_the_state_or_of_a_standing_is_announced_and_written_down_once() => ForEveryStep((before, after, effects, _) =>
    {
        var changed = before.State != after.State || after.Participants.Any(p => before.Find(p.PersonId)?.Standing != p.Standing);
        return effects.OfType<WriteHistory>().Count() == (changed ? 1 : 0) && (!changed || effects.OfType<Announce>().Any());
    });

    [Fact]
    public void Nothing_that_is_due_survives_a_tick() => ForEveryStep((_, after, _, now) =>
        new CallRules(Timeouts).Decide(after, new Tick(), now) is Decision.Accepted { Call: var ticked }
        && (ticked.WakeAt is null || ticked.WakeAt > now));

    [Fact]
    public void Connected_time_is_set_once() => ForEveryStep((before, after, _, _) =>
        before.ConnectedAt is null || before.ConnectedAt == after.ConnectedAt);

    [Fact]
    public void A_call_that_is_over_or_rings_is_not_recorded() => ForEveryStep((_, after, _, _) =>
        after.Recording is null || after.State is CallState.Connecting or CallState.Connected or CallState.Reconnecting);

    [Fact]
    public void Whether_a_call_is_recorded_is_always_announced_and_one_recording_never_becomes_another() =>
        ForEveryStep((before, after, effects, _) => before.Recording == after.Recording
            || (effects.OfType<Announce>().Any() && (before.Recording is null || after.Recording is null)));

    private static int In(Call call) => call.Participants.Count(p => p.Standing == Standing.Joined);

    private static void ForEveryStep(Func<Call, Call, IReadOnlyCollection<Effect>, DateTimeOffset, bool> holds) =>
        Prop.ForAll(AnySequence, sequence =>
        {
            var rules = new CallRules(Timeouts);
            var scene = sequence.Length % 2 == 0 ? Ringing() : Ringing(Grace, Joan);
            var (call, now) = (scene.Call, scene.Now);
            foreach (var (command, waitMs) in sequence)
            {
                now += TimeSpan.FromMilliseconds(waitMs);
                if (rules.Decide(call, command, now) is Decision.Accepted accepted)
                {
                    if (!holds(call, accepted.Call, accepted.Effects, now))
                    {
                        return false;
                    }

                    call = accepted.Call;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60));
}
