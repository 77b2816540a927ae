using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sightline.Server.Nodes;

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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_relay_over_udp_answers_a_binding_request_also_when_the_first_datagram_is_lost(int lost)
    {
        using var relay = new BindingServer(lost);
        await using var server = await TestServer.StartAsync(("Ice:Servers:0:Urls:0", relay.Url));

        var answer = await server.Browser().Get("/health/ready").Json();

        answer.ToJsonString().ShouldBe("""{"status":"healthy","causes":[]}""");
        relay.Asked.ShouldBeGreaterThan(lost);
    }

    [Fact]
    public async Task A_relay_over_udp_that_answers_something_else_is_named_by_its_key()
    {
        using var good = new BindingServer();
        using var stranger = new BindingServer(isStranger: true);
        await using var server = await TestServer.StartAsync(
            ("Ice:Servers:0:Urls:0", good.Url), ("Ice:Servers:0:Urls:1", stranger.Url));

        var answer = await server.Browser().Get("/health/ready").Json();

        CauseOf(answer, "turn").ShouldBe("No answer from Ice:Servers:0:Urls:1.");
    }

    [Fact]
    public async Task A_server_that_hears_no_others_says_so_and_stays_ready()
    {
        using var relay = new BindingServer();
        await using var server = await TestServer.StartAsync(("Ice:Servers:0:Urls:0", relay.Url));
        server.Services.GetRequiredService<NodeQueue>().IsLinked = false;

        var answer = await server.Browser().Get("/health/ready").Json();

        ((string?)answer["status"]).ShouldBe("degraded");
        CauseOf(answer, "nodes").ShouldBe("This server hears nothing from other servers; it is looking for them.");
    }

    [Fact]
    public async Task A_check_that_takes_too_long_or_fails_is_named_without_what_it_threw()
    {
        await using var server = await TestServer.StartAsync(new TestServerOptions
        {
            Services = services => services.AddHealthChecks()
                .AddAsyncCheck(
                    "slow",
                    async cancel =>
                    {
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
                        return HealthCheckResult.Healthy();
                    },
                    tags: [],
                    timeout: TimeSpan.FromMilliseconds(1))
                .AddCheck("broken", () => throw new InvalidOperationException("Password=the-password")),
        });

        var answer = await server.Browser().Get("/health/ready").Json(HttpStatusCode.ServiceUnavailable);

        CauseOf(answer, "slow").ShouldBe("It does not answer in time.");
        CauseOf(answer, "broken").ShouldBe("It could not be checked; the log says why.");
    }

    [Fact]
    public async Task Relays_that_are_asked_for_too_long_do_not_keep_the_answer_back()
    {
        // On a clock that stands still nobody gives a silent relay up.
        using var relay = new BindingServer(lost: int.MaxValue);
        await using var server = await TestServer.StartAsync(
            new TestServerOptions { Clock = new ManualClock(), Settings = [("Ice:Servers:0:Urls:0", relay.Url)] });

        var answer = await server.Browser().Get("/health/ready").Json();

        CauseOf(answer, "turn").ShouldBe("It does not answer in time.");
    }

    private static string? CauseOf(JsonObject answer, string name) =>
        (string?)answer["causes"]!.AsArray().Single(cause => (string?)cause!["name"] == name)!["cause"];
}
