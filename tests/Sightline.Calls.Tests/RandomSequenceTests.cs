using FsCheck;
using FsCheck.Fluent;
using static Sightline.Calls.Tests.Scene;

namespace Sightline.Calls.Tests;

/// <summary>Whatever people, devices and time do, in whatever order, these hold. A failure prints its seed and the shortest sequence.</summary>
public class RandomSequenceTests
{
    private static readonly Guid[] People = [Ada, Grace, Mallory];
    private static readonly Guid[] Devices = [AdasPhone, AdasTablet, GracesPhone, GracesTablet];

    private static readonly Gen<Command> AnyCommand =
        from person in Gen.Elements(People)
        from device in Gen.Elements(Devices)
        from media in Gen.Elements(Enum.GetValues<MediaState>())
        from command in Gen.Elements<Command>(
            new Join(person, device), new Accept(person, device), new Decline(person), new Cancel(person), new End(person),
            new Leave(person, device), new Lose(person, device), new ReportMedia(person, device, media), new Tick())
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
        after.IsOver || after.WakeAt is not null || after.Participants.All(p => p.DeviceId is not null));

    [Fact]
    public void Nobody_rings_once_the_call_was_answered() => ForEveryStep((_, after, _, _) =>
        after.State == CallState.Ringing || after.Participants.All(p => p.Standing != Standing.Ringing));

    [Fact]
    public void A_person_never_changes_devices() => ForEveryStep((before, after, _, _) =>
        before.Participants.Zip(after.Participants).All(pair => pair.First.DeviceId is null || pair.First.DeviceId == pair.Second.DeviceId));

    [Fact]
    public void A_change_of_state_is_announced_and_written_down_once() => ForEveryStep((before, after, effects, _) =>
        effects.OfType<WriteHistory>().Count() == (before.State == after.State ? 0 : 1)
        && (before.State == after.State || effects.OfType<Announce>().Any()));

    [Fact]
    public void Nothing_that_is_due_survives_a_tick() => ForEveryStep((_, after, _, now) =>
        new CallRules(Timeouts).Decide(after, new Tick(), now) is Decision.Accepted { Call: var ticked }
        && (ticked.WakeAt is null || ticked.WakeAt > now));

    [Fact]
    public void Connected_time_is_set_once() => ForEveryStep((before, after, _, _) =>
        before.ConnectedAt is null || before.ConnectedAt == after.ConnectedAt);

    private static void ForEveryStep(Func<Call, Call, IReadOnlyCollection<Effect>, DateTimeOffset, bool> holds) =>
        Prop.ForAll(AnySequence, sequence =>
        {
            var rules = new CallRules(Timeouts);
            var scene = Ringing();
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
