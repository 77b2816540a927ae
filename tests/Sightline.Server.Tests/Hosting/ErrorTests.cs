using System.Net;
using Npgsql;

namespace Sightline.Server.Tests.Hosting;

/// <summary>Every error is a problem document with a code of the protocol.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("GET", "/account/nowhere")]
    [InlineData("POST", "/nowhere")]
    [InlineData("GET", "/assets/missing.js")]
    [InlineData("GET", "/..%2f..%2fetc%2fpasswd")]
    public async Task What_is_not_there_is_not_found(string method, string path)
    {
        await using var server = await TestServer.StartAsync();

        await server.Browser().Send(new HttpMethod(method), path).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("DELETE", "/people")]
    [InlineData("PUT", "/account/me")]
    [InlineData("GET", "/tickets")]
    public async Task A_method_that_a_path_does_not_answer_is_not_found(string method, string path)
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");

        await ada.Client.Send(new HttpMethod(method), path).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("/account/sign-up")]
    [InlineData("/account/token/refresh")]
    public async Task A_body_has_at_most_64_KiB(string path)
    {
        await using var server = await TestServer.StartAsync();
        var body = $$"""{"padding":"{{new string('x', 64 * 1024)}}"}""";

        await server.Browser().PostText(path, body).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task A_body_that_does_not_say_how_long_it_is_is_bounded_too()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-up")
        {
            Content = new StringContent($$"""{"padding":"{{new string('x', 64 * 1024)}}"}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        };

        await server.Browser().SendAsync(request, TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task What_nobody_expected_says_nothing_but_where_to_look()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var damage = database.CreateCommand("ALTER TABLE accounts RENAME COLUMN display_name TO gone");
        await damage.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var problem = await ada.Client.Get("/people").ShouldBeProblem(HttpStatusCode.InternalServerError, "unexpected");

        problem.Select(property => property.Key).ShouldBe(["title", "status", "code", "trace_id"], ignoreOrder: true);
        server.Logs.Lines.ShouldContain(line => line.Contains((string)problem["trace_id"]!, StringComparison.Ordinal) && line.Contains("PostgresException", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/account/me")]
    [InlineData("/nowhere")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/health/live")]
    public async Task Every_answer_tells_browsers_what_they_may_do(string path)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Browser().Get(path);

        string Header(string name) => string.Join(' ', answer.Headers.GetValues(name));
        Header("Content-Security-Policy").ShouldContain("default-src 'self'");
        Header("Content-Security-Policy").ShouldContain("frame-ancestors 'none'");
        Header("Content-Security-Policy").ShouldContain($"connect-src 'self' ws://{server.Address.Authority} ");
        Header("Content-Security-Policy").ShouldContain("media-src 'self' blob:");
        Header("Permissions-Policy").ShouldContain("camera=(self), microphone=(self)");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("Referrer-Policy").ShouldBe("no-referrer");
        answer.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task An_error_keeps_the_headers()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var damage = database.CreateCommand("ALTER TABLE accounts RENAME TO gone");
        await damage.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        using var answer = await ada.Client.Get("/people");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
        answer.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
    }
}
