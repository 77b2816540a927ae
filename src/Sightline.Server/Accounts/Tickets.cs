using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

namespace Sightline.Server.Accounts;

/// <summary>
/// A page of another origin cannot send a header with a WebSocket, and a bearer token in an address would end up in logs. A ticket
/// may: it opens one socket, once, and soon.
/// </summary>
public sealed class Tickets(IDbContextFactory<SightlineDb> databases, TimeProvider clock)
{
    private const int TicketBytes = 32;
    private const int MaxTicketChars = 64;
    private const int MaxOpenPerPerson = 64;
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <returns>Null when the person has too many that are neither used nor expired.</returns>
    public async Task<TicketResponse?> IssueAsync(Guid personId, CancellationToken cancellationToken)
    {
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TicketBytes));
        var now = clock.GetUtcNow();
        var expiresAt = now + Lifetime;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var issued = await database.Database.ExecuteSqlAsync(
            $"""
            WITH purged AS (DELETE FROM tickets WHERE expires_at <= {now})
            INSERT INTO tickets (hash, person_id, expires_at)
            SELECT {Hash(ticket)}, {personId}, {expiresAt}
            WHERE (SELECT count(*) FROM tickets WHERE person_id = {personId} AND expires_at > {now}) < {MaxOpenPerPerson}
            """,
            cancellationToken);
        return issued > 0 ? new TicketResponse(ticket, expiresAt) : null;
    }

    /// <summary>Spends a ticket. Of any number of attempts at the same time, on whichever node, one gets it.</summary>
    /// <returns>Whose it was; null when there is no such ticket, it was spent before, or it has expired.</returns>
    public async Task<Guid?> RedeemAsync(string ticket, CancellationToken cancellationToken = default)
    {
        if (ticket.Length > MaxTicketChars)
        {
            return null;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var spent = await database.Database
            .SqlQuery<Guid>($"DELETE FROM tickets WHERE hash = {Hash(ticket)} AND expires_at > {clock.GetUtcNow()} RETURNING person_id")
            .ToListAsync(cancellationToken);
        return spent is [var personId] ? personId : null;
    }

    private static byte[] Hash(string ticket) => SHA256.HashData(Encoding.UTF8.GetBytes(ticket));
}

internal static class TicketEndpoints
{
    public static void MapTickets(this IEndpointRouteBuilder app) => app.MapPost("/tickets", IssueAsync)
        .WithTags("Being someone").WithSummary("A ticket that opens one socket, once")
        .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.Antiforgery, ProblemCode.TooManyRequests);

    private static async Task<Results<Created<TicketResponse>, Problem>> IssueAsync(
        ClaimsPrincipal person, Tickets tickets, CancellationToken cancellationToken) =>
        await tickets.IssueAsync(person.PersonId(), cancellationToken) is { } ticket
            ? TypedResults.Created((string?)null, ticket)
            : Problems.Of(ProblemCode.TooManyRequests, "There are too many unused tickets.", Tickets.Lifetime);
}
