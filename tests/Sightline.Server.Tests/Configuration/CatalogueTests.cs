using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;

namespace Sightline.Server.Tests.Configuration;

/// <summary>Every key is known, documented and checked; what nobody knows is refused.</summary>
public sealed class CatalogueTests
{
    [Fact]
    public void Every_key_is_on_the_page_with_what_it_does()
    {
        using var app = new Built();

        var lines = ConfigurationPage.Of(app.Catalogue).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        lines.Select(line => line.Split('`')[1]).ShouldBe(app.Catalogue.All.Select(setting => setting.Key));
        lines.ShouldAllBe(line => line.Split(" | ")[3].Length > 20);
        lines.ShouldContain(line => line.StartsWith("| `Calls:RingTimeout` | time, 00:00:05 to 00:05:00 | `00:00:45` |", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Calls:RingTimout")]
    [InlineData("Ice:Servers:0:Url")]
    [InlineData("Proxies:0:Address")]
    public async Task A_key_that_nobody_knows_stops_the_start(string key) =>
        (await Should.ThrowAsync<StartupProblem>(() => TestServer.StartAsync((key, "30")))).Message.ShouldStartWith($"{key} is not a setting");

    [Fact]
    public void Lists_and_other_peoples_sections_are_no_mistake()
    {
        using var app = new Built(("Ice:Servers:7:Urls:3", "stun:a.example"), ("Media:VideoCodecs:1", "VP8"), ("Somebody:Else", "1"), ("Logging:LogLevel:Sightline", "Debug"));

        app.Catalogue.Unknown(app.Configuration).ShouldBeEmpty();
    }

    [Fact]
    public void The_self_check_says_what_is_configured_what_is_default_and_what_is_missing_and_no_secret()
    {
        using var app = new Built(
            ("Calls:RingTimeout", "00:00:20"),
            ("Ice:Servers:0:Urls:0", "stun:a.example"),
            ("Ice:Servers:1:Urls:0", "turn:b.example"),
            ("Ice:TurnSecret", "the-secret-of-this-month"),
            ("ConnectionStrings:Sightline", "Host=db;Password=the-password"));

        var lines = app.SelfCheck.Lines("http://localhost").ToList();

        lines.ShouldContain(line => line.StartsWith("configured", StringComparison.Ordinal)
            && line.Contains("Calls:RingTimeout = 00:00:20", StringComparison.Ordinal)
            && line.Contains("Ice:Servers:0:Urls:0 = stun:a.example, turn:b.example", StringComparison.Ordinal)
            && line.Contains("Ice:TurnSecret = (secret)", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("default", StringComparison.Ordinal) && line.Contains("Calls:Grace = 00:00:30", StringComparison.Ordinal));
        lines.ShouldContain(line => line == "missing     Media:BlurModelUrl: there is no background blur");
        string.Join('\n', lines).ShouldNotContain("the-");
    }

    private sealed class Built : IDisposable
    {
        private readonly WebApplication _app;

        public Built(params (string Key, string Value)[] settings)
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
            _app = Program.Build(builder);
        }

        public Catalogue Catalogue => _app.Services.GetRequiredService<Catalogue>();

        public SelfCheck SelfCheck => _app.Services.GetRequiredService<SelfCheck>();

        public IConfiguration Configuration => _app.Configuration;

        public void Dispose() => ((IDisposable)_app).Dispose();
    }
}
