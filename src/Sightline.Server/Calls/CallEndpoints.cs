using System.Security.Claims;
using Sightline.Calls;
using Sightline.Server.Accounts;
using Sightline.Server.Channels;
using Sightline.Server.Hosting;
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

public sealed record CallList(IReadOnlyList<CallView> Calls);

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
        builder.Services.AddOptions<CallOptions>().BindConfiguration(CallOptions.Section).ValidateDataAnnotations().ValidateOnStart();
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
            .MayFailWith(ProblemCode.NotFound, ProblemCode.Validation, ProblemCode.Malformed, ProblemCode.Antiforgery);
        calls.MapGet("", ListAsync).Produces<CallList>().MayFailWith(ProblemCode.Validation);
        calls.MapGet("/{callId:guid}", DetailsAsync).Produces<CallDetails>().MayFailWith(ProblemCode.NotAParticipant);

        MapCommand(calls, "accept", (Guid personId, DeviceRequest request) => new Accept(personId, request.DeviceId));
        MapCommand(calls, "leave", (Guid personId, DeviceRequest request) => new Leave(personId, request.DeviceId));
        MapCommand(calls, "decline", personId => new Decline(personId));
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

    private static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Produces<CallView>()
        .MayFailWith(ProblemCode.NotAParticipant, ProblemCode.InvalidTransition, ProblemCode.Antiforgery);

    private static async Task<IResult> InitiateAsync(
        InitiateRequest request, ClaimsPrincipal user, ChannelStore channels, CallService calls, CallAnnouncer announcer, CancellationToken cancel)
    {
        var callerId = user.PersonId();
        var members = await channels.MembersOfAsync(request.ChannelId, cancel);
        if (!members.Contains(callerId))
        {
            // The same answer for a channel of others and for none: neither is anybody's business.
            return Problems.Of(ProblemCode.NotFound, "There is no such channel.");
        }

        var callees = members.Where(member => member != callerId).ToArray();
        return await calls.InitiateAsync(CallViews.From(request.CallType), request.ChannelId, callerId, callees) switch
        {
            CallResult.Done done => Results.Created($"/calls/{done.Call.Id}", await announcer.ViewOfAsync(done.Call)),
            CallResult.Refused => Problems.Validation("channel_id", $"A call has two to {CallRules.MaxParticipants} people."),
            _ => throw new InvalidOperationException("A new call is made or refused."),
        };
    }

    private static async Task<IResult> DecideAsync(Guid callId, Command command, CallService calls, CallAnnouncer announcer, CancellationToken cancel) =>
        await calls.DecideAsync(callId, command, cancel) switch
        {
            CallResult.Done done => Results.Ok(await announcer.ViewOfAsync(done.Call)),
            CallResult.NotFound or CallResult.Refused { Reason: RejectReason.NotAParticipant } => NoSuchCall(),
            CallResult.Refused { Reason: RejectReason.AnsweredElsewhere } =>
                Problems.Of(ProblemCode.InvalidTransition, "The call was answered on another device."),
            CallResult.Refused => Problems.Of(ProblemCode.InvalidTransition, "The call does not allow that now."),
            _ => throw new InvalidOperationException("A result that nobody answers."),
        };

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, CallStore calls, CallAnnouncer announcer, CancellationToken cancel, int limit = DefaultCalls, DateTimeOffset? before = null)
    {
        if (limit is < 1 or > MaxCalls)
        {
            return Problems.Validation("limit", $"Ask for 1 to {MaxCalls} calls.");
        }

        return TypedResults.Ok(new CallList(await announcer.ViewsOfAsync(await calls.ListAsync(user.PersonId(), limit, before, cancel))));
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
