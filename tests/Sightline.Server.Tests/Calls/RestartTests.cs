using System.Net;
using System.Text.Json.Nodes;
using Sightline.Server.Tests.Signalling;

namespace Sightline.Server.Tests.Calls;

/// <summary>What a call waits for is in the database: it happens also when the server that promised it is gone.</summary>
public class RestartTests
{
    [Fact]
    public async Task A_call_that_rings_over_a_restart_is_missed_when_its_time_is_up()
    {
        await using var scene = await CallScene.SetAsync(("Calls:RingTimeout", "00:00:06"));
        await scene.RingAsync();
        await scene.JoinAsync(scene.Ada, scene.AdasPhone);

        (await OutcomeAfterRestartAsync(scene)).ShouldBe("missed");
    }

    [Fact]
    public async Task A_call_that_rings_when_the_server_is_killed_is_missed_at_its_time()
    {
        var database = await PrivatePostgres.NewDatabaseAsync();
        await using var people = await TestServer.StartAsync(new TestServerOptions { ConnectionString = database });
        var (ada, grace) = (await people.SignUpAsync("Ada"), await people.SignUpAsync("Grace"));
        var channelId = await CallScene.ChannelAsync(ada, grace);
        await people.DisposeAsync();

        JsonNode call;
        await using (var killed = StartProcess(database))
        {
            using var browser = new TestClient(await killed.Ready);
            browser.DefaultRequestHeaders.Add("Cookie", ada.Cookie);
            browser.UseAntiforgery((string)(await browser.Get("/account/me").Json())["antiforgery_token"]!);
            call = await browser.Post("/calls/initiate", new { call_type = "audio", channel_id = channelId }).Json(HttpStatusCode.Created);
            await killed.KillAsync();
        }

        await using var second = StartProcess(database);
        var address = await second.Ready;
        await using var bell = await DeviceSocket.OpenAsync(
            new UriBuilder(new Uri(address, "/ws/notifications")) { Scheme = "ws" }.Uri,
            ("Cookie", grace.Cookie));
        var ended = await EndOfAsync(bell, address, grace, (Guid)call["call_id"]!);

        ((string?)ended["outcome"]).ShouldBe("missed");
        ended["ended_at"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThanOrEqualTo(call["ring_expires_at"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task A_call_whose_devices_do_not_come_back_after_a_restart_ends_as_lost()
    {
        await using var scene = await CallScene.SetAsync(("Calls:Grace", "00:00:02"));
        await scene.ConnectAsync();

        (await OutcomeAfterRestartAsync(scene, ("Calls:Grace", "00:00:02"))).ShouldBe("connection_lost");
    }

    [Fact]
    public async Task A_device_that_comes_back_after_a_restart_goes_on_with_its_call()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await scene.Server.DisposeAsync();

        await using var second = await TestServer.StartAsync(new TestServerOptions { ConnectionString = scene.Server.ConnectionString });
        var ada = scene.Keep(await OpenAsync(second, scene.Ada, $"/ws/call/{scene.CallId}"));
        await ada.SendAsync(new Sightline.Signalling.Join(scene.AdasPhone.DeviceId));

        var joined = await ada.ExpectAsync("joined");
        ((string?)joined["call"]!["state"]).ShouldBe("CONNECTED");
    }

    /// <summary>Stops the server, starts another one on the same database, and waits for it to say how the call ended.</summary>
    private static async Task<string?> OutcomeAfterRestartAsync(CallScene scene, params (string Key, string Value)[] settings)
    {
        await scene.Server.DisposeAsync();
        await using var second = await TestServer.StartAsync(new TestServerOptions { ConnectionString = scene.Server.ConnectionString, Settings = settings });
        await using var bell = await OpenAsync(second, scene.Ada, "/ws/notifications");
        return (string?)(await EndOfAsync(bell, second.Address, scene.Ada, scene.CallId))["outcome"];
    }

    /// <summary>The end of a call, which may have come before anybody listened.</summary>
    private static async Task<JsonNode> EndOfAsync(DeviceSocket bell, Uri address, TestPerson person, Guid callId)
    {
        await bell.SettleAsync();
        using var browser = new TestClient(address);
        browser.DefaultRequestHeaders.Add("Cookie", person.Cookie);
        var call = (await browser.Get($"/calls/{callId}").Json())["call"]!;
        while ((string?)call["state"] != "ENDED")
        {
            call = (await bell.ExpectAsync("notification", ("notification_type", "CALL_UPDATED")))["call"]!;
        }

        return call;
    }

    private static ServerProcess StartProcess(string database) => ServerProcess.Start(
        ("ASPNETCORE_ENVIRONMENT", "Test"),
        ("ConnectionStrings:Sightline", database),
        ("Ice:Servers:0:Urls:0", "stun:stun.example.org"),
        ("Calls:Grace", "00:01:00"),
        ("Calls:RingTimeout", "00:00:12"));

    private static Task<DeviceSocket> OpenAsync(TestServer server, TestPerson person, string path) =>
        DeviceSocket.OpenAsync(new UriBuilder(new Uri(server.Address, path)) { Scheme = "ws" }.Uri, ("Cookie", person.Cookie));
}
