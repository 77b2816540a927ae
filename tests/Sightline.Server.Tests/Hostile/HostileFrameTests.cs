using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Hostile;

/// <summary>Frames that a participant's device may not send, each with its documented answer.</summary>
public sealed class HostileFrameTests(OngoingCall call) : IClassFixture<OngoingCall>
{
    private const string Sdp = "v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\n";
    private const string Nobody = "00000000-0000-4000-8000-000000000001/00000000-0000-4000-8000-000000000002";

    public static TheoryData<string> GoldenBadMessages =>
        [.. BadMessages().Select(entry => (string)entry["name"]!)];

    [Theory]
    [MemberData(nameof(GoldenBadMessages))]
    public async Task A_bad_message_gets_its_error_and_the_call_goes_on(string name)
    {
        var entry = BadMessages().Single(entry => (string?)entry["name"] == name);

        await call.Grace.SendAsync(entry["message"]?.ToJsonString() ?? "null");

        await call.Grace.ExpectAsync("error", ("code", (string?)entry["error"]));
        await call.ShouldBeUnharmedAsync();
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("{", "malformed")]
    [InlineData("nonsense", "malformed")]
    [InlineData("""{"type":"ping","id":"1"}{"type":"ping","id":"2"}""", "malformed")]
    [InlineData("""{"type":"ping","id":"\ud800"}""", "invalid_field")]
    [InlineData("""{"type":"ping","id":"1","id":"2"}""", "invalid_field")]
    [InlineData("""{"type":"__proto__"}""", "unknown_type")]
    [InlineData("""{"type":"notification"}""", "unknown_type")]
    [InlineData("""{"type":"join","device_id":"11111111-2222-4333-8444-555555555555"}""", "invalid_transition")]
    [InlineData($$"""{"type":"offer","to":"{{Nobody}}","seq":1,"sdp":"{{Sdp}}"}""", "peer_unavailable")]
    [InlineData($$"""{"type":"ack","to":"{{Nobody}}","seq":1}""", "peer_unavailable")]
    [InlineData($$"""{"type":"offer","from":"{{Nobody}}","to":"{{Nobody}}","seq":1,"sdp":"{{Sdp}}"}""", "forged_from")]
    [InlineData($$"""{"type":"end_call","from":"{{Nobody}}"}""", "forged_from")]
    [InlineData($$"""{"type":"leave","from":"{{Nobody}}"}""", "forged_from")]
    [InlineData($$"""{"type":"media_state","media_state":"failed","from":"{{Nobody}}"}""", "forged_from")]
    public async Task A_frame_that_makes_no_sense_gets_its_error(string frame, string code)
    {
        await call.Grace.SendAsync(frame);

        await call.Grace.ExpectAsync("error", ("code", code));
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_message_to_oneself_goes_nowhere()
    {
        await call.Grace.SendAsync(new Ack(call.Scene.GracesPhone, 1));

        await call.Grace.ExpectAsync("error", ("code", "peer_unavailable"));
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Nobody_speaks_for_the_other_participant()
    {
        await call.Grace.SendAsync($$"""{"type":"end_call","from":"{{call.Scene.AdasPhone}}"}""");

        await call.Grace.ExpectAsync("error", ("code", "forged_from"));
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_message_that_is_too_large_costs_the_socket_and_nothing_else()
    {
        await call.Grace.SendAsync($$"""{"type":"ping","id":"{{new string('x', Limits.MaxMessageBytes)}}"}""");

        await call.Grace.ExpectAsync("error", ("code", "too_large"));
        (await call.Grace.ExpectCloseAsync()).ShouldBe(1009);
        await call.RejoinAsync();
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_binary_frame_costs_the_socket_and_nothing_else()
    {
        await call.Grace.SendAsync(Encoding.UTF8.GetBytes("""{"type":"ping","id":"1"}"""), WebSocketMessageType.Binary);

        await call.Grace.ExpectAsync("error", ("code", "malformed"));
        (await call.Grace.ExpectCloseAsync()).ShouldBe((int)WebSocketCloseStatus.InvalidMessageType);
        await call.RejoinAsync();
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_flood_costs_the_socket_and_nothing_else()
    {
        // Enough to empty the burst even on a machine so slow that it refills meanwhile.
        var flood = Enumerable.Range(0, 20 * Limits.MessagesBurst).Select(_ => """{"type":"ping","id":"1"}""");
        var sending = Task.Run(async () =>
        {
            try
            {
                foreach (var frame in flood)
                {
                    await call.Grace.SendAsync(frame);
                }
            }
            catch (WebSocketException)
            {
                // Closed while it was still sending: that is the point.
            }
        }, TestContext.Current.CancellationToken);

        await call.Grace.ExpectAsync("error", ("code", "rate_limited"));
        (await call.Grace.ExpectCloseAsync()).ShouldBe(4029);
        await sending;
        await call.RejoinAsync();
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_device_that_has_not_joined_can_only_join()
    {
        await using var silent = await call.Scene.Grace.OpenSocketAsync($"/ws/call/{call.Scene.CallId}");

        await silent.SendAsync(new EndCall());
        await silent.ExpectAsync("error", ("code", "not_joined"));
        await silent.SendAsync(new Ack(call.Scene.AdasPhone, 1));
        await silent.ExpectAsync("error", ("code", "not_joined"));
        await silent.SendAsync($$"""{"type":"join","device_id":"{{Guid.NewGuid()}}","from":"{{call.Scene.AdasPhone}}"}""");
        await silent.ExpectAsync("error", ("code", "forged_from"));
        await call.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task A_second_device_of_a_person_in_the_call_is_turned_away()
    {
        await using var tablet = await call.Scene.Grace.OpenSocketAsync($"/ws/call/{call.Scene.CallId}");

        await tablet.SendAsync(new Join(Guid.NewGuid()));

        await tablet.ExpectAsync("error", ("code", "answered_elsewhere"));
        (await tablet.ExpectCloseAsync()).ShouldBe(4000);
        await call.ShouldBeUnharmedAsync();
    }

    private static IEnumerable<JsonObject> BadMessages() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "client.json")))!.AsArray()
            .Select(entry => entry!.AsObject())
            .Where(entry => !(bool)entry["valid"]!);
}
