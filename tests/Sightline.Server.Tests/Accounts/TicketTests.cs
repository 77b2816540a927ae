using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sightline.Server.Accounts;

namespace Sightline.Server.Tests.Accounts;

public sealed class TicketTests
{
    [Fact]
    public async Task Of_many_who_use_a_ticket_at_once_one_gets_in()
    {
        await using var one = await TestServer.StartAsync();
        await using var two = await TestServer.StartAsync(new TestServerOptions { ConnectionString = one.ConnectionString });
        var ada = await one.SignUpAsync("Ada");
        var ticket = await TicketAsync(ada);
        var nodes = new[] { one, two }.Select(server => server.Services.GetRequiredService<Tickets>()).ToArray();

        var redeemed = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => nodes[i % 2].RedeemAsync(ticket, TestContext.Current.CancellationToken)));

        redeemed.Where(personId => personId is not null).ShouldHaveSingleItem().ShouldBe(ada.PersonId);
    }

    [Fact]
    public async Task A_ticket_is_good_for_thirty_seconds()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions { Clock = clock });
        var ada = await server.SignUpAsync("Ada");
        var tickets = server.Services.GetRequiredService<Tickets>();

        var answer = await ada.Client.Post("/tickets").Json(HttpStatusCode.Created);
        ((DateTimeOffset)answer["expires_at"]!).ShouldBe(clock.GetUtcNow().AddSeconds(30), TimeSpan.FromMilliseconds(1));
        clock.Advance(TimeSpan.FromSeconds(29));
        (await tickets.RedeemAsync((string)answer["ticket"]!, TestContext.Current.CancellationToken)).ShouldBe(ada.PersonId);

        var late = await TicketAsync(ada);
        clock.Advance(TimeSpan.FromSeconds(30));
        (await tickets.RedeemAsync(late, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task The_database_does_not_know_the_tickets_and_forgets_expired_ones()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(new TestServerOptions { Clock = clock });
        var ada = await server.SignUpAsync("Ada");
        var ticket = await TicketAsync(ada);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);

        (await ScalarAsync(database, "SELECT string_agg(tickets::text, ' ') FROM tickets")).ShouldBeOfType<string>().ShouldNotContain(ticket);
        clock.Advance(TimeSpan.FromSeconds(31));
        await TicketAsync(ada);

        (await ScalarAsync(database, "SELECT count(*) FROM tickets")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_person_cannot_hoard_tickets()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");
        for (var i = 0; i < 64; i++)
        {
            await TicketAsync(ada);
        }

        using var answer = await ada.Client.Post("/tickets");

        await Task.FromResult(answer).ShouldBeProblem(HttpStatusCode.TooManyRequests, "too_many_requests");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await TicketAsync(await server.SignUpAsync("Grace"))).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("\0")]
    public async Task What_is_no_ticket_opens_nothing(string ticket)
    {
        await using var server = await TestServer.StartAsync();
        var tickets = server.Services.GetRequiredService<Tickets>();

        (await tickets.RedeemAsync(ticket, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await tickets.RedeemAsync(new string('a', 100_000), TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private static async Task<string> TicketAsync(TestPerson person) => (string)(await person.Client.Post("/tickets")
        .Json(HttpStatusCode.Created))["ticket"]!;

    private static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
