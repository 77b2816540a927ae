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
        while (true)
        {
            var call = (await bell.ExpectAsync("notification", ("notification_type", "CALL_UPDATED")))["call"]!;
            if ((string?)call["state"] == "ENDED")
            {
                return (string?)call["outcome"];
            }
        }
    }

    private static Task<DeviceSocket> OpenAsync(TestServer server, TestPerson person, string path) =>
        DeviceSocket.OpenAsync(new UriBuilder(new Uri(server.Address, path)) { Scheme = "ws" }.Uri, ("Cookie", person.Cookie));
}
