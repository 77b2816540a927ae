using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Nodes;
using Sightline.Server.People;
using Sightline.Server.Tests.Calls;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Nodes;

/// <summary>Nodes that die, and nodes that lose the database.</summary>
public class NodeLossTests
{
    private const string NodeSessions = "application_name = 'Sightline node'";
    private const string LatestNodeSession = $"""
        {NodeSessions} AND backend_start = (
            SELECT max(backend_start) FROM pg_stat_activity WHERE datname = current_database() AND {NodeSessions})
        """;

    [Fact]
    public async Task A_node_that_is_killed_in_a_call_is_missed_and_its_device_resumes_at_another()
    {
        await using var scene = await NodesScene.SetAsync();
        await using var killed = StartProcess(scene.One.ConnectionString);
        var address = await killed.Ready;
        var bell = await scene.BellAsync(scene.One.Address, scene.Ada);
        await scene.BellAsync(address, scene.Grace);
        var (ada, _) = await scene.ConnectAsync(address);

        await killed.KillAsync();

        await ada.ExpectAsync("peer_left", ("peer", scene.GracesPhone.ToString()), ("reason", "lost"));
        await bell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("presence", "offline"));

        var resumed = await scene.JoinAsync(scene.Two.Address, scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()), ("standing", "joined"));
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, "v=0"));
        await resumed.ExpectAsync("offer");
        (await scene.IsPresentAsync(scene.Grace)).ShouldBeTrue();
        ((string?)(await scene.Ada.Client.Get($"/calls/{scene.CallId}").Json())["call"]!["state"]).ShouldBe("CONNECTED");
    }

    [Fact]
    public async Task A_device_whose_node_is_killed_and_that_does_not_come_back_is_lost_when_its_time_is_up()
    {
        await using var scene = await NodesScene.SetAsync(clock: null, ("Calls:Grace", "00:00:03"));
        await using var killed = StartProcess(scene.One.ConnectionString);
        var (ada, _) = await scene.ConnectAsync(await killed.Ready);

        await killed.KillAsync();

        ((string?)(await ada.ExpectCallAsync("ENDED"))["outcome"]).ShouldBe("connection_lost");
    }

    [Fact]
    public async Task A_node_that_hangs_is_given_up_and_comes_again_when_it_wakes()
    {
        await using var scene = await NodesScene.SetAsync();
        await using var hanging = StartProcess(scene.One.ConnectionString);
        var address = await hanging.Ready;
        var (ada, graces) = await scene.ConnectAsync(address);

        await hanging.SignalAsync("STOP");
        await LogsAsync(scene.One, "is gone");
        await ada.ExpectAsync("peer_left", ("peer", scene.GracesPhone.ToString()), ("reason", "lost"));
        var resumed = await scene.JoinAsync(scene.Two.Address, scene.Grace, scene.GracesPhone);
        await ada.ExpectAsync("peer_joined", ("peer", scene.GracesPhone.ToString()));

        await hanging.SignalAsync("CONT");
        (await graces.ExpectCloseAsync()).ShouldBe(1001);
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, "v=0"));
        await resumed.ExpectAsync("offer");

        await using var again = new StubbornDevice(
            () => OpenAsync(scene, scene.One.Address, scene.Ada), scene.AdasPhone, scene.GracesPhone);
        await using var back = new StubbornDevice(() => OpenAsync(scene, address, scene.Grace), scene.GracesPhone, scene.AdasPhone);
        again.Start();
        back.Start();
        (await resumed.ExpectCloseAsync()).ShouldBe(1000);
        await again.SayAsync();
        await back.SayAsync();
        await again.UntilAsync(1);
        await back.UntilAsync(1);
    }

    [Fact]
    public async Task Sockets_connect_again_when_another_node_had_too_much_to_say()
    {
        await using var scene = await NodesScene.SetAsync();
        var bell = await scene.BellAsync(scene.Two.Address, scene.Grace);

        scene.One.Services.GetRequiredService<INodeBus>().Post(new Overrun(new NodeState([], [])));

        (await bell.ExpectCloseAsync()).ShouldBe(1001);
    }

    [Fact]
    public async Task Nodes_that_lose_their_sessions_again_and_again_lose_nothing_and_double_nothing()
    {
        const int rounds = 4;
        const int messagesARound = 10;
        await using var scene = await NodesScene.SetAsync();
        var (first, second) = await scene.ConnectAsync(scene.Two.Address);
        await using var ada = new StubbornDevice(
            () => OpenAsync(scene, scene.One.Address, scene.Ada), scene.AdasPhone, scene.GracesPhone);
        await using var grace = new StubbornDevice(
            () => OpenAsync(scene, scene.Two.Address, scene.Grace), scene.GracesPhone, scene.AdasPhone);
        ada.Start();
        grace.Start();
        (await first.ExpectCloseAsync()).ShouldBe(1000);
        (await second.ExpectCloseAsync()).ShouldBe(1000);

        for (var round = 1; round <= rounds; round++)
        {
            for (var i = 0; i < messagesARound; i++)
            {
                await ada.SayAsync();
                await grace.SayAsync();
                if (i == messagesARound / 2)
                {
                    // In the middle of a conversation: one of them, or both.
                    await NodesScene.EndSessionsAsync(scene.One.ConnectionString, round % 2 == 0 ? NodeSessions : LatestNodeSession);
                }
            }

            await ada.UntilAsync(round * messagesARound);
            await grace.UntilAsync(round * messagesARound);
        }

        // Otherwise nothing was shown.
        (ada.Losses + grace.Losses).ShouldBeGreaterThanOrEqualTo(rounds);

        // The last loss may still keep them busy.
        await scene.UntilPresentAsync(scene.Ada);
        await scene.UntilPresentAsync(scene.Grace);
        ((string?)(await scene.Ada.Client.Get($"/calls/{scene.CallId}").Json())["call"]!["state"]).ShouldBe("CONNECTED");
    }

    [Fact]
    public async Task Sockets_of_a_node_that_may_have_missed_something_are_told_to_connect_again()
    {
        await using var scene = await NodesScene.SetAsync();
        var (ada, grace) = await scene.ConnectAsync(scene.Two.Address);
        var bell = await scene.BellAsync(scene.Two.Address, scene.Grace);

        await NodesScene.EndSessionsAsync(scene.One.ConnectionString, LatestNodeSession);

        (await bell.ExpectCloseAsync()).ShouldBe(1001);
        (await grace.ExpectCloseAsync()).ShouldBe(1001);
        await ada.ExpectAsync("peer_left", ("peer", scene.GracesPhone.ToString()), ("reason", "lost"));
        await ada.SettleAsync();
    }

    [Fact]
    public async Task A_node_that_is_alone_keeps_its_sockets_when_it_loses_its_session_and_is_found_by_the_next()
    {
        await using var scene = await CallScene.SetAsync();
        var bell = await scene.NotificationsAsync(scene.Ada);
        await bell.SettleAsync();

        await NodesScene.EndSessionsAsync(scene.Server.ConnectionString, NodeSessions);
        await LogsAsync(scene.Server, "session that hears other nodes is lost");
        await NodesScene.UntilSessionAsync(scene.Server.ConnectionString, NodeSessions);
        await bell.SettleAsync();

        await using var second = await TestServer.StartAsync(new TestServerOptions { ConnectionString = scene.Server.ConnectionString });
        var grace = scene.Keep(await DeviceSocket.OpenAsync(
            new UriBuilder(new Uri(second.Address, "/ws/notifications")) { Scheme = "ws" }.Uri, ("Cookie", scene.Grace.Cookie)));

        await grace.SettleAsync();
        await Processes.UntilAsync(() =>
            scene.Server.Services.GetRequiredService<IPresence>().Of(scene.Grace.PersonId) == Presence.Online);
    }

    [Fact]
    public async Task A_server_that_stops_leaves_the_others_at_once()
    {
        await using var scene = await NodesScene.SetAsync();
        var bell = await scene.BellAsync(scene.One.Address, scene.Ada);
        await scene.BellAsync(scene.Two.Address, scene.Grace);
        await bell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("presence", "online"));
        var (ada, _) = await scene.ConnectAsync(scene.Two.Address);

        await scene.Two.DisposeAsync();

        await ada.ExpectAsync("peer_left", ("peer", scene.GracesPhone.ToString()), ("reason", "lost"));
        await bell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("presence", "offline"));
    }

    private static Task LogsAsync(TestServer server, string words) =>
        Processes.UntilAsync(() => server.Logs.Lines.Any(line => line.Contains(words, StringComparison.Ordinal)));

    private static Task<DeviceSocket> OpenAsync(NodesScene scene, Uri node, TestPerson person) =>
        scene.OpenAsync(node, person, $"/ws/call/{scene.CallId}");

    private static ServerProcess StartProcess(string database) => ServerProcess.Start(
        ("ASPNETCORE_ENVIRONMENT", "Test"),
        ("ConnectionStrings:Sightline", database),
        ("Ice:Servers:0:Urls:0", "stun:stun.example.org"));
}
