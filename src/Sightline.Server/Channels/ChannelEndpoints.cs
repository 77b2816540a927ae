using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sightline.Calls;
using Sightline.Server.Accounts;
using Sightline.Server.Hosting;
using Sightline.Server.People;

namespace Sightline.Server.Channels;

public sealed record Channel(Guid ChannelId, IReadOnlyList<Person> Members);

public sealed record ChannelsResponse(IReadOnlyList<Channel> Channels);

/// <summary>Either one other person, or the one to three others of a group.</summary>
public sealed record OpenChannelRequest(Guid? PersonId = null, IReadOnlyList<Guid>? PersonIds = null);

public static class ChannelEndpoints
{
    public static void AddChannels(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ChannelStore>();

    public static void MapChannels(this IEndpointRouteBuilder app)
    {
        var channels = app.MapGroup("/channels").WithTags("Channels");
        channels.MapGet("", ListAsync).WithSummary("The channels that one belongs to")
            .MayFailWith(ProblemCode.NotSignedIn);
        channels.MapPost("", OpenAsync).WithSummary("The channel with a person or of exactly these people, made when it is missing")
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
        var field = request.PersonIds is null ? "person_id" : "person_ids";
        IReadOnlyList<Guid> others = request.PersonIds ?? (request.PersonId is { } other ? [other] : []);
        if (new Fields()
            .Check("person_id", request.PersonId is null || request.PersonIds is null, "cannot be there beside person_ids")
            .Check("person_id", request.PersonId is not null || request.PersonIds is not null, "is missing")
            .Check(
                "person_ids",
                others.Count is >= 1 and < CallRules.MaxParticipants,
                $"names one to {CallRules.MaxParticipants - 1} people")
            .Check(field, !others.Contains(self), request.PersonIds is null ? "is oneself" : "names oneself")
            .Check(field, others.Distinct().Count() == others.Count, "names somebody twice").Problem is { } problem)
        {
            return problem;
        }

        Guid[] members = [self, .. others];
        var names = await people.NamesOfAsync(members, cancellationToken);
        if (names.Count < members.Length || await FindOrMakeAsync(channels, members, cancellationToken) is not { } opened)
        {
            return Problems.Of(ProblemCode.NotFound, "There is no such person.");
        }

        var channel = Describe(opened.ChannelId, members, names, presence);
        return opened.IsNew ? TypedResults.Created((string?)null, channel) : TypedResults.Ok(channel);
    }

    private static Task<(Guid ChannelId, bool IsNew)?> FindOrMakeAsync(
        ChannelStore channels, Guid[] members, CancellationToken cancellationToken) =>
        members is [var one, var other]
            ? channels.OpenDirectAsync(one, other, cancellationToken)
            : channels.OpenGroupAsync(members, cancellationToken);

    private static Channel Describe(
        Guid channelId, IEnumerable<Guid> members, IReadOnlyDictionary<Guid, string> names, IPresence presence) =>
        new(channelId, [.. members.Where(names.ContainsKey).Select(id => new Person(id, names[id], presence.Of(id)))]);
}
