using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Media.Finishing;
using Sightline.Media.Recording;
using Sightline.Server.Tests.Calls;
using Sightline.Server.Tests.Signalling;

namespace Sightline.Server.Tests.Recordings;

/// <summary>Ada and Grace in a call, and what it takes to record it: a folder, a node and a finisher.</summary>
internal sealed class RecordedScene : IAsyncDisposable
{
    public const string Offer = "v=0\r\ns=offer\r\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recordings-");
    private readonly List<(string Key, string Value)> _settings;
    private readonly TimeProvider? _clock;

    private RecordedScene(TimeProvider? clock, IEnumerable<(string Key, string Value)> settings)
    {
        _clock = clock;
        _settings = [("Recording:Folder", _folder.FullName), ("Recording:MinFreeBytes", "0"), .. settings];
        Finisher = new FakeFinisher(_folder.FullName);
    }

    public FakeNode Node { get; } = new();

    public FakeFinisher Finisher { get; }

    public string Folder => _folder.FullName;

    public CallScene Calls { get; private set; } = null!;

    public TestPerson Ada => Calls.Ada;

    public TestPerson Grace => Calls.Grace;

    public static Task<RecordedScene> SetAsync(params (string Key, string Value)[] settings) => SetAsync(clock: null, settings);

    public static async Task<RecordedScene> SetAsync(TimeProvider? clock, params (string Key, string Value)[] settings)
    {
        var scene = new RecordedScene(clock, settings);
        var server = await scene.StartServerAsync();
        scene.Calls = new CallScene(server, await server.SignUpAsync("Ada Lovelace"), await server.SignUpAsync("Grace Hopper"));
        return scene;
    }

    /// <summary>Another server; on the same database when it is given.</summary>
    public Task<TestServer> StartServerAsync(string? database = null, params (string Key, string Value)[] settings) =>
        TestServer.StartAsync(new TestServerOptions
        {
            Clock = _clock,
            ConnectionString = database,
            Settings = [.. _settings, .. settings],
            Services = services => services.AddSingleton<IRecordingNode>(Node).AddSingleton<IRecordingFinisher>(Finisher),
        });

    /// <summary>They talk, and Ada records it.</summary>
    public async Task<(Guid RecordingId, DeviceSocket Ada, DeviceSocket Grace)> RecordAsync()
    {
        var (ada, grace) = await Calls.ConnectAsync();
        var recording = await StartAsync(Ada).Json(HttpStatusCode.Created);
        return ((Guid)recording["recording_id"]!, ada, grace);
    }

    public Task<HttpResponseMessage> StartAsync(TestPerson person) => person.Client.Post($"/calls/{Calls.CallId}/recording");

    public Task<HttpResponseMessage> StopAsync(TestPerson person) => person.Client.Post($"/calls/{Calls.CallId}/recording/stop");

    public static Task<HttpResponseMessage> OfferAsync(HttpClient client, Guid recordingId, Guid deviceId, string offer = Offer) =>
        client.Post($"/recordings/{recordingId}/leg", new { device_id = deviceId, offer });

    /// <summary>The recording once it has this status, however it came to it.</summary>
    public static async Task<JsonObject> ExpectAsync(DeviceSocket bell, HttpClient client, Guid recordingId, string status)
    {
        await bell.SettleAsync();
        var recording = await client.Get($"/recordings/{recordingId}").Json();
        while ((string?)recording["status"] != status)
        {
            await bell.ExpectAsync("notification", ("notification_type", "RECORDING"));
            recording = await client.Get($"/recordings/{recordingId}").Json();
        }

        return recording;
    }

    /// <summary>Lets time go by until something has happened.</summary>
    public static async Task<T> MeanwhileAsync<T>(ManualClock clock, TimeSpan step, Task<T> happens)
    {
        while (!happens.IsCompleted)
        {
            clock.Advance(step);
            await Task.WhenAny(happens, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        return await happens;
    }

    public static Task<DeviceSocket> BellAsync(TestServer server, TestPerson person) =>
        DeviceSocket.OpenAsync(new UriBuilder(new Uri(server.Address, "/ws/notifications")) { Scheme = "ws" }.Uri, ("Cookie", person.Cookie));

    /// <summary>The browser of this person as another server sees it.</summary>
    public static async Task<TestClient> ClientAsync(TestServer server, TestPerson person)
    {
        var client = new TestClient(server.Address);
        client.DefaultRequestHeaders.Add("Cookie", person.Cookie);
        client.UseAntiforgery((string)(await client.Get("/account/me").Json())["antiforgery_token"]!);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Calls.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
