using static Sightline.Calls.Tests.Scene;

namespace Sightline.Calls.Tests;

public class CallStoryTests
{
    [Fact]
    public void A_new_call_rings_the_callee_and_waits_for_the_caller_to_join()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var decision = new CallRules(Timeouts).Initiate(Guid.NewGuid(), CallType.Audio, Guid.NewGuid(), Ada, [Grace], now);

        var accepted = decision.ShouldBeOfType<Decision.Accepted>();
        accepted.Effects.ShouldContain(new Ring(Grace));
        accepted.Effects.ShouldContain(new WriteHistory(now, From: null, CallState.Ringing, Ada, "initiate"));
        accepted.Call.WakeAt.ShouldBe(now + Timeouts.Grace);
    }

    [Fact]
    public void A_call_runs_from_ringing_to_ended_and_keeps_its_history()
    {
        var scene = Ringing()
            .Do(new Accept(Grace, GracesPhone))
            .Do(new ReportMedia(Grace, GracesPhone, MediaState.Connected))
            .Do(new ReportMedia(Ada, AdasPhone, MediaState.Connected))
            .Do(new ReportMedia(Ada, AdasPhone, MediaState.Reconnecting))
            .Do(new ReportMedia(Ada, AdasPhone, MediaState.Connected))
            .Do(new End(Grace));

        scene.History.Select(line => (line.To, line.By, line.Cause)).ShouldBe(
        [
            (CallState.Ringing, Ada, "initiate"),
            (CallState.Connecting, Grace, "accept"),
            (CallState.Connected, Grace, "media_connected"),
            (CallState.Reconnecting, Ada, "media_reconnecting"),
            (CallState.Connected, Ada, "media_connected"),
            (CallState.Ended, Grace, "end"),
        ]);
        scene.Call.Outcome.ShouldBe(Outcome.Ended);
        scene.Call.EndedBy.ShouldBe(Grace);
    }

    [Fact]
    public void The_first_device_to_accept_takes_part_and_the_second_learns_so()
    {
        var scene = Connecting();

        scene.Call.Find(Grace)!.DeviceId.ShouldBe(GracesPhone);
        scene.Refused(new Accept(Grace, GracesTablet)).ShouldBe(RejectReason.AnsweredElsewhere);
        scene.Refused(new Join(Grace, GracesTablet)).ShouldBe(RejectReason.AnsweredElsewhere);
    }

    [Fact]
    public void An_accept_that_is_sent_again_changes_nothing()
    {
        var scene = Connecting();
        var before = scene.Call;

        scene.Do(new Accept(Grace, GracesPhone)).Call.ShouldBeSameAs(before);
    }

    [Fact]
    public void A_call_that_nobody_answers_is_missed()
    {
        var scene = Ringing().Wait(Timeouts.Ring);

        scene.Call.Outcome.ShouldBe(Outcome.Missed);
        scene.Call.Find(Grace)!.Standing.ShouldBe(Standing.Missed);
        scene.Call.EndedBy.ShouldBeNull();
    }

    [Fact]
    public void A_caller_who_never_joins_cancels_by_absence()
    {
        var scene = Ringing().Do(new Lose(Ada, AdasPhone)).Wait(Timeouts.Grace);

        scene.Call.Outcome.ShouldBe(Outcome.Cancelled);
    }

    [Fact]
    public void A_ringing_device_that_closes_declines_nothing()
    {
        Ringing().Do(new Leave(Grace, GracesPhone)).Do(new Lose(Grace, GracesPhone)).Call.State.ShouldBe(CallState.Ringing);
    }

    [Fact]
    public void A_call_without_media_fails_its_setup()
    {
        Connecting().Wait(Timeouts.Setup).Call.Outcome.ShouldBe(Outcome.FailedSetup);
    }

    [Fact]
    public void A_device_that_comes_back_in_time_keeps_its_place()
    {
        var scene = Connected().Do(new Lose(Grace, GracesPhone));
        scene.Call.WakeAt.ShouldBe(scene.Now + Timeouts.Grace);

        scene.Wait(Timeouts.Grace - TimeSpan.FromMilliseconds(1)).Do(new Join(Grace, GracesPhone)).Wait(Timeouts.Grace);

        scene.Call.State.ShouldBe(CallState.Connected);
        scene.Call.WakeAt.ShouldBeNull();
    }

    [Fact]
    public void A_device_that_stays_away_ends_the_call_with_a_lost_connection()
    {
        Connected().Do(new Lose(Grace, GracesPhone)).Wait(Timeouts.Grace).Call.Outcome.ShouldBe(Outcome.ConnectionLost);
    }

    [Fact]
    public void A_tick_before_the_deadline_changes_nothing()
    {
        var scene = Ringing();
        var before = scene.Call;

        scene.Wait(Timeouts.Ring - TimeSpan.FromMilliseconds(1)).Call.ShouldBeSameAs(before);
    }

    [Fact]
    public void The_call_reconnects_until_every_device_has_media_again()
    {
        var scene = Reconnecting().Do(new ReportMedia(Ada, AdasPhone, MediaState.Reconnecting));

        scene.Do(new ReportMedia(Ada, AdasPhone, MediaState.Connected)).Call.State.ShouldBe(CallState.Reconnecting);
        scene.Do(new ReportMedia(Grace, GracesPhone, MediaState.Connected)).Call.State.ShouldBe(CallState.Connected);
    }

    [Theory]
    [InlineData(CallState.Connecting, Outcome.FailedSetup)]
    [InlineData(CallState.Connected, Outcome.ConnectionLost)]
    [InlineData(CallState.Reconnecting, Outcome.ConnectionLost)]
    public void Media_that_a_device_gives_up_ends_the_call(CallState state, Outcome outcome)
    {
        In(state).Do(new ReportMedia(Ada, AdasPhone, MediaState.Failed)).Call.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void A_page_that_closes_leaves_the_call()
    {
        var call = Connected().Do(new Leave(Grace, GracesPhone)).Call;

        call.Outcome.ShouldBe(Outcome.Left);
        call.EndedBy.ShouldBe(Grace);
        call.Find(Grace)!.Standing.ShouldBe(Standing.Left);
    }

    [Theory]
    [InlineData(CallState.Ringing)]
    [InlineData(CallState.Connecting)]
    [InlineData(CallState.Connected)]
    [InlineData(CallState.Reconnecting)]
    [InlineData(CallState.Ended)]
    public void A_stranger_can_do_nothing(CallState state)
    {
        var scene = In(state);
        Command[] commands =
        [
            new Join(Mallory, AdasPhone), new Accept(Mallory, GracesPhone), Ask(Mallory, Mary), new Decline(Mallory),
            new Cancel(Mallory), new End(Mallory),
            new Leave(Mallory, AdasPhone), new Lose(Mallory, AdasPhone), new ReportMedia(Mallory, AdasPhone, MediaState.Failed),
        ];
        foreach (var command in commands)
        {
            scene.Refused(command).ShouldBe(RejectReason.NotAParticipant);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(CallRules.MaxParticipants)]
    public void A_call_needs_one_to_three_callees(int callees)
    {
        var people = Enumerable.Range(0, callees).Select(_ => Guid.NewGuid()).ToArray();
        new CallRules(Timeouts).Initiate(Guid.NewGuid(), CallType.Audio, Guid.NewGuid(), Ada, people, default)
            .ShouldBe(new Decision.Rejected(RejectReason.WrongParticipants));
    }

    [Fact]
    public void Nobody_can_call_themselves() =>
        new CallRules(Timeouts).Initiate(Guid.NewGuid(), CallType.Audio, Guid.NewGuid(), Ada, [Ada], default)
            .ShouldBe(new Decision.Rejected(RejectReason.WrongParticipants));
}
