using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sightline.Server.Accounts;
using Sightline.Server.Hosting;

namespace Sightline.Server.People;

public sealed record Person(Guid PersonId, string DisplayName, Presence Presence)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(Person);
}

public sealed record PeopleResponse(IReadOnlyList<Person> People);

public static class PeopleEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    public static void AddPeople(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PeopleStore>();
        builder.Services.AddSingleton<PersonNames>();
        builder.Services.TryAddSingleton<IPresence, NobodyPresent>();
    }

    public static void MapPeople(this IEndpointRouteBuilder app) =>
        app.MapGet("/people", FindAsync).WithTags("People").WithSummary("People whose name contains the query, without oneself; those who are here come first")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.Validation, ProblemCode.Malformed);

    private static async Task<Results<Ok<PeopleResponse>, Problem>> FindAsync(
        ClaimsPrincipal person,
        PeopleStore people,
        IPresence presence,
        CancellationToken cancellationToken,
        string query = "",
        int limit = DefaultLimit)
    {
        var fields = new Fields()
            .CheckText("query", query, minChars: 0, Account.MaxDisplayNameChars)
            .Check("limit", limit is >= 1 and <= MaxLimit, $"must be between 1 and {MaxLimit}");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var found = await people.FindAsync(query.Trim(), person.PersonId(), presence.Here, limit, cancellationToken);
        var answer = found.Select(other => new Person(other.PersonId, other.DisplayName, presence.Of(other.PersonId)));
        return TypedResults.Ok(new PeopleResponse([.. answer]));
    }
}
