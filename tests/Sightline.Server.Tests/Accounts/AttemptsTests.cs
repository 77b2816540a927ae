using System.Net;
using Npgsql;

namespace Sightline.Server.Tests.Accounts;

/// <summary>Guessing passwords is slow.</summary>
public sealed class AttemptsTests
{
    private const int MaxFailedPasswords = 10;

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/account/sign-up")]
    [InlineData("/account/token")]
    public async Task An_address_has_ten_attempts_a_minute(string path)
    {
        await using var server = await TestServer.StartAsync(("Accounts:AttemptsPerMinute", "10"));
        for (var attempt = 0; attempt < 10; attempt++)
        {
            (await server.Browser().Post(path, new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using var answer = await server.Browser().Post(path, new { });

        await Task.FromResult(answer).ShouldBeProblem(HttpStatusCode.TooManyRequests, "too_many_requests");
        answer.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_attempts_of_all_kinds_count_together_and_other_requests_do_not()
    {
        await using var server = await TestServer.StartAsync(("Accounts:AttemptsPerMinute", "3"));
        await server.Browser().Post("/account/sign-in", new { });
        await server.Browser().Post("/account/sign-up", new { });
        await server.Browser().Post("/account/token", new { });

        (await server.Browser().Post("/account/sign-in", new { })).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await server.Browser().Get("/account/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Browser().Post("/account/sign-out")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Behind_a_proxy_each_client_has_attempts_of_its_own()
    {
        await using var server = await TestServer.StartAsync(("Accounts:AttemptsPerMinute", "1"));

        (await AttemptFromAsync(server, "192.0.2.1")).ShouldBe(HttpStatusCode.BadRequest);
        (await AttemptFromAsync(server, "192.0.2.1")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await AttemptFromAsync(server, "192.0.2.2")).ShouldBe(HttpStatusCode.BadRequest);
        (await AttemptFromAsync(server, "192.0.2.99, 192.0.2.2")).ShouldBe(HttpStatusCode.TooManyRequests, "only the proxy's own word counts");
        (await AttemptFromAsync(server, "2001:db8::1")).ShouldBe(HttpStatusCode.BadRequest);
        (await AttemptFromAsync(server, "2001:db8::2")).ShouldBe(HttpStatusCode.TooManyRequests, "a network of one person is one client");
    }

    [Fact]
    public async Task Ten_wrong_passwords_lock_the_account_even_for_the_right_one()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        await FailAsync(server, ada, MaxFailedPasswords - 1, HttpStatusCode.Unauthorized);
        await FailAsync(server, ada, 1, HttpStatusCode.TooManyRequests);

        using var answer = await server.Browser().Post("/account/sign-in", new { email = ada.Email, password = ada.Password });

        await Task.FromResult(answer).ShouldBeProblem(HttpStatusCode.TooManyRequests, "locked_out");
        answer.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        await server.Browser().Post("/account/token", new { email = ada.Email, password = ada.Password })
            .ShouldBeProblem(HttpStatusCode.TooManyRequests, "locked_out");
        await ada.Client.Get("/account/me").Json();
    }

    [Fact]
    public async Task A_lock_ends()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        await FailAsync(server, ada, MaxFailedPasswords - 1, HttpStatusCode.Unauthorized);
        await FailAsync(server, ada, 1, HttpStatusCode.TooManyRequests);

        // Identity reads the system's clock: the lock is moved, not the time.
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var passed = database.CreateCommand("UPDATE accounts SET lockout_end = lockout_end - interval '5 minutes' WHERE lockout_end IS NOT NULL");
        (await passed.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);

        await server.Browser().Post("/account/sign-in", new { email = ada.Email, password = ada.Password }).Json();
    }

    [Fact]
    public async Task The_right_password_forgives_the_wrong_ones()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        await FailAsync(server, ada, MaxFailedPasswords - 1, HttpStatusCode.Unauthorized);
        await server.Browser().Post("/account/sign-in", new { email = ada.Email, password = ada.Password }).Json();

        await FailAsync(server, ada, MaxFailedPasswords - 1, HttpStatusCode.Unauthorized);
    }

    private static async Task<HttpStatusCode> AttemptFromAsync(TestServer server, string forwardedFor)
    {
        var browser = server.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        return (await browser.Post("/account/sign-in", new { })).StatusCode;
    }

    private static async Task FailAsync(TestServer server, TestPerson person, int times, HttpStatusCode status)
    {
        for (var time = 0; time < times; time++)
        {
            (await server.Browser().Post("/account/sign-in", new { email = person.Email, password = "not the password" })).StatusCode.ShouldBe(status);
        }
    }
}
