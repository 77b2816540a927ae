using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sightline.Server.Accounts;
using Sightline.Server.Hosting;
using Sightline.Server.People;

namespace Sightline.Server.Channels;

public sealed record Channel(Guid ChannelId, IReadOnlyList<Person> Members);

public sealed record ChannelsResponse(IReadOnlyList<Channel> Channels);

public sealed record OpenChannelRequest([property: Required] Guid? PersonId);

public static class ChannelEndpoints
{
    public static void AddChannels(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ChannelStore>();

    public static void MapChannels(this IEndpointRouteBuilder app)
    {
        var channels = app.MapGroup("/channels").WithTags("Channels");
        channels.MapGet("", ListAsync).WithSummary("The channels that one belongs to")
            .MayFailWith(ProblemCode.NotSignedIn);
        channels.MapPost("", OpenAsync).WithSummary("The direct channel with a person, made when it is missing")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.Antiforgery)
            .MayFailWith(ProblemCode.Validation, ProblemCode.Malformed, ProblemCode.NotFound);
    }

    private static async Task<Ok<ChannelsResponse>> ListAsync(
        ClaimsPrincipal person, ChannelStore channels, PeopleStore people, IPresence presence, CancellationToken cancellationToken)
    {
        var found = await channels.ListAsync(person.PersonId(), cancellationToken);
        var names = await people.NamesOfAsync([.. found.SelectMany(members => members).Distinct()], cancellationToken);
        return TypedResults.Ok(new ChannelsResponse([.. found.Select(members => Describe(members.Key, members, names, presence))]));
    }

    private static async Task<Results<Created<Channel>, Ok<Channel>, Problem>> OpenAsync(
        OpenChannelRequest request,
        ClaimsPrincipal person,
        ChannelStore channels,
        PeopleStore people,
        IPresence presence,
        CancellationToken cancellationToken)
    {
        var self = person.PersonId();
        if (new Fields()
            .Check("person_id", request.PersonId is not null, "is missing")
            .Check("person_id", request.PersonId != self, "is oneself").Problem is { } problem)
        {
            return problem;
        }

        Guid[] members = [self, request.PersonId!.Value];
        var names = await people.NamesOfAsync(members, cancellationToken);
        if (names.Count < members.Length || await channels.OpenDirectAsync(members[0], members[1], cancellationToken) is not { } opened)
        {
            return Problems.Of(ProblemCode.NotFound, "There is no such person.");
        }

        var channel = Describe(opened.ChannelId, members, names, presence);
        return opened.IsNew ? TypedResults.Created((string?)null, channel) : TypedResults.Ok(channel);
    }

    private static Channel Describe(
        Guid channelId, IEnumerable<Guid> members, IReadOnlyDictionary<Guid, string> names, IPresence presence) =>
        new(channelId, [.. members.Where(names.ContainsKey).Select(id => new Person(id, names[id], presence.Of(id)))]);
}
