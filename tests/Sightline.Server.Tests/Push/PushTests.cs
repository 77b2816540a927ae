using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Sightline.Server.Tests.Calls;

namespace Sightline.Server.Tests.Push;

public class PushTests
{
    [Fact]
    public async Task A_closed_page_is_rung_and_told_when_it_is_over()
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var (phone, tablet) = (service.NewBrowser(), service.NewBrowser());
        await SubscribeAsync(scene.Grace, phone);
        await SubscribeAsync(scene.Grace, tablet);

        var call = await scene.RingAsync();

        foreach (var browser in new[] { phone, tablet })
        {
            var ring = await browser.ExpectAsync();
            ring.Payload.Select(property => property.Key).ShouldBe(["type", "call_id", "call_type", "caller", "ring_expires_at"]);
            ((string?)ring.Payload["type"]).ShouldBe("call");
            ((string?)ring.Payload["call_id"]).ShouldBe((string?)call["call_id"]);
            ((string?)ring.Payload["call_type"]).ShouldBe("video");
            ((string?)ring.Payload["caller"]!["display_name"]).ShouldBe("Ada Lovelace");
            ring.Payload["ring_expires_at"]!.GetValue<DateTimeOffset>().ShouldBe(call["ring_expires_at"]!.GetValue<DateTimeOffset>());
            ring.Key.ShouldBe((string?)(await scene.Grace.Client.Get("/settings").Json())["push_public_key"]);
            ((string?)ring.Claims["sub"]).ShouldBe("mailto:operator@example.org");
            int.Parse(ring.Ttl, provider: null).ShouldBeInRange(1, 45);
            ring.Urgency.ShouldBe("high");
        }

        await scene.PostAsync(scene.Ada, "cancel");

