using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests.Accounts;

public sealed class BearerTests
{
    [Fact]
    public async Task A_client_that_is_no_browser_gets_tokens()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");

        var tokens = await TokensAsync(server, ada);

        ((string?)tokens["token_type"]).ShouldBe("Bearer");
        ((int?)tokens["expires_in"]).ShouldBe(3600);
        ((Guid?)(await With(server, (string)tokens["access_token"]!).Get("/account/me").Json())["person_id"]).ShouldBe(ada.PersonId);
    }

    [Fact]
    public async Task A_token_request_sets_no_cookie()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");

        using var answer = await server.Browser().Post("/account/token", new { email = ada.Email, password = ada.Password });

        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_password_gets_no_token()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");

        await server.Browser().Post("/account/token", new { email = ada.Email, password = "not the password" })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "wrong_credentials");
        await server.Browser().Post("/account/token", new { }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
    }

    [Fact]
    public async Task An_access_token_ends_after_an_hour_and_the_refresh_token_gives_a_new_one()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions { Clock = clock });
        var tokens = await TokensAsync(server, await server.SignUpAsync("Ada"));

        clock.Advance(TimeSpan.FromMinutes(59));
        await With(server, (string)tokens["access_token"]!).Get("/account/me").Json();
        clock.Advance(TimeSpan.FromMinutes(2));
        await With(server, (string)tokens["access_token"]!).Get("/account/me")
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");

        var fresh = await server.Browser().Post("/account/token/refresh", new { refresh_token = (string)tokens["refresh_token"]! }).Json();
        await With(server, (string)fresh["access_token"]!).Get("/account/me").Json();
    }

    [Fact]
    public async Task A_refresh_token_ends_too()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions { Clock = clock });
        var tokens = await TokensAsync(server, await server.SignUpAsync("Ada"));

        clock.Advance(TimeSpan.FromDays(15));

        await server.Browser().Post("/account/token/refresh", new { refresh_token = (string)tokens["refresh_token"]! })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Fact]
    public async Task The_two_tokens_are_not_each_other()
    {
        await using var server = await TestServer.StartAsync();
        var tokens = await TokensAsync(server, await server.SignUpAsync("Ada"));

        await With(server, (string)tokens["refresh_token"]!).Get("/account/me")
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await server.Browser().Post("/account/token/refresh", new { refresh_token = (string)tokens["access_token"]! })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Fact]
    public async Task What_is_no_refresh_token_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        await server.Browser().Post("/account/token/refresh", new { refresh_token = "nonsense" })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await server.Browser().Post("/account/token/refresh", new { }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
    }

    private static Task<JsonObject> TokensAsync(TestServer server, TestPerson person) =>
        server.Browser().Post("/account/token", new { email = person.Email, password = person.Password }).Json();

    private static TestClient With(TestServer server, string accessToken)
    {
        var client = server.Browser();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }
}
