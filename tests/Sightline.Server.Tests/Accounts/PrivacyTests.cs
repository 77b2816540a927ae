using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sightline.Server.Accounts;

namespace Sightline.Server.Tests.Accounts;

/// <summary>What people are called, how they are reached and what they sign in with stays out of the log.</summary>
public sealed class PrivacyTests
{
    [Fact]
    public async Task A_run_logs_no_name_no_email_no_password_and_no_token()
    {
        await using var server = await TestServer.StartAsync(("Accounts:AttemptsPerMinute", "30"), ("Logging:LogLevel:Default", "Debug"));
        var ada = await server.SignUpAsync("Ada Lovelace");
        var grace = await server.SignUpAsync("Grace Hopper");
        await server.Browser().Post("/account/sign-up", new { email = ada.Email, password = "another password", display_name = "Zuse" });
        await server.Browser().Post("/account/sign-in", new { email = ada.Email, password = "a wrong password" });
        await server.Browser().PostText("/account/sign-in", $$"""{"email":"{{ada.Email}}","password":["{{ada.Password}}"]}""");
        var tokens = await server.Browser().Post("/account/token", new { email = ada.Email, password = ada.Password }).Json();
        await server.Browser().Post("/account/token/refresh", new { refresh_token = "a-refresh-token" });
        await ada.Client.Get("/people?query=Hopper");
        await ada.Client.Post("/channels", new { person_id = grace.PersonId });
        await ada.Client.Get("/ice-servers");
        var ticket = (string)(await ada.Client.Post("/tickets").Json(HttpStatusCode.Created))["ticket"]!;
        await server.Services.GetRequiredService<Tickets>().RedeemAsync(ticket, TestContext.Current.CancellationToken);
        for (var i = 0; i < 30; i++)
        {
            await server.Browser().Post("/account/sign-in", new { email = ada.Email, password = "a wrong password" });
        }

        // Now the worst: requests with all of it fail in the database.
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var damage = database.CreateCommand("ALTER TABLE accounts RENAME TO gone");
        await damage.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var trace = (string)(await grace.Client.Get("/people?query=Lovelace")
            .ShouldBeProblem(HttpStatusCode.InternalServerError, "unexpected"))["trace_id"]!;
        await server.Browser().Post("/account/token/refresh", new { refresh_token = (string)tokens["refresh_token"]! });

        var log = string.Join('\n', server.Logs.Lines);

        log.ShouldContain(trace);
        string[] secrets =
        [
            "Lovelace", "Hopper", "Zuse", ada.Email, ada.Email.ToUpperInvariant(), grace.Email, ada.Password, "another password", "a wrong password",
            ticket, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!, "a-refresh-token", "127.0.0.1:",
            ada.Client.DefaultRequestHeaders.GetValues(TestClient.AntiforgeryHeader).Single(), ada.Cookie.Split("sightline-session=")[1].Split(';')[0],
        ];
        foreach (var secret in secrets)
        {
            log.ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task A_demo_link_is_not_logged()
    {
        await using var server = await TestServer.StartAsync(new TestServerOptions { Environment = "Development" });
        var url = (string)(await server.Browser().Get("/demo/people").Json())["links"]![0]!["url"]!;
        await server.Browser().Get(url);

        string.Join('\n', server.Logs.Lines).ShouldNotContain(url.Split('=')[1]);
    }
}
