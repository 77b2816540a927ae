using static Sightline.Calls.Tests.Scene;

namespace Sightline.Calls.Tests;

public class GroupStoryTests
{
    [Fact]
    public void When_one_of_several_declines_the_others_go_on_ringing()
    {
        var scene = Ringing(Grace, Joan).Do(new Decline(Grace));

        scene.Call.State.ShouldBe(CallState.Ringing);
        scene.StandingOf(Grace).ShouldBe(Standing.Declined);
        scene.StandingOf(Joan).ShouldBe(Standing.Ringing);
        scene.Do(new Decline(Joan)).Call.Outcome.ShouldBe(Outcome.Declined);
    }

    [Fact]
    public void Each_person_has_their_own_time_to_answer()
    {
        var scene = Connected().Do(Ask(Ada, Joan)).Wait(Timeouts.Ring / 2).Do(Ask(Grace, Mary));

        scene.Wait(Timeouts.Ring / 2);
        scene.StandingOf(Joan).ShouldBe(Standing.Missed);
        scene.StandingOf(Mary).ShouldBe(Standing.Ringing);

        scene.Wait(Timeouts.Ring / 2);
        scene.StandingOf(Mary).ShouldBe(Standing.Missed);
        scene.Call.State.ShouldBe(CallState.Connected);
    }

    [Fact]
    public void Whoever_hangs_up_among_more_than_two_leaves_and_the_others_go_on()
    {
        var scene = Three().Do(new End(Grace));

        scene.Call.State.ShouldBe(CallState.Connected);
        scene.StandingOf(Grace).ShouldBe(Standing.Left);
        scene.Do(new End(Joan)).Call.Outcome.ShouldBe(Outcome.Ended);
    }

    [Fact]
    public void A_caller_who_leaves_does_not_take_the_call_away()
    {
        var scene = Three().Do(new End(Ada));

        scene.Call.IsOver.ShouldBeFalse();
        scene.Do(Ask(Grace, Mary)).StandingOf(Mary).ShouldBe(Standing.Ringing);
    }

    [Theory]
    [InlineData(Standing.Left)]
    [InlineData(Standing.Lost)]
    [InlineData(Standing.Declined)]
    [InlineData(Standing.Busy)]
    [InlineData(Standing.Missed)]
    public void Whoever_is_out_comes_back_with_any_device(Standing standing)
    {
        var scene = standing switch
        {
            Standing.Left => Three().Do(new Leave(Joan, JoansPhone)),
            Standing.Lost => Three().Do(new Lose(Joan, JoansPhone)).Wait(Timeouts.Grace),
            Standing.Declined => Connected().Do(Ask(Ada, Joan)).Do(new Decline(Joan)),
            Standing.Busy => Connected().Do(Ask(Ada, Joan)).Do(new Decline(Joan, InAnotherCall: true)),
            _ => Connected().Do(Ask(Ada, Joan)).Wait(Timeouts.Ring),
        };
        scene.StandingOf(Joan).ShouldBe(standing);

        scene.Do(new Join(Joan, MarysPhone)).Do(new Accept(Joan, MarysPhone));

        scene.StandingOf(Joan).ShouldBe(Standing.Joined);
        scene.Call.Find(Joan)!.DeviceId.ShouldBe(MarysPhone);
    }

    [Fact]
    public void Nobody_comes_back_into_a_full_call()
    {
        var scene = Three().Do(new End(Joan)).Do(Ask(Ada, Mary, Mallory));

        scene.Refused(new Accept(Joan, JoansPhone)).ShouldBe(RejectReason.NoRoom);
        scene.Do(new Decline(Mary)).Do(new Accept(Joan, JoansPhone)).StandingOf(Joan).ShouldBe(Standing.Joined);
    }

    [Fact]
    public void A_fifth_person_is_not_rung() => Three().Refused(Ask(Ada, Mary, Mallory)).ShouldBe(RejectReason.NoRoom);

    [Fact]
    public void People_who_were_never_in_cannot_make_a_call_grow_without_end()
    {
        var scene = Connected();
        while (scene.Call.Participants.Length < CallRules.MaxPeopleEver)
        {
            var next = Guid.NewGuid();
            scene.Do(Ask(Ada, next)).Do(new Decline(next));
        }

        scene.Refused(Ask(Ada, Mary)).ShouldBe(RejectReason.NoRoom);
    }