        foreach (var browser in new[] { phone, tablet })
        {
            var over = await browser.ExpectAsync();
            ((string?)over.Payload["type"]).ShouldBe("call_over");
            ((string?)over.Payload["call_id"]).ShouldBe((string?)call["call_id"]);
            over.Topic.ShouldBe(scene.CallId.ToString("N"), "it takes the place of a ring that was not delivered");
        }
    }

    [Fact]
    public async Task A_person_with_an_open_page_is_not_pushed()
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var browser = service.NewBrowser();
        await SubscribeAsync(scene.Grace, browser);
        var bell = await scene.NotificationsAsync(scene.Grace);
        await bell.SettleAsync();

        await scene.RingAsync();
        await scene.PostAsync(scene.Ada, "cancel");
        await bell.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"));
        bell.Abort();
        await WaitUntilOfflineAsync(scene);
        await scene.RingAsync();

        // The first push that comes is of the second call.
        ((Guid)(await browser.ExpectAsync()).Payload["call_id"]!).ShouldBe(scene.CallId);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_subscription_that_is_gone_is_forgotten(int status)
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var (gone, here) = (service.NewBrowser(), service.NewBrowser());
        gone.Answers = Results.StatusCode(status);
        await SubscribeAsync(scene.Grace, gone);
        await SubscribeAsync(scene.Grace, here);

        for (var round = 0; round < 3; round++)
        {
            await scene.RingAsync();
            await here.ExpectAsync();
            await scene.PostAsync(scene.Ada, "cancel");
            await here.ExpectAsync();
        }

        gone.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var (target, redirecting) = (service.NewBrowser(), service.NewBrowser());
        redirecting.Answers = Results.Redirect(target.Endpoint, permanent: false, preserveMethod: true);
        await SubscribeAsync(scene.Grace, redirecting);
        await scene.RingAsync();
        await redirecting.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await scene.PostAsync(scene.Ada, "cancel");
        await SubscribeAsync(scene.Grace, target);

        await scene.RingAsync();

        ((Guid)(await target.ExpectAsync()).Payload["call_id"]!).ShouldBe(scene.CallId);
        target.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_unsubscribes_is_left_alone()
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var (first, second) = (service.NewBrowser(), service.NewBrowser());
        await SubscribeAsync(scene.Grace, first);
        await SubscribeAsync(scene.Grace, second);

        using var request = new HttpRequestMessage(HttpMethod.Delete, "/push/subscription")
        {
            Content = JsonContent.Create(new { endpoint = first.Endpoint }),
        };
        (await scene.Grace.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await scene.RingAsync();
        await second.ExpectAsync();
        await scene.PostAsync(scene.Ada, "cancel");
        await second.ExpectAsync();

        first.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_person_has_a_limited_number_of_subscriptions_and_the_oldest_goes()
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var browsers = Enumerable.Range(0, Server.Push.PushStore.MaxPerPerson + 1).Select(_ => service.NewBrowser()).ToArray();
        foreach (var browser in browsers)
        {
            await SubscribeAsync(scene.Grace, browser);
        }

        await scene.RingAsync();
        await Task.WhenAll(browsers[1..].Select(browser => browser.ExpectAsync()));
        await scene.PostAsync(scene.Ada, "cancel");
        await Task.WhenAll(browsers[1..].Select(browser => browser.ExpectAsync()));

        browsers[0].Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_browser_belongs_to_whoever_signed_in_last_and_to_nobody_who_does_not_know_its_secret()
    {
        await using var service = await PushService.StartAsync();
        await using var scene = await SetAsync();
        var (browser, stranger) = (service.NewBrowser(), service.NewBrowser());
        await SubscribeAsync(scene.Ada, browser);
        await SubscribeAsync(scene.Grace, browser);
        var forged = System.Text.Json.JsonSerializer.SerializeToNode(stranger.Subscription)!;
        forged["endpoint"] = browser.Endpoint;

        (await scene.Ada.Client.PutAsJsonAsync("/push/subscription", forged, TestContext.Current.CancellationToken))
            .StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        await scene.RingAsync();
        ((string?)(await browser.ExpectAsync()).Payload["type"]).ShouldBe("call");
    }

    [Fact]
    public async Task The_key_outlives_a_restart_and_its_private_half_is_not_readable_in_the_database()
    {
        await using var first = await TestServer.StartAsync();
        var ada = await first.SignUpAsync("Ada");
        var key = (string?)(await ada.Client.Get("/settings").Json())["push_public_key"];

        await using var second = await TestServer.StartAsync(new TestServerOptions { ConnectionString = first.ConnectionString });
        using var browser = new TestClient(second.Address);
        browser.DefaultRequestHeaders.Add("Cookie", ada.Cookie);

        ((string?)(await browser.Get("/settings").Json())["push_public_key"]).ShouldBe(key);
        await using var database = Npgsql.NpgsqlDataSource.Create(first.ConnectionString);
        await using var command = database.CreateCommand("SELECT private_key FROM push_keys");
        var stored = (byte[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        using var parsed = System.Security.Cryptography.ECDsa.Create();
        Should.Throw<System.Security.Cryptography.CryptographicException>(() => parsed.ImportPkcs8PrivateKey(stored, out _));
    }

    private static Task<CallScene> SetAsync() =>
        CallScene.SetAsync(("Push:AllowPrivateEndpoints", "true"), ("Push:Contact", "mailto:operator@example.org"));

    private static async Task SubscribeAsync(TestPerson person, PushBrowser browser) =>
        (await person.Client.PutAsJsonAsync("/push/subscription", browser.Subscription)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    private static async Task WaitUntilOfflineAsync(CallScene scene)
    {
        var bell = await scene.NotificationsAsync(scene.Ada);
        while ((string?)(await scene.Ada.Client.Get("/people").Json())["people"]![0]!["presence"] != "offline")
        {
            await bell.ExpectAsync("notification", ("notification_type", "PRESENCE"), ("presence", "offline"));
        }
    }
}
