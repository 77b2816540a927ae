using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Sightline.Calls;
using Sightline.Server.Accounts;
using Sightline.Server.Channels;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;
using Sightline.Server.People;
using Sightline.Server.Signalling;
using Sightline.Server.Telemetry;
using Sightline.Signalling;
using Accept = Sightline.Calls.Accept;
using Command = Sightline.Calls.Command;
using Leave = Sightline.Calls.Leave;

namespace Sightline.Server.Calls;

/// <param name="CallType">What the caller asks for.</param>
/// <param name="ChannelId">Whom: everybody else in this channel rings.</param>
public sealed record InitiateRequest(WireCallType CallType, Guid ChannelId);

/// <param name="DeviceId">The device that takes part from now on, or that goes.</param>
public sealed record DeviceRequest(Guid DeviceId);

/// <param name="PersonIds">Whom to ring as well.</param>
public sealed record InviteRequest([property: Required] IReadOnlyList<Guid>? PersonIds);

/// <param name="MissedUnseen">How many missed calls the person has not looked at, of all there are.</param>
public sealed record CallList(IReadOnlyList<CallView> Calls, int MissedUnseen);

public sealed record CallDetails(CallView Call, IReadOnlyList<HistoryLine> History);

/// <summary>A change of state; <c>by</c> is <c>null</c> where time or the network did it.</summary>
public sealed record HistoryLine(DateTimeOffset At, WireCallState? From, WireCallState To, Guid? By, string Cause);

/// <summary><c>/calls</c>: starting, answering and ending calls, and looking back at them.</summary>
internal static class CallEndpoints
{
    private const int DefaultCalls = 50;
    private const int MaxCalls = 200;

    public static void AddCalls(this WebApplicationBuilder builder)
    {
        Catalogue.Add<CallOptions>(builder, CallOptions.Section);
        builder.Services
            .AddSingleton(provider => new CallRules(provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<CallOptions>>().Value.ToTimeouts()))
            .AddSingleton<CallAnnouncer>()
            .AddSingleton<CallStore>()
            .AddSingleton<CallService>()
            .AddHostedService<CallWarmUp>()
            .AddSingleton<CallTimers>()
            .AddHostedService(provider => provider.GetRequiredService<CallTimers>());
    }

    public static void MapCalls(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/calls").RequireAuthorization().WithTags("Calls").MayFailWith(ProblemCode.NotSignedIn);

        calls.MapPost("/initiate", InitiateAsync)
            .Produces<CallView>(StatusCodes.Status201Created)
            .Produces<CallView>()
            .WithSummary("Rings everybody else in a channel; 200 is the call of somebody there who rings at the same moment")
            .MayFailWith(ProblemCode.NotFound, ProblemCode.Validation, ProblemCode.Malformed, ProblemCode.Antiforgery);
        calls.MapGet("", ListAsync).Produces<CallList>().MayFailWith(ProblemCode.Validation, ProblemCode.NotAParticipant)
            .WithSummary("One's own calls; with everybody=true, for operators, all there are");
        calls.MapGet("/{callId:guid}", DetailsAsync).Produces<CallDetails>().MayFailWith(ProblemCode.NotAParticipant);

        calls.MapPost("/seen", SeenAsync).Produces(StatusCodes.Status204NoContent).MayFailWith(ProblemCode.Antiforgery)
            .WithSummary("The person has looked at all calls so far");

        Describe(calls.MapPost("/{callId:guid}/accept", AcceptAsync));
        Describe(calls.MapPost("/{callId:guid}/decline", DeclineAsync));
        Describe(calls.MapPost("/{callId:guid}/invite", InviteAsync))
            .WithSummary("Rings more people in a running call")
            .MayFailWith(ProblemCode.NotFound, ProblemCode.Validation, ProblemCode.Malformed);
        MapCommand(calls, "leave", (Guid personId, DeviceRequest request) => new Leave(personId, request.DeviceId));
        MapCommand(calls, "cancel", personId => new Cancel(personId));
        MapCommand(calls, "end", personId => new End(personId));
    }

    private static void MapCommand(RouteGroupBuilder calls, string verb, Func<Guid, Command> command) => Describe(calls.MapPost(
        $"/{{callId:guid}}/{verb}",
        (Guid callId, ClaimsPrincipal user, CallService service, CallAnnouncer announcer, CancellationToken cancel) =>
            DecideAsync(callId, command(user.PersonId()), service, announcer, cancel)));

    private static void MapCommand<TRequest>(RouteGroupBuilder calls, string verb, Func<Guid, TRequest, Command> command) => Describe(calls.MapPost(
        $"/{{callId:guid}}/{verb}",
        (Guid callId, TRequest request, ClaimsPrincipal user, CallService service, CallAnnouncer announcer, CancellationToken cancel) =>
            DecideAsync(callId, command(user.PersonId(), request), service, announcer, cancel)));

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .Produces<CallView>()
        .MayFailWith(ProblemCode.NotAParticipant, ProblemCode.InvalidTransition, ProblemCode.Antiforgery);

    private static async Task<IResult> InitiateAsync(
        InitiateRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        ChannelStore channels,
        CallService calls,
        CallAnnouncer announcer,
        CancellationToken cancel)
    {
        var callerId = user.PersonId();
        var members = await channels.MembersOfAsync(request.ChannelId, cancel);
        if (!members.Contains(callerId))
        {
            // The same answer for a channel of others and for none: neither is anybody's business.
            return Problems.Of(ProblemCode.NotFound, "There is no such channel.");
        }

        var callees = members.Where(member => member != callerId).ToArray();
        return await calls.InitiateAsync(CallViews.From(request.CallType), request.ChannelId, callerId, callees, CallTrace.IdFor(http)) switch
        {
            CallResult.Done done => Results.Created($"/calls/{done.Call.Id}", await announcer.ViewOfAsync(done.Call)),
            CallResult.Theirs theirs => Results.Ok(await announcer.ViewOfAsync(theirs.Call)),
            CallResult.Refused => Problems.Validation("channel_id", $"A call has two to {CallRules.MaxParticipants} people."),
            _ => throw new InvalidOperationException("A new call is made or refused."),
        };
    }

