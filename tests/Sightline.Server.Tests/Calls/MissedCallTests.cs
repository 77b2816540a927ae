using System.Net;

namespace Sightline.Server.Tests.Calls;

public class MissedCallTests
{
    [Fact]
    public async Task A_missed_call_is_counted_on_every_device_until_it_is_seen()
    {
        await using var scene = await CallScene.SetAsync();
        var (phone, tablet) = (await scene.NotificationsAsync(scene.Grace), await scene.NotificationsAsync(scene.Grace));
        await Task.WhenAll(phone.SettleAsync(), tablet.SettleAsync());
        for (var missed = 1; missed <= 2; missed++)
        {
            await scene.RingAsync();
            await scene.PostAsync(scene.Ada, "cancel");
            await phone.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", $"{missed}"));
            await tablet.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", $"{missed}"));
        }

        (await UnseenAsync(scene.Grace)).ShouldBe(2);
        (await UnseenAsync(scene.Ada)).ShouldBe(0);
        var later = await scene.NotificationsAsync(scene.Grace);
        await later.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", "2"));

        (await scene.Grace.Client.Post("/calls/seen")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await phone.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", "0"));
        await later.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", "0"));
        (await UnseenAsync(scene.Grace)).ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_was_declined_or_answered_is_not_missed()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        await scene.PostAsync(scene.Grace, "decline");
        await scene.RingAsync();
        await scene.PostAsync(scene.Grace, "accept", new { device_id = Guid.NewGuid() });
        await scene.PostAsync(scene.Ada, "end");

        (await UnseenAsync(scene.Grace)).ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_comes_back_into_a_missed_call_has_not_missed_it()
    {
        await using var scene = await CallScene.SetAsync(("Calls:RingTimeout", "00:00:05"));
        var joan = await scene.Server.SignUpAsync("Joan Clarke");
        var bell = await scene.NotificationsAsync(joan);
        await scene.ConnectAsync();
        await scene.PostAsync(scene.Ada, "invite", new { person_ids = new[] { joan.PersonId } });
        await bell.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", "1"));

        await scene.PostAsync(joan, "accept", new { device_id = Guid.NewGuid() });

        await bell.ExpectAsync("notification", ("notification_type", "MISSED_CALLS"), ("count", "0"));
    }

    private static async Task<int> UnseenAsync(TestPerson person) => (int)(await person.Client.Get("/calls").Json())["missed_unseen"]!;
}
