using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;
using static Sightline.Server.Tests.Calls.CallScene;

namespace Sightline.Server.Tests.Calls;

public class GroupCallTests
{
    private const string Sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    [Fact]
    public async Task A_group_rings_each_and_goes_on_when_one_declines_and_another_leaves()
    {
        await using var scene = await CallScene.SetAsync();
        var (joan, mary) = (await scene.Server.SignUpAsync("Joan Clarke"), await scene.Server.SignUpAsync("Mary Jackson"));
        var bells = await Task.WhenAll(new[] { scene.Grace, joan, mary }.Select(scene.NotificationsAsync));
        await Task.WhenAll(bells.Select(bell => bell.SettleAsync()));

        await scene.RingGroupAsync(joan, mary);

        foreach (var bell in bells)
        {
            await bell.ExpectAsync("notification", ("notification_type", "CALL"), ("call_id", scene.CallId.ToString()));
        }

        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        (await scene.PostAsync(mary, "decline")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ada.ExpectCallAsync(call => StandingIn(call, mary) == "declined" && (string?)call["state"] == "RINGING");
        var (grace, joans) = (
            await EnterAsync(scene, scene.Grace, scene.GracesPhone),
            await EnterAsync(scene, joan, new PeerName(joan.PersonId, Guid.NewGuid())));
        await grace.SendAsync(new Offer(scene.AdasPhone, 1, Sdp));
        await ada.ExpectAsync("offer", ("from", scene.GracesPhone.ToString()));

        await grace.SendAsync(new MediaReport(WireMediaState.Connected));
        await joans.ExpectCallAsync("CONNECTED");
        await grace.SendAsync(new EndCall());
        (await grace.ExpectCloseAsync()).ShouldBe(4000);
        await joans.ExpectCallAsync(call => StandingIn(call, scene.Grace) == "left" && (string?)call["state"] == "CONNECTED");

        await joans.SendAsync(new EndCall());
        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("ended");
    }

    [Fact]
    public async Task Somebody_who_is_in_rings_more_people_and_each_has_their_own_deadline()
    {
        await using var scene = await CallScene.SetAsync();
        var joan = await scene.Server.SignUpAsync("Joan Clarke");
        var bell = await scene.NotificationsAsync(joan);
        var (ada, _) = await scene.ConnectAsync();
        var first = (await scene.CallAsync(scene.Ada))["ring_expires_at"]!.GetValue<DateTimeOffset>();

        (await InviteAsync(scene, scene.Grace, joan)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var ring = await bell.ExpectAsync("notification", ("notification_type", "CALL"), ("call_id", scene.CallId.ToString()));
        ring["expires_at"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(first);
        var call = await ada.ExpectCallAsync(call => call["participants"]!.AsArray().Count == 3);
        call["participants"]![2]!["ring_expires_at"]!.GetValue<DateTimeOffset>().ShouldBe(ring["expires_at"]!.GetValue<DateTimeOffset>());
        call["participants"]![0]!["ring_expires_at"].ShouldBeNull();

        await EnterAsync(scene, joan, new PeerName(joan.PersonId, Guid.NewGuid()));
        await ada.ExpectCallAsync(call => StandingIn(call, joan) == "joined");
    }

    [Fact]
    public async Task Whoever_has_left_comes_back_with_a_new_device_and_is_heard_once_in()
    {
        await using var scene = await CallScene.SetAsync();
        var joan = await scene.Server.SignUpAsync("Joan Clarke");
        var (ada, grace) = await scene.ConnectAsync();
        await InviteAsync(scene, scene.Ada, joan);
        var joans = await EnterAsync(scene, joan, new PeerName(joan.PersonId, Guid.NewGuid()));
        await joans.SendAsync(new Leave());
        await ada.ExpectCallAsync(call => StandingIn(call, joan) == "left");

        var tablet = new PeerName(joan.PersonId, Guid.NewGuid());
        var back = await scene.JoinAsync(joan, tablet);
        await ada.ExpectAsync("peer_joined", ("peer", tablet.ToString()), ("standing", "left"));
        await back.SendAsync(new Offer(scene.AdasPhone, 1, Sdp));
        await back.ExpectAsync("error", ("code", "not_accepted"));

        // News of others leave the door open.
        await grace.SendAsync(new MediaReport(WireMediaState.Reconnecting));
        await back.ExpectCallAsync("RECONNECTING");

        await back.SendAsync(new Accept());
        await ada.ExpectCallAsync(call => StandingIn(call, joan) == "joined");
        await back.SendAsync(new Offer(scene.AdasPhone, 1, Sdp));
        await ada.ExpectAsync("offer", ("from", tablet.ToString()));
    }

    [Fact]
    public async Task A_call_has_four_people_at_most()
    {
        await using var scene = await CallScene.SetAsync();
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => scene.Server.SignUpAsync($"Person {i}")));
        await scene.ConnectAsync();

        (await InviteAsync(scene, scene.Ada, people)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await InviteAsync(scene, scene.Ada, people[0], people[1])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await InviteAsync(scene, scene.Ada, people[2])).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await InviteAsync(scene, scene.Ada, people[0])).StatusCode.ShouldBe(HttpStatusCode.OK, "who rings already is passed over");
    }