    private static async Task<IResult> AcceptAsync(
        Guid callId,
        DeviceRequest request,
        ClaimsPrincipal user,
        CallService calls,
        CallAnnouncer announcer,
        Switchboard switchboard,
        CancellationToken cancel)
    {
        var personId = user.PersonId();
        var result = await calls.DecideAsync(callId, new Accept(personId, request.DeviceId), cancel);
        if (result is CallResult.Done && !switchboard.IsHere(callId, new PeerName(personId, request.DeviceId)))
        {
            // It has the grace time to come with a socket, like any device that has none.
            await calls.DecideAsync(callId, new Lose(personId, request.DeviceId), CancellationToken.None);
        }

        return await AnswerAsync(result, announcer);
    }

    private static async Task<IResult> DeclineAsync(
        Guid callId, ClaimsPrincipal user, CallService calls, CallAnnouncer announcer, CancellationToken cancel) =>
        await AnswerAsync(await calls.DeclineAsync(callId, user.PersonId(), cancel), announcer);

    private static async Task<IResult> InviteAsync(
        Guid callId,
        InviteRequest request,
        ClaimsPrincipal user,
        PeopleStore people,
        CallService calls,
        CallAnnouncer announcer,
        CancellationToken cancel)
    {
        IReadOnlyList<Guid> invited = request.PersonIds ?? [];
        if (new Fields()
            .Check(
                "person_ids",
                invited.Count is >= 1 and < CallRules.MaxParticipants,
                $"names one to {CallRules.MaxParticipants - 1} people")
            .Check("person_ids", invited.Distinct().Count() == invited.Count, "names somebody twice").Problem is { } problem)
        {
            return problem;
        }

        // Whoever may not invite is told so before anything is said about people.
        if (!await calls.IsParticipantAsync(callId, user.PersonId(), cancel))
        {
            return NoSuchCall();
        }

        return (await people.NamesOfAsync(invited, cancel)).Count < invited.Count
            ? Problems.Of(ProblemCode.NotFound, "There is no such person.")
            : await AnswerAsync(await calls.InviteAsync(callId, user.PersonId(), invited, cancel), announcer);
    }

    private static async Task<IResult> SeenAsync(ClaimsPrincipal user, CallStore calls, CallAnnouncer announcer, CancellationToken cancel)
    {
        if (await calls.MarkSeenAsync(user.PersonId(), cancel))
        {
            await announcer.TellMissedAsync(user.PersonId());
        }

        return Results.NoContent();
    }

    private static async Task<IResult> DecideAsync(
        Guid callId, Command command, CallService calls, CallAnnouncer announcer, CancellationToken cancel) =>
        await AnswerAsync(await calls.DecideAsync(callId, command, cancel), announcer);

    private static async Task<IResult> AnswerAsync(CallResult result, CallAnnouncer announcer) => result switch
    {
        CallResult.Done done => Results.Ok(await announcer.ViewOfAsync(done.Call)),
        CallResult.NotFound or CallResult.Refused { Reason: RejectReason.NotAParticipant } => NoSuchCall(),
        CallResult.Refused { Reason: RejectReason.AnsweredElsewhere } =>
            Problems.Of(ProblemCode.InvalidTransition, "The call was answered on another device."),
        CallResult.Refused { Reason: RejectReason.NoRoom } =>
            Problems.Of(ProblemCode.InvalidTransition, $"A call has at most {CallRules.MaxParticipants} people."),
        CallResult.Refused => Problems.Of(ProblemCode.InvalidTransition, "The call does not allow that now."),
        _ => throw new InvalidOperationException("A result that nobody answers."),
    };

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, CallStore calls, CallAnnouncer announcer, Operators operators, CancellationToken cancel,
        int limit = DefaultCalls, DateTimeOffset? before = null, bool everybody = false)
    {
        if (limit is < 1 or > MaxCalls)
        {
            return Problems.Validation("limit", $"Ask for 1 to {MaxCalls} calls.");
        }

        if (everybody && !await operators.IncludesAsync(user.PersonId(), cancel))
        {
            return Problems.Of(ProblemCode.NotAParticipant);
        }

        var found = everybody ? await calls.ListAllAsync(limit, before, cancel) : await calls.ListAsync(user.PersonId(), limit, before, cancel);
        return TypedResults.Ok(new CallList(await announcer.ViewsOfAsync(found), await calls.CountUnseenAsync(user.PersonId(), cancel)));
    }

    private static async Task<IResult> DetailsAsync(
        Guid callId, ClaimsPrincipal user, CallStore calls, CallAnnouncer announcer, CancellationToken cancel)
    {
        if (await calls.LoadAsync(callId, cancel) is not { } call || call.Find(user.PersonId()) is null)
        {
            return NoSuchCall();
        }

        var history = await calls.HistoryAsync(callId, cancel);
        return TypedResults.Ok(new CallDetails(
            await announcer.ViewOfAsync(call),
            [.. history.Select(line => new HistoryLine(line.At, line.From is { } from ? CallViews.WireOf(from) : null, CallViews.WireOf(line.To), line.By, line.Cause))]));
    }

    /// <summary>A call of others looks like no call at all to somebody who guesses ids.</summary>
    private static Problem NoSuchCall() => Problems.Of(ProblemCode.NotAParticipant, "There is no such call, or it is not yours.");
}
