using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Hosting;

namespace Sightline.Server.Tests.Accounts;

public sealed class DemoPeopleTests
{
    private static readonly TestServerOptions Development = new() { Environment = "Development" };

    [Fact]
    public async Task A_fresh_development_server_has_two_people_who_sign_in_with_one_click()
    {
        await using var server = await TestServer.StartAsync(Development);
        var links = (await server.Browser().Get("/demo/people").Json())["links"]!.AsArray();
        links.Select(link => (string?)link!["display_name"]).ShouldBe(["Ada Lovelace", "Grace Hopper"]);

        foreach (var link in links)
        {
            var browser = server.Browser();
            using var answer = await browser.Get((string)link!["url"]!);

            answer.StatusCode.ShouldBe(HttpStatusCode.Found);
            answer.Headers.Location.ShouldBe(new Uri("/", UriKind.Relative));
            var me = await browser.Get("/account/me").Json();
            ((string?)me["display_name"]).ShouldBe((string?)link["display_name"]);
            browser.UseAntiforgery((string)me["antiforgery_token"]!);
            (await browser.Post("/tickets")).StatusCode.ShouldBe(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task A_link_works_as_often_as_one_likes_while_the_server_runs()
    {
        await using var server = await TestServer.StartAsync(Development);
        var url = await FirstLinkAsync(server);

        (await server.Browser().Get(url)).StatusCode.ShouldBe(HttpStatusCode.Found);
        (await server.Browser().Get(url)).StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_link_of_an_earlier_start_is_dead_and_the_people_are_the_same()
    {
        await using var first = await TestServer.StartAsync(Development);
        var old = await FirstLinkAsync(first);
        var ada = first.Browser();
        await ada.Get(old);
        var before = (Guid?)(await ada.Get("/account/me").Json())["person_id"];

        await using var second = await TestServer.StartAsync(Development with { ConnectionString = first.ConnectionString });
        await second.Browser().Get(old).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        var again = second.Browser();
        await again.Get(await FirstLinkAsync(second));
        ((Guid?)(await again.Get("/account/me").Json())["person_id"]).ShouldBe(before);
    }

    [Theory]
    [InlineData("/demo/sign-in")]
    [InlineData("/demo/sign-in?token=")]
    [InlineData("/demo/sign-in?token=guessed")]
    public async Task A_wrong_link_signs_nobody_in(string url)
    {
        await using var server = await TestServer.StartAsync(Development);

        await server.Browser().Get(url).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_database_with_people_of_its_own_gets_no_demo_people()
    {
        await using var server = await TestServer.StartAsync();
        await server.SignUpAsync("Ada");

        await using var development = await TestServer.StartAsync(Development with { ConnectionString = server.ConnectionString });

        (await development.Browser().Get("/demo/people").Json())["links"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Outside_development_there_is_no_demo(string environment)
    {
        await using var development = await TestServer.StartAsync(Development);
        await using var server = await TestServer.StartAsync(new TestServerOptions { Environment = environment, ConnectionString = development.ConnectionString });

        await server.Browser().Get("/demo/people").ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        await server.Browser().Get("/demo/sign-in?token=").ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task The_banner_shows_the_address_and_the_links()
    {
        await using var server = await TestServer.StartAsync(Development);

        var lines = server.Services.GetServices<IBannerLines>().SelectMany(feature => feature.Lines("http://localhost:5080")).ToList();

        lines[0].ShouldBe("Sightline is ready: http://localhost:5080");
        lines.ShouldContain(line => line.StartsWith("Ada Lovelace", StringComparison.Ordinal) && line.EndsWith($"http://localhost:5080{Url(server)}", StringComparison.Ordinal));
    }

    private static string Url(TestServer server) => server.Services.GetServices<IBannerLines>().OfType<Sightline.Server.Accounts.DemoPeople>().Single().Links[0].Url;

    private static async Task<string> FirstLinkAsync(TestServer server) => (string)(await server.Browser().Get("/demo/people")
        .Json())["links"]![0]!["url"]!;
}
