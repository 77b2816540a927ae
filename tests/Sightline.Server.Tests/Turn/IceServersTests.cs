using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests.Turn;

public sealed class IceServersTests
{
    private static readonly (string, string)[] StunAndTurn =
    [
        ("Ice:Servers:0:Urls:0", "stun:relay.example.org"),
        ("Ice:Servers:0:Urls:1", "turn:relay.example.org?transport=udp"),
        ("Ice:Servers:1:Urls:0", "turns:relay.example.org:443?transport=tcp"),
        ("Ice:TurnSecret", "the-secret-of-this-month"),
        ("Ice:CredentialLifetime", "02:00:00"),
    ];

    [Fact]
    public async Task Relays_come_with_a_credential_for_as_long_as_configured()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions { Clock = clock, Settings = StunAndTurn });
        var ada = await server.SignUpAsync("Ada");

        var answer = await ada.Client.Get("/ice-servers").Json();

        var expiresAt = clock.GetUtcNow().AddHours(2);
        ((DateTimeOffset)answer["expires_at"]!).ShouldBe(expiresAt, TimeSpan.FromSeconds(1));
        var servers = answer["ice_servers"]!.AsArray();
        servers.Select(Urls).ShouldBe(["stun:relay.example.org", "turn:relay.example.org?transport=udp", "turns:relay.example.org:443?transport=tcp"]);
        servers[0]!.AsObject().ContainsKey("credential").ShouldBeFalse();
        foreach (var relay in servers.Skip(1))
        {
            ((string)relay!["username"]!).ShouldStartWith(expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + ":");
            ((string)relay["username"]!).ShouldNotContain(ada.PersonId.ToString());
            ((string?)relay["credential"]).ShouldNotBeNullOrEmpty();
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the-secret-of-last-month")]
    [SuppressMessage("Security", "CA5350", Justification = "What TURN servers check.")]
    public async Task Credentials_are_signed_with_the_secret_of_now(string? secretBefore)
    {
        await using var server = await TestServer.StartAsync([.. StunAndTurn, ("Ice:PreviousTurnSecret", secretBefore ?? "")]);
        var ada = await server.SignUpAsync("Ada");

        var relays = (await ada.Client.Get("/ice-servers").Json())["ice_servers"]!.AsArray().Skip(1).ToList();

        relays.Count.ShouldBe(2);
        foreach (var relay in relays)
        {
            var signature = HMACSHA1.HashData("the-secret-of-this-month"u8, Encoding.UTF8.GetBytes((string)relay!["username"]!));
            ((string?)relay["credential"]).ShouldBe(Convert.ToBase64String(signature));
        }
    }

    [Fact]
    public async Task Stun_alone_needs_no_secret_and_all_its_urls_are_told_for_a_day()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions
        {
            Clock = clock,
            Settings = [("Ice:Servers:0:Urls:0", "stun:one.example.org"), ("Ice:Servers:0:Urls:1", "stun:two.example.org:3479")],
        });

        var answer = await (await server.SignUpAsync("Ada")).Client.Get("/ice-servers").Json();

        var only = answer["ice_servers"]!.AsArray().ShouldHaveSingleItem();
        only!.AsObject().Select(property => property.Key).ShouldBe(["urls"]);
        Urls(only).ShouldBe("stun:one.example.org stun:two.example.org:3479");
        ((DateTimeOffset)answer["expires_at"]!).ShouldBe(clock.GetUtcNow().AddHours(24), TimeSpan.FromSeconds(1));
    }

    private static string Urls(JsonNode? server) => string.Join(' ', server!["urls"]!.AsArray().Select(url => (string?)url));
}