    [Fact]
    public void An_invitation_to_somebody_who_rings_already_changes_nothing()
    {
        var scene = Connected().Do(Ask(Ada, Joan));

        scene.Decide(Ask(Grace, Joan, Ada)).ShouldBe(new Decision.Accepted(scene.Call, []));
    }

    [Fact]
    public void Only_somebody_who_is_in_invites() => Ringing().Refused(Ask(Grace, Joan)).ShouldBe(RejectReason.InvalidTransition);

    [Fact]
    public void Whoever_talks_to_somebody_else_and_declines_was_busy()
    {
        var call = Ringing().Do(new Decline(Grace, InAnotherCall: true)).Call;

        call.Outcome.ShouldBe(Outcome.Busy);
        call.Find(Grace)!.Standing.ShouldBe(Standing.Busy);
    }

    [Fact]
    public void Whoever_talks_and_has_a_call_waiting_is_busy_without_a_ring()
    {
        var accepted = new CallRules(Timeouts).Initiate(Guid.Empty, CallType.Audio, Guid.Empty, Ada, [Grace], default, [Grace])
            .ShouldBeOfType<Decision.Accepted>();

        accepted.Call.Outcome.ShouldBe(Outcome.Busy);
        accepted.Call.EndedAt.ShouldNotBeNull();
        accepted.Effects.OfType<Ring>().ShouldBeEmpty();
        accepted.Effects.ShouldContain(new Announce());
    }

    [Fact]
    public void One_who_is_busy_does_not_keep_the_others_from_ringing()
    {
        var accepted = new CallRules(Timeouts).Initiate(Guid.Empty, CallType.Audio, Guid.Empty, Ada, [Grace, Joan], default, [Grace])
            .ShouldBeOfType<Decision.Accepted>();

        accepted.Call.State.ShouldBe(CallState.Ringing);
        accepted.Effects.OfType<Ring>().ShouldBe([new Ring(Joan)]);
    }

    [Fact]
    public void A_device_that_stays_away_is_lost_and_the_others_go_on()
    {
        var scene = Three().Do(new Lose(Joan, JoansPhone)).Wait(Timeouts.Grace);

        scene.StandingOf(Joan).ShouldBe(Standing.Lost);
        scene.Call.State.ShouldBe(CallState.Connected);
        scene.Do(new Lose(Ada, AdasPhone)).Wait(Timeouts.Grace).Call.Outcome.ShouldBe(Outcome.ConnectionLost);
    }

    [Fact]
    public void A_person_whose_media_fails_is_lost_and_the_others_go_on()
    {
        var scene = Three()
            .Do(new ReportMedia(Joan, JoansPhone, MediaState.Reconnecting))
            .Do(new ReportMedia(Joan, JoansPhone, MediaState.Failed));

        scene.StandingOf(Joan).ShouldBe(Standing.Lost);
        scene.Call.State.ShouldBe(CallState.Connected, "whoever reconnected has gone");
        scene.Do(new ReportMedia(Ada, AdasPhone, MediaState.Failed)).Call.Outcome.ShouldBe(Outcome.ConnectionLost);
    }

    [Fact]
    public void Everybody_who_answers_gets_the_time_to_connect()
    {
        var scene = Ringing(Grace, Joan).Do(new Accept(Grace, GracesPhone)).Wait(Timeouts.Setup / 2).Do(new Accept(Joan, JoansPhone));

        scene.Wait(Timeouts.Setup / 2).Call.State.ShouldBe(CallState.Connecting);
        scene.Wait(Timeouts.Setup / 2).Call.Outcome.ShouldBe(Outcome.FailedSetup);
    }

    [Fact]
    public void The_last_one_waits_for_whoever_still_rings_and_no_longer()
    {
        var scene = Connected().Do(Ask(Ada, Joan)).Do(new End(Grace));
        scene.Call.IsOver.ShouldBeFalse();

        scene.Wait(Timeouts.Ring).Call.Outcome.ShouldBe(Outcome.Ended);
    }

    [Fact]
    public void Coming_and_going_is_in_the_history() =>
        Three().Do(new End(Grace)).Do(new Accept(Grace, GracesTablet)).History.TakeLast(2)
            .Select(line => (line.From, line.To, line.By, line.Cause))
            .ShouldBe(
            [
                (CallState.Connected, CallState.Connected, Grace, "end"),
                (CallState.Connected, CallState.Connected, Grace, "accept"),
            ]);
}
