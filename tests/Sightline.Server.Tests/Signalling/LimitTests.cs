using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Tests.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Signalling;

/// <summary>Sockets that are too many, too late, too slow or dead: each loses itself, and the call goes on.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_person_has_a_limited_number_of_devices_in_one_call()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var first = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        for (var device = 1; device < 8; device++)
        {
            await scene.JoinAsync(scene.Grace, new PeerName(scene.Grace.PersonId, Guid.NewGuid()));
        }

        var ninth = await scene.OpenCallAsync(scene.Grace);
        await ninth.SendAsync(new Join(Guid.NewGuid()));

        (await ninth.ExpectCloseAsync()).ShouldBe(4029);
        var again = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        (await first.ExpectCloseAsync()).ShouldBe(1000, "a device that is there already may always come back");
        await again.SendAsync(new Accept());
        await ada.ExpectCallAsync("CONNECTING");
    }

    [Fact]
    public async Task A_socket_that_does_not_join_in_time_is_closed()
    {
        var clock = new ManualClock();
        await using var scene = await CallScene.SetAsync(new TestServerOptions { Clock = clock });
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var silent = await scene.OpenCallAsync(scene.Grace);
        await silent.SettleAsync();
        clock.Advance(TimeSpan.FromSeconds(9.9));
        await silent.SettleAsync();

        clock.Advance(TimeSpan.FromSeconds(0.1));

        (await silent.ExpectCloseAsync()).ShouldBe(4008);
        var later = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        clock.Advance(TimeSpan.FromSeconds(10));
        await later.SendAsync(new Accept());
        await ada.ExpectCallAsync("CONNECTING");
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_loses_its_socket_and_the_call_goes_on()
    {
        var clock = new ManualClock();
        await using var scene = await CallScene.SetAsync(
            new TestServerOptions { Clock = clock, Settings = [("Telemetry:MetricsToken", "the-token-of-prometheus")] });
        var (ada, _) = await scene.ConnectAsync();

        (await FloodUntilLostAsync(scene, ada, clock)).ShouldBeGreaterThan(Limits.MaxQueuedMessagesPerSocket);

        var back = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        await ada.SendAsync(new Offer(scene.GracesPhone, 1_000_000, "v=0"));
        await back.ExpectAsync("offer", ("seq", "1000000"));
        ((string?)(await scene.CallAsync(scene.Ada))["state"]).ShouldBe("CONNECTED");
        var token = ("Authorization", "Bearer the-token-of-prometheus");
        using var metrics = await scene.Server.Browser().Send(HttpMethod.Get, "/metrics", token);
        var counted = await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        counted.ShouldContain("messages_dropped_total{reason=\"queue_full\"} 1\n");
    }

    [Fact]
    public async Task A_device_that_gives_no_sign_of_life_goes_offline()
    {
        const int faster = 5;
        await using var scene = await CallScene.SetAsync(new TestServerOptions
        {
            Services = services => services.PostConfigure<WebSocketOptions>(options =>
            {
                options.KeepAliveInterval /= faster;
                options.KeepAliveTimeout /= faster;
            }),
        });
        var ada = await scene.NotificationsAsync(scene.Ada);
        await ada.SettleAsync();
        var id = scene.Grace.PersonId.ToString();

        // Whoever never reads answers no ping. Ada reads all the while.
        scene.Keep(await scene.Grace.OpenSocketAsync("/ws/notifications"));

        await ada.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("person_id", id), ("presence", "online"));
        await ada.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("person_id", id), ("presence", "offline"));
        await ada.SettleAsync();
    }

    /// <summary>Ada sends as fast as she may to Grace's device, which reads nothing, until that one is lost.</summary>
    /// <returns>How many messages she sent.</returns>
    private static async Task<int> FloodUntilLostAsync(CallScene scene, DeviceSocket ada, ManualClock clock)
    {
        const int tooMany = 10_000;
        var sdp = $"v=0\r\n{new string('x', 16 * 1024)}";
        for (var sent = 0; sent < tooMany;)
        {
            for (var second = 1; second < Limits.MessagesPerSecond; second++)
            {
                await ada.SendAsync(new Offer(scene.GracesPhone, ++sent, sdp));
            }

            var ping = new Ping($"{sent}");
            await ada.SendAsync(ping);
            var isLost = false;
            while (await ada.ReceiveAsync() is { } said && (string?)said["id"] != ping.Id)
            {
                isLost |= (string?)said["type"] == "peer_left" && (string?)said["reason"] == "lost";
            }

            if (isLost)
            {
                return sent;
            }

            clock.Advance(TimeSpan.FromSeconds(1));
        }

        throw new InvalidOperationException("All of it was taken.");
    }
}
