using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sightline.Server.Turn;

namespace Sightline.Server.Tests.Turn;

public class IceOptionsTests
{
    private const string Good = """{ "Urls": ["stun:stun.example.org:3478", "turns:turn.example.org:443?transport=tcp"] }""";

    [Theory]
    [InlineData("""{ "Servers": [] }""", "Ice:Servers is an empty list")]
    [InlineData("""{ "Servers": [{ "Urls": [] }] }""", "Ice:Servers:0:Urls is an empty list")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example", "http://b.example"] }] }""", "Ice:Servers:0:Urls:1 is not a STUN or TURN URL: \"http://b.example\"")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example", ""] }] }""", "Ice:Servers:0:Urls:1 is not a STUN or TURN URL: \"\"")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example"] }, { "Urls": ["turn:b.example"] }] }""", "Ice:TurnSecret is missing")]
    [InlineData("""{ "Servers": [{ "Urls": ["turn:b.example"] }], "TurnSecret": "short" }""", "Ice:TurnSecret must have at least 16 characters")]
    [InlineData("""{ "Servers": [{ "Urls": ["turn:b.example"] }], "TurnSecret": "with spaces in between" }""", "Ice:TurnSecret must have")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example"] }], "PreviousTurnSecret": "short" }""", "Ice:PreviousTurnSecret must have at least 16 characters")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example"] }], "PreviousTurnSecret": "the-secret-of-last-month" }""", "Ice:PreviousTurnSecret is set without Ice:TurnSecret")]
    [InlineData("""{ "TurnSecret": "the-secret-of-this-month", "PreviousTurnSecret": "the-secret-of-this-month" }""", "Ice:PreviousTurnSecret is the same as Ice:TurnSecret")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example"] }], "CredentialLifetime": "00:01:00" }""", "Ice:CredentialLifetime is 00:01:00")]
    [InlineData("""{ "Servers": [{ "Urls": ["stun:a.example"] }], "CredentialLifetime": "24:00:00" }""", "Ice:CredentialLifetime is 24.00:00:00")]
    [InlineData("""{ "EmbeddedPort": 70000 }""", "Ice:EmbeddedPort is 70000")]
    [InlineData("""{ "EmbeddedPort": 0 }""", "Ice:EmbeddedPort is 0")]
    public void A_configuration_that_cannot_work_is_named_by_its_key(string ice, string sentence)
    {
        var problem = Should.Throw<OptionsValidationException>(() => Read(ice, "Development"));

        problem.Failures.ShouldHaveSingleItem().ShouldStartWith(sentence);
    }

    [Fact]
    public void Production_needs_servers_of_its_own() =>
        Should.Throw<OptionsValidationException>(() => Read("{}", "Production")).Failures.ShouldHaveSingleItem().ShouldStartWith("Ice:Servers is missing");

    [Fact]
    public void Development_without_servers_falls_back_on_its_own() => Read("{}", "Development").Servers.ShouldBeNull();

    [Fact]
    public void A_good_configuration_is_taken_as_it_is() =>
        Read($$"""{ "Servers": [{{Good}}], "TurnSecret": "a-secret-of-enough-length" }""", "Production").Servers!.ShouldHaveSingleItem().Urls.Count.ShouldBe(2);

    [Theory]
    [InlineData("stun:example.org")]
    [InlineData("stun:example.org:3478")]
    [InlineData("stuns:192.0.2.1:5349")]
    [InlineData("turn:[2001:db8::1]:3478?transport=udp")]
    [InlineData("turns:turn.example.org?transport=tcp")]
    public void An_ice_url_is_one(string url) => IceUrl.IsValid(url).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("stun:")]
    [InlineData("STUN:example.org")]
    [InlineData("stun://example.org")]
    [InlineData("stun:example.org:0")]
    [InlineData("stun:example.org:65536")]
    [InlineData("stun:example.org:port")]
    [InlineData("stun:example.org?transport=udp")]
    [InlineData("turn:example.org?transport=sctp")]
    [InlineData("turn:example.org?x=y")]
    [InlineData("turn:user@example.org")]
    [InlineData("turn:[2001:db8::1")]
    [InlineData("turn:[192.0.2.1]:3478")]
    [InlineData("turn:exa mple.org")]
    [InlineData("turn:example.org\n")]
    [InlineData("stun:exämple.org")]
    public void Something_else_is_not(string url) => IceUrl.IsValid(url).ShouldBeFalse();

    private static IceOptions Read(string ice, string environment)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Ice": {{ice}} }""")));
        builder.AddTurn();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<IceOptions>>().Value;
    }
}
