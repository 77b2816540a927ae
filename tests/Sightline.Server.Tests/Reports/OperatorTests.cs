using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Sightline.Server.Tests.Calls;

namespace Sightline.Server.Tests.Reports;

/// <summary>Whoever looks after the server finds every call and opens its report; others see no more than before.</summary>
public sealed class OperatorTests
{
    private const string Email = "Olga@Example.org";
    private const string Password = "password of Olga";

    [Fact]
    public async Task An_operator_finds_every_call_and_reads_its_report()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await SignUpAsync(scene.Server, Email).Status(HttpStatusCode.Created);
        await using var operated = await OperatedAsync(scene.Server.ConnectionString);
        var olga = await SignInAsync(operated);

        var list = await olga.Get("/calls?everybody=true").Json();
        var report = await olga.Get($"/calls/{scene.CallId}/report").Json();

        ((Guid)list["calls"]!.AsArray().ShouldHaveSingleItem()!["call_id"]!).ShouldBe(scene.CallId);
        ((Guid)report["call"]!["call_id"]!).ShouldBe(scene.CallId);
        ((bool)(await olga.Get("/account/me").Json())["is_operator"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task An_operator_has_no_part_in_the_call_itself()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await SignUpAsync(scene.Server, Email).Status(HttpStatusCode.Created);
        await using var operated = await OperatedAsync(scene.Server.ConnectionString);
        var olga = await SignInAsync(operated);

        await olga.Get($"/calls/{scene.CallId}").ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await olga.Post($"/calls/{scene.CallId}/end", new { }).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        (await olga.Get("/calls").Json())["calls"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_else_sees_the_calls_of_everybody()
    {
        await using var operated = await OperatedAsync();
        var ada = await operated.SignUpAsync("Ada");

        await ada.Client.Get("/calls?everybody=true").ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await operated.Browser().Get("/calls?everybody=true").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        ((bool)(await ada.Client.Get("/account/me").Json())["is_operator"]!).ShouldBeFalse();
        await using var without = await TestServer.StartAsync();
        var ben = await without.SignUpAsync("Ben");
        await ben.Client.Get("/calls?everybody=true").ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
    }

    [Fact]
    public async Task Nobody_becomes_an_operator_by_signing_up()
    {
        await using var operated = await OperatedAsync();

        await SignUpAsync(operated, Email.ToLowerInvariant()).ShouldBeProblem(HttpStatusCode.Conflict, "email_taken");
    }

    [Fact]
    public async Task An_entry_that_is_no_address_stops_the_start_and_is_not_repeated()
    {
        var problem = await Should.ThrowAsync<OptionsValidationException>(() => TestServer.StartAsync(("Operators:0", "Olga")));

        problem.Message.ShouldStartWith("Operators must be e-mail addresses");
        problem.Message.ShouldNotContain("Olga");
    }

    [Fact]
    public async Task What_an_operator_does_is_logged_without_who_it_was()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await SignUpAsync(scene.Server, Email).Status(HttpStatusCode.Created);
        await using var operated = await OperatedAsync(scene.Server.ConnectionString);
        var olga = await SignInAsync(operated);
        await olga.Get($"/calls/{scene.CallId}/report").Json();

        operated.Logs.Lines.ShouldContain(line => line.Contains($"Call {scene.CallId}: an operator reads its report", StringComparison.Ordinal));
        operated.Logs.Lines.ShouldAllBe(line => !line.Contains("olga", StringComparison.OrdinalIgnoreCase));
    }

    private static Task<TestServer> OperatedAsync(string? connectionString = null) => TestServer.StartAsync(new TestServerOptions
    {
        Settings = [("Operators:0", Email), ("Logging:LogLevel:Default", "Debug")],
        ConnectionString = connectionString,
    });

    private static Task<HttpResponseMessage> SignUpAsync(TestServer server, string email) =>
        server.Browser().Post("/account/sign-up", new { email, password = Password, display_name = "Olga" });

    private static async Task<TestClient> SignInAsync(TestServer server)
    {
        var browser = server.Browser();
        JsonObject me = await browser.Post("/account/sign-in", new { email = Email, password = Password }).Json();
        browser.UseAntiforgery((string)me["antiforgery_token"]!);
        return browser;
    }
}
