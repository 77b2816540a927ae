using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests.Hosting;

/// <summary>Whether the server can serve, and why not, by name.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_server_that_has_everything_is_ready_without_a_cause()
    {
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        await using var server = await TestServer.StartAsync(("Ice:Servers:0:Urls:0", $"turn:{relay.LocalEndpoint}?transport=tcp"), ("Ice:TurnSecret", "the-secret-of-this-month"));

        var answer = await server.Browser().Get("/health/ready").Json();

        answer.ToJsonString().ShouldBe("""{"status":"healthy","causes":[]}""");
    }

    [Fact]
    public async Task A_relay_that_is_silent_is_named_by_its_key_and_the_server_stays_ready()
    {
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        var gone = relay.LocalEndpoint;
        relay.Stop();
        await using var server = await TestServer.StartAsync(("Ice:Servers:0:Urls:0", $"turn:{gone}?transport=tcp"), ("Ice:TurnSecret", "the-secret-of-this-month"));

        var answer = await server.Browser().Get("/health/ready").Json();

        ((string?)answer["status"]).ShouldBe("degraded");
        CauseOf(answer, "turn").ShouldBe("No answer from Ice:Servers:0:Urls:0.");
    }

    [Fact]
    public async Task Without_its_database_the_server_is_not_ready_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        await PrivatePostgres.DropAsync(server.ConnectionString);

        var answer = await server.Browser().Get("/health/ready").Json(HttpStatusCode.ServiceUnavailable);

        ((string?)answer["status"]).ShouldBe("unhealthy");
        CauseOf(answer, "database").ShouldBe("The database does not answer.");
        (await server.Browser().Get("/health/live").Json()).ToJsonString().ShouldBe("""{"status":"healthy","causes":[]}""");
    }

    private static string? CauseOf(JsonObject answer, string name) =>
        (string?)answer["causes"]!.AsArray().Single(cause => (string?)cause!["name"] == name)!["cause"];
}
