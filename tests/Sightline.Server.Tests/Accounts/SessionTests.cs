using System.Net;
using System.Net.Http.Headers;

namespace Sightline.Server.Tests.Accounts;

public sealed class SessionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Whoever_knows_the_password_signs_in()
    {
        var ada = await _server.SignUpAsync("Ada");
        var browser = _server.Browser();

        var me = await browser.Post("/account/sign-in", new { email = $" {ada.Email.ToUpperInvariant()} ", password = ada.Password })
            .Json();

        ((Guid?)me["person_id"]).ShouldBe(ada.PersonId);
        ((Guid?)(await browser.Get("/account/me").Json())["person_id"]).ShouldBe(ada.PersonId);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_email_get_the_same_answer()
    {
        var ada = await _server.SignUpAsync("Ada");

        var wrong = await _server.Browser().Post("/account/sign-in", new { email = ada.Email, password = "not the password" })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "wrong_credentials");
        var unknown = await _server.Browser().Post("/account/sign-in", new { email = "nobody@example.org", password = "not the password" })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "wrong_credentials");

        wrong.ToJsonString().ShouldBe(unknown.ToJsonString());
    }

    [Theory]
    [InlineData("a\0b@example.org")]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("ada@example.org' OR 1=1 --")]
    public async Task An_email_that_nobody_can_have_is_just_wrong(string email) =>
        await _server.Browser().Post("/account/sign-in", new { email, password = "whatever" })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "wrong_credentials");

    [Fact]
    public async Task An_endless_password_is_just_wrong()
    {
        var ada = await _server.SignUpAsync("Ada");

        await _server.Browser().Post("/account/sign-in", new { email = ada.Email, password = new string('p', 60_000) })
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "wrong_credentials");
    }

    [Fact]
    public async Task A_sign_in_without_its_fields_says_which()
    {
        var problem = await _server.Browser().Post("/account/sign-in", new { }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");

        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["email", "password"]);
    }

    [Fact]
    public async Task A_session_ends_with_sign_out()
    {
        var ada = await _server.SignUpAsync("Ada");

        (await ada.Client.Post("/account/sign-out")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await ada.Client.Get("/account/me").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Fact]
    public async Task Signing_out_without_a_session_is_fine() =>
        (await _server.Browser().Post("/account/sign-out")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    [Fact]
    public async Task Nobody_is_told_not_redirected()
    {
        await _server.Browser().Get("/account/me").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await _server.Browser().Send(HttpMethod.Get, "/people", ("Accept", "text/html"))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await _server.Browser().Send(HttpMethod.Get, "/people", ("Cookie", "sightline-session=forged"))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Fact]
    public async Task The_cookies_are_out_of_reach_for_scripts_and_other_sites()
    {
        using var answer = await _server.Browser().Post("/account/sign-up", SomebodyNew());

        var cookies = answer.Headers.GetValues("Set-Cookie").ToDictionary(cookie => cookie.Split('=')[0], StringComparer.Ordinal);
        cookies.Keys.Order(StringComparer.Ordinal).ShouldBe(["sightline-antiforgery", "sightline-session"]);
        foreach (var cookie in cookies.Values)
        {
            cookie.ShouldContain("httponly", Case.Insensitive);
            cookie.ShouldContain("samesite=strict", Case.Insensitive);
        }

        cookies["sightline-session"].ShouldContain("expires=", Case.Insensitive);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task In_production_the_session_travels_over_tls_only(string scheme)
    {
        await using var server = await TestServer.StartAsync(new TestServerOptions { Environment = "Production" });
        var browser = server.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);

        using var answer = await browser.Post("/account/sign-up", SomebodyNew());

        foreach (var cookie in answer.Headers.GetValues("Set-Cookie").Where(cookie => scheme == "https" || cookie.StartsWith("sightline-session", StringComparison.Ordinal)))
        {
            cookie.ShouldContain("; secure", Case.Insensitive);
        }
    }

    [Fact]
    public async Task Answers_about_a_person_are_not_kept_by_caches()
    {
        var ada = await _server.SignUpAsync("Ada");

        using var answer = await ada.Client.Get("/account/me");

        answer.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_outlives_the_server_and_holds_on_every_node()
    {
        var ada = await _server.SignUpAsync("Ada");
        await using var other = await TestServer.StartAsync(new TestServerOptions { ConnectionString = _server.ConnectionString });

        var me = await other.Browser().Send(HttpMethod.Get, "/account/me", ("Cookie", ada.Cookie)).Json();

        ((Guid?)me["person_id"]).ShouldBe(ada.PersonId);
    }

    [Fact]
    public async Task A_session_lasts_two_weeks_from_its_last_use()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions { Clock = clock });
        var ada = await server.SignUpAsync("Ada");

        clock.Advance(TimeSpan.FromDays(10));
        await ada.Client.Get("/account/me").Json();
        clock.Advance(TimeSpan.FromDays(10));
        await ada.Client.Get("/account/me").Json();
        var cookie = ada.Cookie;
        clock.Advance(TimeSpan.FromDays(15));

        await server.Browser().Send(HttpMethod.Get, "/account/me", ("Cookie", cookie))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Fact]
    public async Task A_bearer_token_that_is_wrong_is_nobody()
    {
        var browser = _server.Browser();
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");

        await browser.Get("/account/me").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    private static object SomebodyNew() => new { email = $"{Guid.NewGuid():N}@example.org", password = "long enough", display_name = "Somebody" };
}
