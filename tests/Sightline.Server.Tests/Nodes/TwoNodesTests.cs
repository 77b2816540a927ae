using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Signalling;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Nodes;

/// <summary>People at two servers of one database talk as if there were one.</summary>
public class TwoNodesTests
{
    [Fact]
    public async Task A_call_rings_is_answered_and_ends_at_another_node()
    {
        await using var scene = await NodesScene.SetAsync();
        var bell = await scene.BellAsync(scene.Two.Address, scene.Grace);
        await scene.RingAsync();
        await bell.ExpectAsync("notification", ("notification_type", "CALL"), ("call_id", scene.CallId.ToString()));

        var ada = await scene.JoinAsync(scene.One.Address, scene.Ada, scene.AdasPhone);
        var grace = await scene.OpenAsync(scene.Two.Address, scene.Grace, $"/ws/call/{scene.CallId}");
        await grace.SendAsync(new Join(scene.GracesPhone.DeviceId));
        var peers = (await grace.ExpectAsync("joined"))["peers"]!.AsArray();
        ((string?)peers.ShouldHaveSingleItem()!["peer"]).ShouldBe(scene.AdasPhone.ToString());
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()), ("standing", "ringing"));

        var offer = Sdp(40_000);
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, offer));
        var heard = await grace.ExpectAsync("offer", ("from", scene.AdasPhone.ToString()));
        ((string?)heard["sdp"]).ShouldBe(offer);

        await grace.SendAsync(new Accept());
        await ada.ExpectCallAsync("CONNECTING");
        await grace.SendAsync(new Answer(scene.AdasPhone, 1, Sdp(9_000)));
        await grace.SendAsync(new Ack(scene.AdasPhone, 1));
        ((string?)(await ada.ExpectAsync("answer"))["sdp"]).ShouldBe(Sdp(9_000));
        await ada.ExpectAsync("ack", ("from", scene.GracesPhone.ToString()), ("seq", "1"));

        await ada.SendAsync(new EndCall());
        (await grace.ExpectCallAsync("ENDED"))["outcome"]!.ToString().ShouldBe("cancelled");
        (await grace.ExpectCloseAsync()).ShouldBe(4000);
        await HearsAsync(bell, call => (string?)call["state"] == "ENDED");
    }

    [Fact]
    public async Task What_two_devices_say_arrives_in_order_and_once()
    {
        const int count = 90;
        await using var scene = await NodesScene.SetAsync();
        var (ada, grace) = await scene.ConnectAsync(scene.Two.Address);

        for (var seq = 1; seq <= count; seq++)
        {
            // Long ones, which travel in pieces, between short ones.
            await ada.SendAsync(new Offer(scene.GracesPhone, seq, Sdp(seq % 3 == 0 ? 20_000 : 100)));
            await grace.SendAsync(new Offer(scene.AdasPhone, seq, Sdp(seq % 5 == 0 ? 20_000 : 100)));
        }

        foreach (var device in new[] { ada, grace })
        {
            for (var seq = 1; seq <= count; seq++)
            {
                ((int)(await device.ExpectAsync("offer"))["seq"]!).ShouldBe(seq);
            }
        }
    }

    [Fact]
    public async Task Answering_at_one_node_silences_the_devices_at_the_other()
    {
        await using var scene = await NodesScene.SetAsync();
        await scene.RingAsync();
        var tablet = await scene.JoinAsync(scene.One.Address, scene.Grace, scene.GracesTablet);
        var phone = await scene.JoinAsync(scene.Two.Address, scene.Grace, scene.GracesPhone);

        await phone.SendAsync(new Accept());

        var call = await tablet.ExpectCallAsync("CONNECTING");
        call["participants"]!.AsArray().ShouldContain(p => (string?)p!["device_id"] == scene.GracesPhone.DeviceId.ToString());
        (await tablet.ExpectCloseAsync()).ShouldBe(4000);
    }

    [Fact]
    public async Task A_device_that_comes_back_at_another_node_takes_the_place_of_its_older_socket()
    {
        await using var scene = await NodesScene.SetAsync();
        var (before, grace) = await scene.ConnectAsync(scene.Two.Address);

        var after = await scene.JoinAsync(scene.Two.Address, scene.Ada, scene.AdasPhone);

        (await before.ExpectCloseAsync()).ShouldBe(1000);
        (await NextAboutAsync(grace, scene.AdasPhone)).ShouldBe("peer_joined", "she was never away");
        await grace.SendAsync(new Offer(scene.AdasPhone, 1, Sdp(100)));
        await after.ExpectAsync("offer", ("seq", "1"));
        await after.SendAsync(new Offer(scene.GracesPhone, 1, Sdp(100)));
        await grace.ExpectAsync("offer", ("seq", "1"));
        (await scene.IsPresentAsync(scene.Ada)).ShouldBeTrue();

        // And back again.
        var home = await scene.JoinAsync(scene.One.Address, scene.Ada, scene.AdasPhone);
        (await after.ExpectCloseAsync()).ShouldBe(1000);
        (await NextAboutAsync(grace, scene.AdasPhone)).ShouldBe("peer_joined");
        await grace.SendAsync(new Offer(scene.AdasPhone, 2, Sdp(100)));
        await home.ExpectAsync("offer", ("seq", "2"));
    }

    [Fact]
    public async Task A_socket_that_is_cut_at_one_node_is_missed_at_the_other_and_resumes_there()
    {
        await using var scene = await NodesScene.SetAsync();
        var (ada, grace) = await scene.ConnectAsync(scene.Two.Address);

        grace.Abort();
        await ada.ExpectAsync("peer_left", ("peer", scene.GracesPhone.ToString()), ("reason", "lost"));
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, Sdp(100)));
        await ada.ExpectAsync("error", ("code", "peer_unavailable"));

        var resumed = await scene.JoinAsync(scene.One.Address, scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()), ("standing", "joined"));
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, Sdp(100)));
        await resumed.ExpectAsync("offer", ("seq", "1"));
        (await scene.IsPresentAsync(scene.Grace)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_over_REST_at_one_node_counts_for_a_device_at_the_other()
    {
        await using var scene = await NodesScene.SetAsync();
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.One.Address, scene.Ada, scene.AdasPhone);
        await scene.JoinAsync(scene.Two.Address, scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined");

        await scene.Grace.Client.Post($"/calls/{scene.CallId}/accept", new { device_id = scene.GracesPhone.DeviceId }).Json();

        (await scene.IsPresentAsync(scene.Grace)).ShouldBeTrue();
    }

    [Fact]
    public async Task Presence_is_seen_at_every_node()
    {
        await using var scene = await NodesScene.SetAsync();
        var ada = await scene.BellAsync(scene.One.Address, scene.Ada);
        var grace = await scene.BellAsync(scene.Two.Address, scene.Grace);
        await PresenceAsync(ada, scene.Grace, "online");

        foreach (var node in new[] { scene.One, scene.Two })
        {
            var people = (await (await scene.ClientAsync(node.Address, scene.Ada)).Get("/people?limit=1").Json())["people"]!.AsArray();
            ((string?)people.ShouldHaveSingleItem()!["presence"]).ShouldBe("online");
        }

        await scene.ConnectAsync(scene.Two.Address);
        await PresenceAsync(ada, scene.Grace, "in_call");
        await PresenceAsync(grace, scene.Ada, "in_call");
        await scene.Ada.Client.Post($"/calls/{scene.CallId}/end", new { }).Json();
        await PresenceAsync(ada, scene.Grace, "online");

        grace.Abort();
        await PresenceAsync(ada, scene.Grace, "offline");
    }

    [Fact]
    public async Task A_node_that_starts_later_knows_who_is_there()
    {
        await using var scene = await NodesScene.SetAsync();
        await scene.BellAsync(scene.One.Address, scene.Grace);
        var (ada, _) = await scene.ConnectAsync(scene.Two.Address);

        await using var third = await TestServer.StartAsync(new TestServerOptions { ConnectionString = scene.One.ConnectionString });

        var people = (await (await scene.ClientAsync(third.Address, scene.Ada)).Get("/people").Json())["people"]!.AsArray();
        ((string?)people.ShouldHaveSingleItem()!["presence"]).ShouldBe("in_call");
        (await scene.IsPresentAsync(scene.Ada)).ShouldBeTrue("whose socket another node holds is not away");
        var grace = await scene.JoinAsync(third.Address, scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()));
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, Sdp(100)));
        await grace.ExpectAsync("offer");
    }

    [Fact]
    public async Task A_person_has_as_many_notification_sockets_as_on_one_node()
    {
        await using var scene = await NodesScene.SetAsync();
        var grace = await scene.BellAsync(scene.One.Address, scene.Grace);
        var half = Limits.MaxNotificationSocketsPerPerson / 2;
        for (var i = 0; i < half; i++)
        {
            await scene.BellAsync(scene.One.Address, scene.Ada);
            await scene.BellAsync(scene.Two.Address, scene.Ada);
        }

        // A ring is posted behind what was said of sockets: who has heard it has heard of them all.
        await scene.RingAsync();
        await grace.ExpectAsync("notification", ("notification_type", "CALL"));
        var last = await scene.OpenAsync(scene.Two.Address, scene.Ada, "/ws/notifications");
        (await last.ExpectCloseAsync()).ShouldBe(4029);
    }

    [Fact]
    public async Task A_call_that_nobody_answers_is_missed_once()
    {
        var clock = new ManualClock();
        await using var scene = await NodesScene.SetAsync(clock);
        var bells = new[] { await scene.BellAsync(scene.One.Address, scene.Grace), await scene.BellAsync(scene.Two.Address, scene.Grace) };
        await scene.RingAsync();
        await scene.JoinAsync(scene.One.Address, scene.Ada, scene.AdasPhone);

        clock.Advance(TimeSpan.FromSeconds(46));

        foreach (var bell in bells)
        {
            await HearsAsync(bell, call => (string?)call["outcome"] == "missed");
            ((int)(await bell.ExpectAsync("notification", ("notification_type", "MISSED_CALLS")))["count"]!).ShouldBe(1);
        }

        var history = (await scene.Ada.Client.Get($"/calls/{scene.CallId}").Json())["history"]!.AsArray();
        history.Count(line => (string?)line!["to"] == "ENDED").ShouldBe(1);
    }

    [Fact]
    public async Task A_session_a_token_and_a_ticket_of_one_node_are_good_at_the_other()
    {
        await using var scene = await NodesScene.SetAsync();
        var elsewhere = new TestClient(scene.Two.Address);
        elsewhere.DefaultRequestHeaders.Add("Cookie", scene.Ada.Cookie);
        elsewhere.DefaultRequestHeaders.Add(
            TestClient.AntiforgeryHeader, scene.Ada.Client.DefaultRequestHeaders.GetValues(TestClient.AntiforgeryHeader).Single());

        var ticket = (string?)(await elsewhere.Post("/tickets").Json(HttpStatusCode.Created))["ticket"];
        await using var byTicket = await DeviceSocket.OpenAsync(
            new UriBuilder(new Uri(scene.One.Address, $"/ws/notifications?ticket={ticket}")) { Scheme = "ws" }.Uri);
        await byTicket.SettleAsync();
        await using var again = await DeviceSocket.OpenAsync(
            new UriBuilder(new Uri(scene.Two.Address, $"/ws/notifications?ticket={ticket}")) { Scheme = "ws" }.Uri);
        (await again.ExpectCloseAsync()).ShouldBe(4001);

        using var bearer = new TestClient(scene.Two.Address);
        bearer.DefaultRequestHeaders.Authorization = (await scene.Ada.BearerAsync()).DefaultRequestHeaders.Authorization;
        ((string?)(await bearer.Get("/account/me").Json())["display_name"]).ShouldBe(scene.Ada.DisplayName);
        elsewhere.Dispose();
    }

    [Fact]
    public async Task Attempts_to_sign_in_count_at_all_nodes_together()
    {
        (string, string)[] settings = [("Accounts:AttemptsPerMinute", "3")];
        await using var one = await TestServer.StartAsync(settings);
        await using var two = await TestServer.StartAsync(
            new TestServerOptions { Settings = settings, ConnectionString = one.ConnectionString });
        var ada = await one.SignUpAsync("Ada");
        await using var bell = await DeviceSocket.OpenAsync(
            new UriBuilder(new Uri(two.Address, "/ws/notifications")) { Scheme = "ws" }.Uri, ("Cookie", ada.Cookie));
        await bell.SettleAsync();
        (await one.Browser().Post("/account/sign-in", new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await one.Browser().Post("/account/sign-in", new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        // What is posted later arrives later.
        one.Services.GetRequiredService<Switchboard>().Notify(ada.PersonId, new MissedCallsNotification(7));
        await bell.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"));

        (await two.Browser().Post("/account/sign-in", new { })).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    /// <summary>No assertion: how fast a machine is, is no matter of right and wrong.</summary>
    [Fact]
    public async Task How_long_a_message_takes_between_nodes_is_told()
    {
        foreach (var between in new[] { false, true })
        {
            await using var scene = await NodesScene.SetAsync();
            var (ada, grace) = await scene.ConnectAsync((between ? scene.Two : scene.One).Address);
            var took = new List<double>();
            for (var seq = 1; seq <= 150; seq++)
            {
                var start = TimeProvider.System.GetTimestamp();
                await ada.SendAsync(new Offer(scene.GracesPhone, seq, Sdp(3_000)));
                await grace.ExpectAsync("offer");
                took.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            }

            took.Sort();
            var (p50, p95) = (took[took.Count / 2], took[took.Count * 95 / 100]);
            TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
                $"relay {(between ? "between two nodes" : "at one node")}: p50 {p50:0.00} ms, p95 {p95:0.00} ms"));
        }
    }

    private static string Sdp(int length) => "v=0\r\n" + new string('x', length);

    private static async Task HearsAsync(DeviceSocket bell, Func<JsonNode, bool> holds)
    {
        while (!holds((await bell.ExpectAsync("notification", ("notification_type", "CALL_UPDATED")))["call"]!))
        {
        }
    }

    private static Task<JsonObject> PresenceAsync(DeviceSocket bell, TestPerson of, string presence) => bell.ExpectAsync(
        "notification", ("notification_type", "PRESENCE"), ("person_id", of.PersonId.ToString()), ("presence", presence));

    /// <summary>The type of the next message that says that this peer came or went.</summary>
    private static async Task<string?> NextAboutAsync(DeviceSocket device, PeerName peer)
    {
        while (await device.ReceiveAsync() is { } message)
        {
            if ((string?)message["type"] is "peer_joined" or "peer_left" && (string?)message["peer"] == peer.ToString())
            {
                return (string?)message["type"];
            }
        }

        return null;
    }
}
