using System.Net;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests.People;

public sealed class PeopleTests
{
    [Fact]
    public async Task Everybody_else_is_listed_by_name()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        var zuse = await server.SignUpAsync("Zuse");
        await server.SignUpAsync("grace");
        await server.SignUpAsync("Émilie");

        var people = await PeopleAsync(ada);

        Names(people).ShouldBe(["grace", "Zuse", "Émilie"]);
        var last = people.Single(person => (string?)person!["display_name"] == "Zuse")!;
        ((Guid?)last["person_id"]).ShouldBe(zuse.PersonId);
        ((string?)last["presence"]).ShouldBe("offline");
        last.AsObject().Select(property => property.Key).ShouldBe(["person_id", "display_name", "presence"], "an e-mail is nobody else's business");
    }

    [Theory]
    [InlineData("lovelace", "Ada Lovelace")]
    [InlineData("ADA", "Ada Lovelace")]
    [InlineData(" ada ", "Ada Lovelace")]
    [InlineData("émILIE", "Émilie du Châtelet")]
    [InlineData("100%", "100% Person")]
    [InlineData("%", "100% Person")]
    [InlineData("_", "under_score")]
    [InlineData(@"\", @"back\slash")]
    [InlineData("'", "O'Neil")]
    [InlineData("example.org")]
    [InlineData("nobody")]
    public async Task A_query_finds_whose_name_contains_it(string query, params string[] found)
    {
        await using var server = await TestServer.StartAsync();
        var me = await server.SignUpAsync("Me");
        foreach (var name in new[] { "Ada Lovelace", "Émilie du Châtelet", "100% Person", "under_score", @"back\slash", "O'Neil" })
        {
            await server.SignUpAsync(name);
        }

        Names(await PeopleAsync(me, $"?query={Uri.EscapeDataString(query)}")).ShouldBe(found);
    }

    [Fact]
    public async Task A_limit_takes_the_first()
    {
        await using var server = await TestServer.StartAsync();
        var me = await server.SignUpAsync("Me");
        foreach (var name in new[] { "C", "B", "A" })
        {
            await server.SignUpAsync(name);
        }

        Names(await PeopleAsync(me, "?limit=2")).ShouldBe(["A", "B"]);
    }

    [Theory]
    [InlineData("?limit=0", "validation")]
    [InlineData("?limit=101", "validation")]
    [InlineData("?query=%00", "validation")]
    [InlineData("?limit=many", "malformed")]
    [InlineData("?limit=99999999999999999999", "malformed")]
    public async Task A_request_that_makes_no_sense_is_refused(string query, string code)
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");

        await ada.Client.Get($"/people{query}").ShouldBeProblem(HttpStatusCode.BadRequest, code);
        await ada.Client.Get($"/people?query={new string('a', 65)}").ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
    }

    [Fact]
    public async Task A_bearer_may_ask_too()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        await server.SignUpAsync("Grace");

        Names((await (await ada.BearerAsync()).Get("/people").Json())["people"]!.AsArray()).ShouldBe(["Grace"]);
    }

    private static async Task<JsonArray> PeopleAsync(TestPerson person, string query = "") => (await person.Client.Get($"/people{query}")
        .Json())["people"]!.AsArray();

    private static IEnumerable<string?> Names(JsonArray people) => people.Select(person => (string?)person!["display_name"]);
}
