using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Sightline.Server.Tests.Calls;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Nodes;

/// <summary>Ada and Grace, and two servers on one database that know nothing of each other but what the database tells them.</summary>
internal sealed class NodesScene(TestServer one, TestServer two, TestPerson ada, TestPerson grace) : IAsyncDisposable
{
    private readonly List<IDisposable> _clients = [];
    private readonly List<DeviceSocket> _sockets = [];

    public TestServer One => one;

    public TestServer Two => two;

    public TestPerson Ada => ada;

    public TestPerson Grace => grace;

    public Guid CallId { get; set; }

    public PeerName AdasPhone { get; } = new(ada.PersonId, Guid.NewGuid());

    public PeerName GracesPhone { get; } = new(grace.PersonId, Guid.NewGuid());

    public PeerName GracesTablet { get; } = new(grace.PersonId, Guid.NewGuid());

    public static async Task<NodesScene> SetAsync(TimeProvider? clock = null, params (string Key, string Value)[] settings)
    {
        var one = await TestServer.StartAsync(new TestServerOptions { Clock = clock, Settings = settings });
        var two = await TestServer.StartAsync(
            new TestServerOptions { Clock = clock, Settings = settings, ConnectionString = one.ConnectionString });
        return new NodesScene(one, two, await one.SignUpAsync("Ada Lovelace"), await one.SignUpAsync("Grace Hopper"));
    }

    /// <summary>The browser of this person as another node sees it: the same cookies.</summary>
    public async Task<TestClient> ClientAsync(Uri node, TestPerson person)
    {
        var client = new TestClient(node);
        _clients.Add(client);
        client.DefaultRequestHeaders.Add("Cookie", person.Cookie);
        client.UseAntiforgery((string)(await client.Get("/account/me").Json())["antiforgery_token"]!);
        return client;
    }

    /// <summary>Ada rings Grace at the first node.</summary>
    public async Task<JsonObject> RingAsync()
    {
        var channelId = await CallScene.ChannelAsync(ada, grace);
        var request = new { call_type = "video", channel_id = channelId };
        var call = await ada.Client.Post("/calls/initiate", request).Json(HttpStatusCode.Created);
        CallId = (Guid)call["call_id"]!;
        return call;
    }

    public async Task<DeviceSocket> OpenAsync(Uri node, TestPerson person, string path)
    {
        var socket = await DeviceSocket.OpenAsync(new UriBuilder(new Uri(node, path)) { Scheme = "ws" }.Uri, ("Cookie", person.Cookie));
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>A notification socket that is registered.</summary>
    public async Task<DeviceSocket> BellAsync(Uri node, TestPerson person)
    {
        var bell = await OpenAsync(node, person, "/ws/notifications");
        await bell.SettleAsync();
        return bell;
    }

    public async Task<DeviceSocket> JoinAsync(Uri node, TestPerson person, PeerName device)
    {
        var socket = await OpenAsync(node, person, $"/ws/call/{CallId}");
        await socket.SendAsync(new Join(device.DeviceId));
        await socket.ExpectAsync("joined", ("peer", device.ToString()));
        return socket;
    }

    /// <summary>Ada at the first node and Grace at this one are in a call, and media flows.</summary>
    public async Task<(DeviceSocket Ada, DeviceSocket Grace)> ConnectAsync(Uri gracesNode)
    {
        await RingAsync();
        var adas = await JoinAsync(one.Address, ada, AdasPhone);
        var graces = await JoinAsync(gracesNode, grace, GracesPhone);
        await adas.ExpectAsync("peer_joined", ("peer", GracesPhone.ToString()));
        await graces.SendAsync(new Accept());
        await adas.ExpectCallAsync("CONNECTING");
        await graces.SendAsync(new MediaReport(WireMediaState.Connected));
        await graces.ExpectCallAsync("CONNECTED");
        await adas.ExpectCallAsync("CONNECTED");
        return (adas, graces);
    }

    /// <summary>Ends sessions with the database, as a network or an administrator does.</summary>
    /// <param name="which">A condition on pg_stat_activity.</param>
    public static async Task EndSessionsAsync(string connectionString, string which)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}
            """);
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(true);
    }

    public static async Task UntilSessionAsync(string connectionString, string which)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        while (true)
        {
            await using var command = database.CreateCommand(
                $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Client' AND {which}");
            if (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is > 0L)
            {
                return;
            }
        }
    }

    /// <summary>Whether the database says that this person's device has its socket.</summary>
    public async Task<bool> IsPresentAsync(TestPerson person)
    {
        await using var database = NpgsqlDataSource.Create(one.ConnectionString);
        await using var command = database.CreateCommand(
            "SELECT device_id IS NOT NULL AND away_until IS NULL FROM call_participants WHERE call_id = $1 AND person_id = $2");
        command.Parameters.Add(new() { Value = CallId });
        command.Parameters.Add(new() { Value = person.PersonId });
        return (bool)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async Task UntilPresentAsync(TestPerson person)
    {
        while (!await IsPresentAsync(person))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await two.DisposeAsync();
        await one.DisposeAsync();
    }
}
