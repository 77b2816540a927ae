using System.Net;
using System.Net.Http.Json;

namespace Sightline.Server.Tests.Accounts;

public sealed class AntiforgeryTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("POST", "/tickets")]
    [InlineData("POST", "/channels")]
    [InlineData("POST", "/calls/initiate")]
    [InlineData("POST", "/account/sign-out")]
    [InlineData("POST", "/account/sign-in")]
    [InlineData("POST", "/account/sign-up")]
    public async Task A_cookie_alone_changes_nothing(string method, string path)
    {
        var ada = await _server.SignUpAsync("Ada");

        await _server.Browser().Send(new HttpMethod(method), path, ("Cookie", ada.Cookie))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "antiforgery");

        await ada.Client.Get("/account/me").Json();
    }

    [Fact]
    public async Task A_token_that_is_wrong_changes_nothing()
    {
        var ada = await _server.SignUpAsync("Ada");

        await _server.Browser().Send(HttpMethod.Post, "/tickets", ("Cookie", ada.Cookie), (TestClient.AntiforgeryHeader, "wrong"))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "antiforgery");
    }

    [Fact]
    public async Task The_token_of_another_person_changes_nothing()
    {
        var ada = await _server.SignUpAsync("Ada");
        var mallory = await _server.SignUpAsync("Mallory");
        var mallorys = mallory.Client.DefaultRequestHeaders.GetValues(TestClient.AntiforgeryHeader).Single();

        await _server.Browser().Send(HttpMethod.Post, "/tickets", ("Cookie", ada.Cookie), (TestClient.AntiforgeryHeader, mallorys))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "antiforgery");
    }

    [Fact]
    public async Task A_form_of_another_page_does_not_count_as_a_token()
    {
        var ada = await _server.SignUpAsync("Ada");
        var token = ada.Client.DefaultRequestHeaders.GetValues(TestClient.AntiforgeryHeader).Single();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tickets")
        {
            Headers = { { "Cookie", ada.Cookie } },
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]),
        };

        await _server.Browser().SendAsync(request, TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.BadRequest, "antiforgery");
    }

    [Fact]
    public async Task Every_answer_about_oneself_brings_a_token_that_works()
    {
        var ada = await _server.SignUpAsync("Ada");
        ada.Client.UseAntiforgery((string)(await ada.Client.Get("/account/me").Json())["antiforgery_token"]!);

        (await ada.Client.Post("/tickets")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Who_signs_in_as_somebody_else_needs_the_new_token()
    {
        var ada = await _server.SignUpAsync("Ada");
        var grace = await _server.SignUpAsync("Grace");
        var me = await ada.Client.Post("/account/sign-in", new { email = grace.Email, password = grace.Password }).Json();

        await ada.Client.Post("/tickets").ShouldBeProblem(HttpStatusCode.BadRequest, "antiforgery");
        ada.Client.UseAntiforgery((string)me["antiforgery_token"]!);
        (await ada.Client.Post("/tickets")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_bearer_needs_none_even_beside_a_cookie()
    {
        var ada = await _server.SignUpAsync("Ada");
        var bearer = await ada.BearerAsync();
        bearer.DefaultRequestHeaders.Add("Cookie", ada.Cookie);

        (await bearer.Post("/tickets")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_is_nobody_before_a_token_matters() =>
        await _server.Browser().Post("/tickets").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/account/sign-up")]
    public async Task A_form_signs_nobody_in(string path)
    {
        var ada = await _server.SignUpAsync("Ada");
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = ada.Email, ["password"] = ada.Password, ["display_name"] = "Ada" };
        using var content = new FormUrlEncodedContent(form);

        await _server.Browser().PostAsync(path, content, TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
        await _server.Browser().PostText(path, $$"""{"email":"{{ada.Email}}","password":"{{ada.Password}}"}""", "text/plain")
            .ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task A_page_of_another_origin_signs_nobody_in(string origin)
    {
        var ada = await _server.SignUpAsync("Ada");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in") { Content = JsonContent.Create(new { email = ada.Email, password = ada.Password }) };
        request.Headers.TryAddWithoutValidation("Origin", origin);

        using var answer = await _server.Browser().SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(origin.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        answer.Headers.Contains("Set-Cookie").ShouldBe(origin.Length == 0);
    }

    [Fact]
    public async Task Our_own_page_signs_in()
    {
        var ada = await _server.SignUpAsync("Ada");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in")
        {
            Headers = { { "Origin", _server.Address.GetLeftPart(UriPartial.Authority) } },
            Content = JsonContent.Create(new { email = ada.Email, password = ada.Password }),
        };

        await _server.Browser().SendAsync(request, TestContext.Current.CancellationToken).Json();
    }
}