    [Fact]
    public async Task A_person_in_a_call_gets_one_more_ring_and_is_busy_for_the_next()
    {
        await using var scene = await CallScene.SetAsync();
        var (joan, mary) = (await scene.Server.SignUpAsync("Joan Clarke"), await scene.Server.SignUpAsync("Mary Jackson"));
        await scene.ConnectAsync();
        var bell = await scene.NotificationsAsync(scene.Grace);
        await bell.SettleAsync();

        var waiting = await InitiateAsync(joan, scene.Grace);
        ((string?)waiting["state"]).ShouldBe("RINGING");
        await bell.ExpectAsync("notification", ("notification_type", "CALL"), ("call_id", (string?)waiting["call_id"]));

        var refused = await InitiateAsync(mary, scene.Grace);
        ((string?)refused["state"]).ShouldBe("ENDED");
        ((string?)refused["outcome"]).ShouldBe("busy");
        StandingIn(refused, scene.Grace).ShouldBe("busy");

        var declined = await scene.Grace.Client.PostAsync(
            $"/calls/{(string?)waiting["call_id"]}/decline", content: null, TestContext.Current.CancellationToken);
        ((string?)(await ReadAsync(declined))["outcome"]).ShouldBe("busy");
    }

    [Fact]
    public async Task Whoever_is_invited_with_a_call_waiting_is_busy_at_once()
    {
        await using var scene = await CallScene.SetAsync();
        var (joan, mary, lise) = (
            await scene.Server.SignUpAsync("Joan Clarke"), await scene.Server.SignUpAsync("Mary Jackson"),
            await scene.Server.SignUpAsync("Lise Meitner"));
        await scene.ConnectAsync();
        await InitiateAsync(joan, mary);
        await InitiateAsync(lise, joan);

        (await InviteAsync(scene, scene.Ada, joan)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await scene.StandingAsync(joan)).ShouldBe("busy");
    }

    [Fact]
    public async Task A_device_that_answered_over_rest_and_never_comes_is_lost_after_the_grace_time()
    {
        await using var scene = await CallScene.SetAsync(("Calls:Grace", "00:00:02"));
        var joan = await scene.Server.SignUpAsync("Joan Clarke");
        var (ada, _) = await scene.ConnectAsync();
        await InviteAsync(scene, scene.Ada, joan);

        await scene.PostAsync(joan, "accept", new { device_id = Guid.NewGuid() });

        await ada.ExpectCallAsync(call => StandingIn(call, joan) == "lost" && (string?)call["state"] == "CONNECTED");
    }

    [Fact]
    public async Task Two_who_call_each_other_at_the_same_moment_have_one_call()
    {
        await using var scene = await CallScene.SetAsync();
        var channelId = await ChannelAsync(scene.Ada, scene.Grace);
        for (var round = 0; round < 20; round++)
        {
            var answers = await Task.WhenAll(new[] { scene.Ada, scene.Grace }.Select(person =>
                person.Client.PostAsJsonAsync(
                    "/calls/initiate", new { call_type = "audio", channel_id = channelId },
                    TestContext.Current.CancellationToken)));
            var calls = await Task.WhenAll(answers.Select(ReadAsync));

            answers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Created]);
            calls[0]["call_id"]!.GetValue<Guid>().ShouldBe(calls[1]["call_id"]!.GetValue<Guid>());

            // Whoever came second answers at once, and both are in.
            var (second, first) = answers[0].StatusCode == HttpStatusCode.OK ? (scene.Ada, scene.Grace) : (scene.Grace, scene.Ada);
            var path = $"/calls/{calls[0]["call_id"]!.GetValue<Guid>()}";
            var accepted = await ReadAsync(
                await second.Client.PostAsJsonAsync($"{path}/accept", new { device_id = Guid.NewGuid() }, TestContext.Current.CancellationToken));
            ((string?)accepted["state"]).ShouldBe("CONNECTING");
            (StandingIn(accepted, first), StandingIn(accepted, second)).ShouldBe(("joined", "joined"));
            await first.Client.PostAsync(new Uri($"{path}/end", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<DeviceSocket> EnterAsync(CallScene scene, TestPerson person, PeerName device)
    {
        var socket = await scene.JoinAsync(person, device);
        await socket.SendAsync(new Accept());
        await socket.ExpectCallAsync(call => StandingIn(call, person) == "joined");
        return socket;
    }

    private static Task<HttpResponseMessage> InviteAsync(CallScene scene, TestPerson by, params TestPerson[] people) =>
        scene.PostAsync(by, "invite", new { person_ids = people.Select(person => person.PersonId) });

    private static async Task<JsonObject> InitiateAsync(TestPerson caller, TestPerson callee)
    {
        var body = new { call_type = "audio", channel_id = await ChannelAsync(caller, callee) };
        return await caller.Client.Post("/calls/initiate", body).Json(HttpStatusCode.Created);
    }
}
