using System.Net;
using System.Net.Http.Headers;

namespace Sightline.Server.Tests.Recordings;

/// <summary>Who may do what with a recording, and what hostile requests get.</summary>
public sealed class RecordingAccessTests
{
    [Fact]
    public async Task Strangers_learn_nothing_and_change_nothing()
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        var mallory = await scene.Calls.Server.SignUpAsync("Mallory");
        using var nobody = scene.Calls.Server.Browser();
        string[] reads = [$"/recordings/{recordingId}", $"/recordings/{recordingId}/files/{FakeFinisher.FileName}", $"/recordings/{Guid.NewGuid()}"];
        foreach (var path in reads)
        {
            await mallory.Client.Get(path).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
            await nobody.Get(path).ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        }

        await scene.StartAsync(mallory).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await scene.StopAsync(mallory).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await RecordedScene.OfferAsync(mallory.Client, recordingId, scene.Calls.AdasPhone.DeviceId)
            .ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await RecordedScene.OfferAsync(nobody, recordingId, scene.Calls.AdasPhone.DeviceId)
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        (await scene.Calls.CallAsync(scene.Ada))["recording"].ShouldNotBeNull();
        scene.Node.Offers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cookie_without_its_token_changes_nothing()
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        using var forged = scene.Calls.Server.Browser();
        forged.DefaultRequestHeaders.Add("Cookie", scene.Ada.Cookie);

        string[] paths = [$"/calls/{scene.Calls.CallId}/recording", $"/calls/{scene.Calls.CallId}/recording/stop", $"/recordings/{recordingId}/leg"];
        foreach (var path in paths)
        {
            await forged.Post(path, new { device_id = Guid.NewGuid(), offer = RecordedScene.Offer }).ShouldBeProblem(HttpStatusCode.BadRequest, "antiforgery");
        }
    }

    [Fact]
    public async Task A_device_sends_only_for_its_own_person_while_it_is_in_the_call()
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        var (adas, graces) = (scene.Calls.AdasPhone.DeviceId, scene.Calls.GracesPhone.DeviceId);

        (await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, adas).Json())["answer"]!.ToString().ShouldBe(FakeNode.Answer);
        await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, graces).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await RecordedScene.OfferAsync(scene.Grace.Client, recordingId, scene.Calls.GracesTablet.DeviceId)
            .ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await RecordedScene.OfferAsync(scene.Ada.Client, Guid.NewGuid(), adas).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");

        await scene.StopAsync(scene.Ada).Json();
        await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, adas).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        scene.Node.Offers.ShouldHaveSingleItem().ShouldBe(new(recordingId, scene.Ada.PersonId, adas));
    }

    [Fact]
    public async Task What_is_no_offer_never_reaches_the_node()
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        var path = $"/recordings/{recordingId}/leg";
        var device = scene.Calls.AdasPhone.DeviceId;
        var client = scene.Ada.Client;

        await client.Post(path, new { device_id = device }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await client.Post(path, new { device_id = device, offer = "" }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await client.Post(path, new { device_id = device, offer = "<html>" }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await client.Post(path, new { device_id = device, offer = "v=0" + new string('x', 50_000) }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await client.Post(path, new { device_id = device, offer = "v=0" + new string('x', 70_000) })
            .ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
        await client.Post(path, new { device_id = "mine", offer = RecordedScene.Offer }).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
        await client.PostText(path, $$"""{"device_id":"{{device}}","offer":[1]}""").ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
        await client.PostText(path, "null").ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
        await client.Get("/recordings?limit=0").ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await client.Get("/recordings?limit=201").ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await client.Get("/recordings?before=yesterday").ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
        scene.Node.Offers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_starts_and_stops_too_often_is_told_to_wait()
    {
        await using var scene = await RecordedScene.SetAsync();
        await scene.Calls.ConnectAsync();

        HttpResponseMessage answer;
        var attempts = 0;
        while ((answer = await scene.StartAsync(scene.Ada)).StatusCode != HttpStatusCode.TooManyRequests && ++attempts < 100)
        {
            answer.Dispose();
        }

        attempts.ShouldBe(Server.Recordings.RecordingLimits.ChangesPerWindow);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await scene.StartAsync(scene.Grace)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_file_is_given_out_in_ranges_to_those_who_were_there()
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();
        await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");
        var path = $"/recordings/{recordingId}/files/{FakeFinisher.FileName}";

        using var whole = await scene.Grace.Client.Get(path);
        whole.StatusCode.ShouldBe(HttpStatusCode.OK);
        whole.Content.Headers.ContentType!.MediaType.ShouldBe("video/mp4");
        whole.Content.Headers.ContentDisposition.ShouldBeNull();
        whole.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
        whole.Headers.GetValues("X-Content-Type-Options").ShouldHaveSingleItem().ShouldBe("nosniff");
        whole.Headers.AcceptRanges.ShouldHaveSingleItem().ShouldBe("bytes");
        (await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length.ShouldBe(FakeFinisher.Bytes);

        using var part = await RangeAsync(scene.Grace, path, 100, 199);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        part.Content.Headers.ContentRange!.ToString().ShouldBe("bytes 100-199/1000");
        (await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(Enumerable.Range(100, 100).Select(i => (byte)i));
        using var behind = await RangeAsync(scene.Grace, path, 1_000, 2_000);
        behind.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);

        using var download = await scene.Grace.Client.Get($"{path}?download=1");
        download.Content.Headers.ContentDisposition!.ToString().ShouldContain("attachment; filename=all.mp4");
    }

    [Theory]
    [InlineData("other.mp4")]
    [InlineData("..%2f..%2ffolder-id")]
    [InlineData("..%5c..%5cfolder-id")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("ALL.MP4")]
    [InlineData("all.mp4%00")]
    public async Task No_name_leads_to_another_file(string name)
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();
        await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");

        using var answer = await scene.Ada.Client.Get($"/recordings/{recordingId}/files/{name}");

        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    private static async Task<HttpResponseMessage> RangeAsync(TestPerson person, string path, long from, long to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new RangeHeaderValue(from, to);
        return await person.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
