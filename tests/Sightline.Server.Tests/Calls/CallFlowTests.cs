using System.Net;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Calls;

public class CallFlowTests
{
    private const string Sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    [Fact]
    public async Task A_call_rings_is_answered_connects_and_ends()
    {
        await using var scene = await CallScene.SetAsync();
        var gracesBell = await scene.NotificationsAsync(scene.Grace);
        await gracesBell.SettleAsync();

        var ringing = await scene.RingAsync();
        ((string?)ringing["state"]).ShouldBe("RINGING");
        var bell = await gracesBell.ExpectAsync("notification", ("notification_type", "CALL"), ("call_id", scene.CallId.ToString()));
        ((string?)bell["caller"]!["display_name"]).ShouldBe("Ada Lovelace");
        ((string?)bell["call_type"]).ShouldBe("video");

        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var grace = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()), ("standing", "ringing"));

        await ada.SendAsync(new Offer(scene.GracesPhone, 1, Sdp));
        await grace.ExpectAsync("offer", ("from", scene.AdasPhone.ToString()), ("seq", "1"), ("sdp", Sdp));
        await grace.SendAsync(new Ack(scene.AdasPhone, 1));
        await ada.ExpectAsync("ack", ("from", scene.GracesPhone.ToString()));

        await grace.SendAsync(new Accept());
        await ada.ExpectCallAsync("CONNECTING");
        await grace.SendAsync(new Answer(scene.AdasPhone, 1, Sdp));
        await grace.SendAsync(new IceCandidatesBatch(scene.AdasPhone, 2, [new Candidate("candidate:1", "0", 0)]));
        await ada.ExpectAsync("answer", ("from", scene.GracesPhone.ToString()));
        await ada.ExpectAsync("ice_candidates_batch", ("seq", "2"));

        await ada.SendAsync(new MediaReport(WireMediaState.Connected));
        var connected = await grace.ExpectCallAsync("CONNECTED");
        connected["connected_at"].ShouldNotBeNull();

        await grace.SendAsync(new EndCall());
        var ended = await ada.ExpectCallAsync("ENDED");
        ((string?)ended["outcome"]).ShouldBe("ended");
        ((Guid?)ended["ended_by"]).ShouldBe(scene.Grace.PersonId);
        (await ada.ExpectCloseAsync()).ShouldBe(4000);
        await gracesBell.ExpectAsync("notification", ("notification_type", "CALL_UPDATED"));

        var details = await CallScene.ReadAsync(await scene.Ada.Client.GetAsync($"/calls/{scene.CallId}", TestContext.Current.CancellationToken));
        details["history"]!.AsArray().Select(line => (string?)line!["to"]).ShouldBe(["RINGING", "CONNECTING", "CONNECTED", "ENDED"]);
        var list = await CallScene.ReadAsync(await scene.Grace.Client.GetAsync("/calls", TestContext.Current.CancellationToken));
        list["calls"]!.AsArray().ShouldHaveSingleItem()!["call_id"]!.GetValue<Guid>().ShouldBe(scene.CallId);
    }

    [Theory]
    [InlineData("decline", false, "declined")]
    [InlineData("cancel", true, "cancelled")]
    [InlineData("end", true, "cancelled")]
    [InlineData("end", false, "declined")]
    public async Task A_ringing_call_ends_over_rest_with_its_outcome(string verb, bool byCaller, string outcome)
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var grace = await scene.JoinAsync(scene.Grace, scene.GracesPhone);

        (await scene.PostAsync(byCaller ? scene.Ada : scene.Grace, verb)).StatusCode.ShouldBe(HttpStatusCode.OK);

        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe(outcome);
        ((string?)(await grace.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe(outcome);
    }

    [Fact]
    public async Task A_connected_call_that_is_ended_over_rest_is_over_for_both()
    {
        await using var scene = await CallScene.SetAsync();
        var (ada, grace) = await scene.ConnectAsync();

        (await scene.PostAsync(scene.Grace, "end")).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var device in new[] { ada, grace })
        {
            var ended = await device.ExpectCallAsync("ENDED");
            ((string?)ended["outcome"]).ShouldBe("ended");
            ((Guid?)ended["ended_by"]).ShouldBe(scene.Grace.PersonId);
            (await device.ExpectCloseAsync()).ShouldBe(4000);
        }
    }

    [Fact]
    public async Task The_second_device_to_answer_learns_that_it_was_too_late()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        var phone = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        var tablet = await scene.JoinAsync(scene.Grace, scene.GracesTablet);

        await phone.SendAsync(new Accept());
        await phone.ExpectCallAsync("CONNECTING");

        await tablet.ExpectCallAsync("CONNECTING");
        (await tablet.ExpectCloseAsync()).ShouldBe(4000);
        var late = await scene.PostAsync(scene.Grace, "accept", new { device_id = scene.GracesTablet.DeviceId });
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        ((string?)(await CallScene.ReadAsync(late))["code"]).ShouldBe("invalid_transition");
    }

    [Fact]
    public async Task Of_many_devices_that_answer_at_once_exactly_one_wins()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => scene.PostAsync(scene.Grace, "accept", new { device_id = Guid.NewGuid() })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(15);
        var history = await CallScene.ReadAsync(await scene.Ada.Client.GetAsync($"/calls/{scene.CallId}", TestContext.Current.CancellationToken));
        history["history"]!.AsArray().Count(line => (string?)line!["to"] == "CONNECTING").ShouldBe(1);
    }

    [Fact]
    public async Task A_ringing_device_sends_neither_descriptions_nor_candidates()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var grace = await scene.JoinAsync(scene.Grace, scene.GracesPhone);

        await grace.SendAsync(new IceCandidatesBatch(scene.AdasPhone, 1, [new Candidate("candidate:1 1 udp 1 192.0.2.9 9 typ host")]));
        await grace.SendAsync(new Answer(scene.AdasPhone, 2, Sdp));
        await grace.ExpectAsync("error", ("code", "not_accepted"));
        await grace.ExpectAsync("error", ("code", "not_accepted"));
        await grace.SendAsync(new Ack(scene.AdasPhone, 1));

        // The first relayed message that reaches Ada is the acknowledgement: nothing leaked before it.
        var next = await ada.ReceiveAsync();
        while ((string?)next!["type"] == "peer_joined")
        {
            next = await ada.ReceiveAsync();
        }

        ((string?)next["type"]).ShouldBe("ack");
    }

    [Fact]
    public async Task A_call_that_nobody_answers_is_missed_after_the_ring_timeout()
    {
        await using var scene = await CallScene.SetAsync(("Calls:RingTimeout", "00:00:05"));
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);

        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("missed");
    }

    [Fact]
    public async Task A_person_who_connects_while_it_rings_hears_it()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();

        var bell = await scene.NotificationsAsync(scene.Grace);

        await bell.ExpectAsync("notification", ("notification_type", "CALL"), ("call_id", scene.CallId.ToString()));
    }

    [Fact]
    public async Task A_lost_device_that_comes_back_keeps_its_place_and_one_that_does_not_ends_the_call()
    {
        await using var scene = await CallScene.SetAsync(("Calls:Grace", "00:00:03"));
        var (ada, grace) = await scene.ConnectAsync();

        grace.Abort();
        await ada.ExpectAsync("peer_left", ("peer", scene.GracesPhone.ToString()), ("reason", "lost"));
        var back = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()), ("standing", "joined"));

        back.Abort();
        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("connection_lost");
    }

    [Fact]
    public async Task A_device_that_comes_and_goes_in_a_hurry_is_lost_when_it_is_gone_in_the_end()
    {
        await using var scene = await CallScene.SetAsync(("Calls:Grace", "00:00:02"));
        var (ada, grace) = await scene.ConnectAsync();

        for (var i = 0; i < 15; i++)
        {
            var newer = await scene.OpenCallAsync(scene.Grace);
            await newer.SendAsync(new Join(scene.GracesPhone.DeviceId));
            // Gone at a different step of the server's work each time.
            if (i % 2 == 0)
            {
                await newer.ExpectAsync("joined");
            }

            grace.Abort();
            grace = newer;
        }

        grace.Abort();
        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("connection_lost");
    }

    [Fact]
    public async Task A_newer_socket_of_the_same_device_takes_over()
    {
        await using var scene = await CallScene.SetAsync();
        var (ada, older) = await scene.ConnectAsync();

        var newer = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, Sdp));

        await newer.ExpectAsync("offer");
        (await older.ExpectCloseAsync()).ShouldBe(1000);
        ((string?)(await scene.CallAsync(scene.Ada))["state"]).ShouldBe("CONNECTED");
    }

    [Fact]
    public async Task An_older_socket_of_the_same_device_that_joins_last_does_not_take_over()
    {
        await using var scene = await CallScene.SetAsync();
        var (ada, _) = await scene.ConnectAsync();
        var older = await scene.OpenCallAsync(scene.Grace);
        var newer = await scene.JoinAsync(scene.Grace, scene.GracesPhone);

        await older.SendAsync(new Join(scene.GracesPhone.DeviceId));

        (await older.ExpectCloseAsync()).ShouldBe(1000);
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, Sdp));
        await newer.ExpectAsync("offer");
        ((string?)(await scene.CallAsync(scene.Ada))["state"]).ShouldBe("CONNECTED");
    }

    [Fact]
    public async Task A_page_that_leaves_ends_the_call_for_both()
    {
        await using var scene = await CallScene.SetAsync();
        var (ada, grace) = await scene.ConnectAsync();

        await grace.SendAsync(new Leave());

        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("left");
    }

    [Fact]
    public async Task A_page_whose_socket_is_gone_already_leaves_over_rest()
    {
        await using var scene = await CallScene.SetAsync();
        var (ada, _) = await scene.ConnectAsync();

        var other = await scene.PostAsync(scene.Grace, "leave", new { device_id = scene.GracesTablet.DeviceId });
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict, "only the device that takes part can leave");
        (await scene.PostAsync(scene.Grace, "leave", new { device_id = scene.GracesPhone.DeviceId })).StatusCode.ShouldBe(HttpStatusCode.OK);

        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("left");
    }

    [Fact]
    public async Task Presence_follows_sockets_and_calls()
    {
        await using var scene = await CallScene.SetAsync();
        var adasBell = await scene.NotificationsAsync(scene.Ada);
        await adasBell.SettleAsync();
        var id = scene.Grace.PersonId.ToString();

        var gracesBell = await scene.NotificationsAsync(scene.Grace);
        await adasBell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("person_id", id), ("presence", "online"));

        var (_, grace) = await scene.ConnectAsync();
        await adasBell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("person_id", id), ("presence", "in_call"));
        var people = await CallScene.ReadAsync(await scene.Ada.Client.GetAsync("/people", TestContext.Current.CancellationToken));
        people["people"]!.AsArray().ShouldHaveSingleItem()!["presence"]!.GetValue<string>().ShouldBe("in_call");

        await grace.SendAsync(new EndCall());
        await adasBell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("person_id", id), ("presence", "online"));
        gracesBell.Abort();
        await adasBell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("person_id", id), ("presence", "offline"));
    }

    [Fact]
    public async Task A_call_needs_a_channel_of_ones_own()
    {
        await using var scene = await CallScene.SetAsync();
        var mallory = await scene.Server.SignUpAsync("Mallory");
        var channel = await CallScene.ChannelAsync(scene.Ada, scene.Grace);

        var refused = await mallory.Client.PostAsync("/calls/initiate", System.Net.Http.Json.JsonContent.Create(new { call_type = "audio", channel_id = channel }), TestContext.Current.CancellationToken);

        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
