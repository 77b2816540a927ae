using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Sightline.Server.Tests.Calls;
using Sightline.Server.Tests.Signalling;

namespace Sightline.Server.Tests.Hostile;

/// <summary>Requests and handshakes of strangers, thieves and the merely broken, each with its documented answer.</summary>
public sealed class HostileRequestTests(OngoingCall call) : IClassFixture<OngoingCall>
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64));

    public static TheoryData<string, string, string, int, string> BadRequests => new()
    {
        { "POST", "/calls/initiate", "", 400, "malformed" },
        { "POST", "/calls/initiate", "{", 400, "malformed" },
        { "POST", "/calls/initiate", "[]", 400, "malformed" },
        { "POST", "/calls/initiate", "null", 400, "malformed" },
        { "POST", "/calls/initiate", $$"""{"call_type":"video","channel_id":{{Deep}}}""", 400, "malformed" },
        { "POST", "/calls/initiate", """{"call_type":"hologram","channel_id":"11111111-2222-4333-8444-555555555555"}""", 400, "malformed" },
        { "POST", "/calls/initiate", """{"call_type":1,"channel_id":"11111111-2222-4333-8444-555555555555"}""", 400, "malformed" },
        { "POST", "/calls/initiate", """{"call_type":"video","channel_id":7}""", 400, "malformed" },
        { "POST", "/calls/initiate", """{"call_type":"video","channel_id":"' OR 1=1 --"}""", 400, "malformed" },
        { "POST", "/calls/initiate", """{"call_type":"video","channel_id":"11111111-2222-4333-8444-555555555555"}""", 404, "not_found" },
        { "POST", "/calls/{call}/accept", """{"device_id":"11111111-2222-4333-8444-555555555555"}""", 403, "not_a_participant" },
        { "POST", "/calls/{call}/accept", """{"device_id":true}""", 400, "malformed" },
        { "POST", "/calls/{call}/decline", "", 403, "not_a_participant" },
        { "POST", "/calls/{call}/cancel", "", 403, "not_a_participant" },
        { "POST", "/calls/{call}/invite", """{"person_ids":["11111111-2222-4333-8444-555555555555"]}""", 403, "not_a_participant" },
        { "POST", "/calls/11111111-2222-4333-8444-555555555555/invite", """{"person_ids":["11111111-2222-4333-8444-555555555555"]}""", 403, "not_a_participant" },
        { "POST", "/calls/{call}/invite", "{}", 400, "validation" },
        { "POST", "/calls/{call}/invite", """{"person_ids":[]}""", 400, "validation" },
        { "POST", "/calls/{call}/invite", """{"person_ids":["11111111-2222-4333-8444-555555555555","11111111-2222-4333-8444-555555555555"]}""", 400, "validation" },
        { "POST", "/calls/{call}/invite", """{"person_ids":[null]}""", 400, "malformed" },
        { "POST", "/calls/{call}/invite", """{"person_ids":"everybody"}""", 400, "malformed" },
        { "POST", "/calls/{call}/invite", $$"""{"person_ids":{{Deep}}}""", 400, "malformed" },
        { "POST", "/calls/{call}/end", "", 403, "not_a_participant" },
        { "POST", "/calls/11111111-2222-4333-8444-555555555555/end", "", 403, "not_a_participant" },
        { "POST", "/calls/everything/end", "", 404, "not_found" },
        { "POST", "/calls/{call}/explode", "", 404, "not_found" },
        { "GET", "/calls/{call}", "", 403, "not_a_participant" },
        { "GET", "/calls/{call}/report", "", 403, "not_a_participant" },
        { "POST", "/calls/{call}/report", "null", 400, "malformed" },
        { "POST", "/calls/{call}/report", "{}", 403, "not_a_participant" },
        { "POST", "/calls/{call}/report", $$"""{"source":"11111111-2222-4333-8444-555555555555","batch":0,"age_ms":0,"people":[],"events":[],"samples":{{Deep}}}""", 400, "malformed" },
        { "GET", "/calls?limit=0", "", 400, "validation" },
        { "GET", "/calls?limit=999999", "", 400, "validation" },
        { "GET", "/calls?limit=many", "", 400, "malformed" },
        { "GET", "/calls?before=yesterday", "", 400, "malformed" },
        { "GET", "/people?limit=-1", "", 400, "validation" },
        { "POST", "/channels", """{"person_id":"11111111-2222-4333-8444-555555555555"}""", 404, "not_found" },
        { "POST", "/channels", """{"person_id":{}}""", 400, "malformed" },
        { "POST", "/channels", """{"person_ids":[null]}""", 400, "malformed" },
        { "POST", "/channels", """{"person_ids":{"length":1}}""", 400, "malformed" },
        { "DELETE", "/calls/{call}", "", 404, "not_found" },
        { "GET", "/ws/call/{call}", "", 400, "malformed" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_bad_request_gets_its_problem_and_the_call_goes_on(string method, string path, string body, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{call}", call.Scene.CallId.ToString(), StringComparison.Ordinal));
        if (method == "POST")
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        await ShouldAnswerAsync(await call.Mallory.Client.SendAsync(request, TestContext.Current.CancellationToken), (HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var body = JsonContent.Create(new { call_type = "video", channel_id = Guid.NewGuid(), padding = new string('x', 70_000) });
        await body.LoadIntoBufferAsync(TestContext.Current.CancellationToken);

        await ShouldAnswerAsync(await call.Mallory.Client.PostAsync("/calls/initiate", body, TestContext.Current.CancellationToken), HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_refused()
    {
        var body = new StringContent("call_type=video", Encoding.UTF8, "application/x-www-form-urlencoded");

        await ShouldAnswerAsync(await call.Mallory.Client.PostAsync("/calls/initiate", body, TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "malformed");
    }

    [Theory]
    [InlineData("GET", "/calls")]
    [InlineData("GET", "/people")]
    [InlineData("GET", "/channels")]
    [InlineData("GET", "/ice-servers")]
    [InlineData("GET", "/settings")]
    [InlineData("POST", "/tickets")]
    [InlineData("POST", "/calls/initiate")]
    [InlineData("POST", "/calls/seen")]
    [InlineData("POST", "/calls/11111111-2222-4333-8444-555555555555/invite")]
    public async Task Whoever_is_not_signed_in_gets_nothing(string method, string path)
    {
        using var stranger = new HttpClient { BaseAddress = call.Scene.Server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = JsonContent.Create(new { });
        }

        await ShouldAnswerAsync(await stranger.SendAsync(request, TestContext.Current.CancellationToken), HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Fact]
    public async Task A_cookie_without_the_antiforgery_token_changes_nothing()
    {
        using var forged = new HttpClient { BaseAddress = call.Scene.Server.Address };
        forged.DefaultRequestHeaders.Add("Cookie", call.Scene.Ada.Cookie);

        await ShouldAnswerAsync(
            await forged.PostAsJsonAsync($"/calls/{call.Scene.CallId}/end", new { }, TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "antiforgery");
    }

    [Theory]
    [InlineData("/ws/notifications")]
    [InlineData("/ws/call/{call}")]
    public async Task A_socket_without_a_person_closes_with_4001(string path)
    {
        await using var socket = await OpenAsync(path);

        (await socket.ExpectCloseAsync()).ShouldBe(4001);
        await call.ShouldBeUnharmedAsync();
    }

    [Theory]
    [InlineData("/ws/call/{call}")]
    [InlineData("/ws/call/11111111-2222-4333-8444-555555555555")]
    [InlineData("/ws/call/everything")]
    public async Task A_call_that_is_not_ones_own_closes_with_4003(string path)
    {
        await using var socket = await call.Mallory.OpenSocketAsync(path.Replace("{call}", call.Scene.CallId.ToString(), StringComparison.Ordinal));

        (await socket.ExpectCloseAsync()).ShouldBe(4003);
        await call.ShouldBeUnharmedAsync();
    }

    [Theory]
    [InlineData("/ws/notifications", "https://evil.example")]
    [InlineData("/ws/notifications", "null")]
    [InlineData("/ws/notifications", "http://localhost:1")]
    [InlineData("/ws/notifications", "file://")]
    [InlineData("/ws/call/{call}", "https://evil.example")]
    [InlineData("/ws/call/{call}", "null")]
    [InlineData("/ws/call/{call}", "http://localhost:1")]
    [InlineData("/ws/call/{call}", "file://")]
    public async Task A_cookie_from_a_foreign_page_opens_no_socket(string path, string origin)
    {
        var refused = await Should.ThrowAsync<WebSocketException>(
            () => OpenAsync(path, ("Cookie", call.Scene.Ada.Cookie), ("Origin", origin)));

        refused.Message.ShouldContain("403");
        await call.ShouldBeUnharmedAsync();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("%00")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_ticket_that_was_never_given_opens_no_socket(string ticket)
    {
        await using var socket = await OpenAsync($"/ws/notifications?ticket={ticket}");

        (await socket.ExpectCloseAsync()).ShouldBe(4001);
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_ticket_opens_one_socket_from_another_origin_and_is_spent()
    {
        var ticket = (string)(await CallScene.ReadAsync(await call.Mallory.Client.PostAsJsonAsync("/tickets", new { }, TestContext.Current.CancellationToken)))["ticket"]!;

        await using var first = await OpenAsync($"/ws/notifications?ticket={Uri.EscapeDataString(ticket)}", ("Origin", "https://other.example"));
        await first.SettleAsync();
        await using var replay = await OpenAsync($"/ws/notifications?ticket={Uri.EscapeDataString(ticket)}", ("Origin", "https://other.example"));

        (await replay.ExpectCloseAsync()).ShouldBe(4001);
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_person_has_a_limited_number_of_devices()
    {
        var hoarder = await call.Scene.Server.SignUpAsync("Hoarder");
        for (var i = 0; i < Sightline.Signalling.Limits.MaxNotificationSocketsPerPerson; i++)
        {
            await call.Scene.Keep(await hoarder.OpenSocketAsync("/ws/notifications")).SettleAsync();
        }

        await using var tooMany = await hoarder.OpenSocketAsync("/ws/notifications");

        (await tooMany.ExpectCloseAsync()).ShouldBe(4029);
        await call.ShouldBeUnharmedAsync();
    }

    private Task<DeviceSocket> OpenAsync(string path, params (string Name, string Value)[] headers)
    {
        var address = new UriBuilder(new Uri(call.Scene.Server.Address, path.Replace("{call}", call.Scene.CallId.ToString(), StringComparison.Ordinal))) { Scheme = "ws" };
        return DeviceSocket.OpenAsync(address.Uri, headers);
    }

    private async Task ShouldAnswerAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, text);
        (response.Content.Headers.ContentType?.MediaType).ShouldBe("application/problem+json");
        text.ShouldContain($"\"code\":\"{code}\"");
        await call.ShouldBeUnharmedAsync();
    }
}
