using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Calls;

/// <summary>Ada and Grace on a real server with a real database, and the words for what they do.</summary>
internal sealed class CallScene(TestServer server, TestPerson ada, TestPerson grace) : IAsyncDisposable
{
    private readonly List<DeviceSocket> _sockets = [];

    public TestServer Server => server;

    public TestPerson Ada => ada;

    public TestPerson Grace => grace;

    public Guid CallId { get; private set; }

    public PeerName AdasPhone { get; } = new(ada.PersonId, Guid.NewGuid());

    public PeerName GracesPhone { get; } = new(grace.PersonId, Guid.NewGuid());

    public PeerName GracesTablet { get; } = new(grace.PersonId, Guid.NewGuid());

    public static Task<CallScene> SetAsync(params (string Key, string Value)[] settings) =>
        SetAsync(new TestServerOptions { Settings = settings });

    public static async Task<CallScene> SetAsync(TestServerOptions options)
    {
        var server = await TestServer.StartAsync(options);
        return new CallScene(server, await server.SignUpAsync("Ada Lovelace"), await server.SignUpAsync("Grace Hopper"));
    }

    public static async Task<Guid> ChannelAsync(TestPerson one, TestPerson other)
    {
        var response = await one.Client.PostAsJsonAsync("/channels", new { person_id = other.PersonId });
        return (Guid)(await ReadAsync(response))["channel_id"]!;
    }

    public static async Task<Guid> GroupAsync(TestPerson one, params TestPerson[] others)
    {
        var response = await one.Client.PostAsJsonAsync("/channels", new { person_ids = others.Select(other => other.PersonId) });
        return (Guid)(await ReadAsync(response))["channel_id"]!;
    }

    /// <summary>Ada rings Grace and these others.</summary>
    public async Task<JsonObject> RingGroupAsync(params TestPerson[] others)
    {
        var channelId = await GroupAsync(ada, [grace, .. others]);
        var response = await ada.Client.PostAsJsonAsync("/calls/initiate", new { call_type = "video", channel_id = channelId });
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        var call = await ReadAsync(response);
        CallId = (Guid)call["call_id"]!;
        return call;
    }

    /// <summary>Ada rings Grace.</summary>
    public async Task<JsonObject> RingAsync(string callType = "video")
    {
        var response = await ada.Client.PostAsJsonAsync("/calls/initiate", new { call_type = callType, channel_id = await ChannelAsync(ada, grace) });
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        var call = await ReadAsync(response);
        CallId = (Guid)call["call_id"]!;
        return call;
    }

    public Task<HttpResponseMessage> PostAsync(TestPerson person, string verb, object? body = null) =>
        person.Client.PostAsJsonAsync($"/calls/{CallId}/{verb}", body ?? new { });

    public async Task<string?> StandingAsync(TestPerson person) => StandingIn(await CallAsync(ada), person);

    public static string? StandingIn(JsonNode call, TestPerson person) =>
        (string?)call["participants"]!.AsArray().Single(p => (Guid)p!["person_id"]! == person.PersonId)!["standing"];

    public async Task<JsonObject> CallAsync(TestPerson person) => (await ReadAsync(await person.Client.GetAsync($"/calls/{CallId}")))["call"]!.AsObject();

    public async Task<DeviceSocket> NotificationsAsync(TestPerson person) => Keep(await person.OpenSocketAsync("/ws/notifications")).Listen();

    public async Task<DeviceSocket> OpenCallAsync(TestPerson person) => Keep(await person.OpenSocketAsync($"/ws/call/{CallId}"));

    /// <summary>Opens a call socket and joins with a device.</summary>
    public async Task<DeviceSocket> JoinAsync(TestPerson person, PeerName device)
    {
        var socket = await OpenCallAsync(person);
        await socket.SendAsync(new Join(device.DeviceId));
        await socket.ExpectAsync("joined", ("peer", device.ToString()));
        return socket;
    }

    /// <summary>Ada rings, both join, Grace answers, media flows.</summary>
    public async Task<(DeviceSocket Ada, DeviceSocket Grace)> ConnectAsync()
    {
        await RingAsync();
        var adas = await JoinAsync(ada, AdasPhone);
        var graces = await JoinAsync(grace, GracesPhone);
        await graces.SendAsync(new Accept());
        await graces.ExpectCallAsync("CONNECTING");
        await graces.SendAsync(new MediaReport(WireMediaState.Connected));
        await adas.SendAsync(new MediaReport(WireMediaState.Connected));
        await graces.ExpectCallAsync("CONNECTED");
        await adas.ExpectCallAsync("CONNECTED");
        return (adas, graces);
    }

    public DeviceSocket Keep(DeviceSocket socket)
    {
        _sockets.Add(socket);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        await server.DisposeAsync();
    }

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>())!;
}
