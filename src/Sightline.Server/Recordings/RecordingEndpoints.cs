using System.Security.Claims;
using Microsoft.Net.Http.Headers;
using Sightline.Calls;
using Sightline.Media.Recording;
using Sightline.Server.Accounts;
using Sightline.Server.Calls;
using Sightline.Server.Hosting;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary><c>/calls/{id}/recording</c> starts and stops, <c>/recordings</c> takes media and gives out what was made of it.</summary>
internal static class RecordingEndpoints
{
    private const int DefaultRecordings = 50;
    private const int MaxRecordings = 200;

    /// <summary>When a device may try again that this server could not take.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/calls/{callId:guid}/recording").RequireAuthorization().WithTags("Recordings")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.NotAParticipant, ProblemCode.InvalidTransition, ProblemCode.Antiforgery)
            .MayFailWith(ProblemCode.TooManyRequests);
        calls.MapPost("", StartAsync)
            .Produces<RecordingView>(StatusCodes.Status201Created)
            .Produces<RecordingView>()
            .WithSummary("Records the call from now on; 200 is the recording that runs already")
            .MayFailWith(ProblemCode.RecordingUnavailable);
        calls.MapPost("/stop", StopAsync).Produces<RecordingView>()
            .WithSummary("Records the call no more; its files are made from now on");

        var recordings = routes.MapGroup("/recordings").RequireAuthorization().WithTags("Recordings").MayFailWith(ProblemCode.NotSignedIn);
        recordings.MapGet("", ListAsync)
            .Produces<RecordingList>().MayFailWith(ProblemCode.Validation)
            .WithSummary("Recordings in which the person was, newest first");
        recordings.MapGet("/{recordingId:guid}", DetailsAsync).Produces<RecordingDetails>().MayFailWith(ProblemCode.NotAParticipant);
        recordings.MapPost("/{recordingId:guid}/leg", OfferAsync)
            .Produces<LegResponse>()
            .WithSummary("Sends this device's media to the recording; again to go on with it")
            .MayFailWith(ProblemCode.NotAParticipant, ProblemCode.NotFound, ProblemCode.Validation, ProblemCode.Malformed)
            .MayFailWith(ProblemCode.Antiforgery, ProblemCode.BadOffer, ProblemCode.TooManyRequests, ProblemCode.RecordingUnavailable);
        recordings.MapGet("/{recordingId:guid}/files/{name}", FileAsync)
            .Produces(StatusCodes.Status200OK, contentType: "video/mp4")
            .Produces(StatusCodes.Status206PartialContent, contentType: "video/mp4")
            .WithSummary("One file, or a range of it; as an attachment with download=1")
            .MayFailWith(ProblemCode.NotAParticipant, ProblemCode.NotFound, ProblemCode.RecordingUnavailable);
    }

    private static async Task<IResult> StartAsync(
        Guid callId,
        ClaimsPrincipal user,
        CallService calls,
        RecordingService recordings,
        RecordingLimits limits,
        CancellationToken cancel)
    {
        if (!limits.MayChange(user.PersonId()))
        {
            return TooMany();
        }

        return await recordings.StartAsync(callId, user.PersonId(), cancel) switch
        {
            StartResult.Begun begun => Results.Created($"/recordings/{begun.View.RecordingId}", begun.View),
            StartResult.Runs runs => Results.Ok(runs.View),
            StartResult.Unavailable unavailable => Problems.Of(ProblemCode.RecordingUnavailable, unavailable.Reason),
            StartResult.Refused refused => Refuse(refused.Reason),
            _ => throw new InvalidOperationException("A result that nobody answers."),
        };
    }

    private static async Task<IResult> StopAsync(
        Guid callId, ClaimsPrincipal user, RecordingService recordings, RecordingLimits limits, CancellationToken cancel)
    {
        if (!limits.MayChange(user.PersonId()))
        {
            return TooMany();
        }

        return await recordings.StopAsync(callId, user.PersonId(), cancel) switch
        {
            StartResult.Runs runs => Results.Ok(runs.View),
            StartResult.Refused refused => Refuse(refused.Reason),
            _ => throw new InvalidOperationException("A result that nobody answers."),
        };
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, RecordingStore store, RecordingAnnouncer announcer, CancellationToken cancel,
        int limit = DefaultRecordings, DateTimeOffset? before = null)
    {
        if (limit is < 1 or > MaxRecordings)
        {
            return Problems.Validation("limit", $"Ask for 1 to {MaxRecordings} recordings.");
        }

        var found = await store.ListAsync(user.PersonId(), limit, before, cancel);
        return TypedResults.Ok(new RecordingList(await announcer.ViewsOfAsync(found, cancel)));
    }

    private static async Task<IResult> DetailsAsync(
        Guid recordingId, ClaimsPrincipal user, RecordingStore store, RecordingAnnouncer announcer, CancellationToken cancel) =>
        await FindAsync(recordingId, user, store, cancel) is { } recording
            ? TypedResults.Ok(new RecordingDetails(await announcer.ViewOfAsync(recording, cancel), recording.Outcome))
            : NoSuchRecording();

    private static async Task<IResult> OfferAsync(
        Guid recordingId,
        LegRequest request,
        ClaimsPrincipal user,
        RecordingStore store,
        RecordingService recordings,
        RecordingLimits limits,
        CancellationToken cancel)
    {
        if (!limits.MayOffer(user.PersonId()))
        {
            return TooMany();
        }

        if (new Fields()
            .CheckLength("offer", request.Offer, minChars: 1, Limits.MaxSdpChars)
            .Check("offer", request.Offer?.StartsWith("v=0", StringComparison.Ordinal) != false, "is no session description")
            .Problem is { } problem)
        {
            return problem;
        }

        if (await FindAsync(recordingId, user, store, cancel) is not { } recording)
        {
            return NoSuchRecording();
        }

        var leg = new LegName(recordingId, user.PersonId(), request.DeviceId);
        return await recordings.OfferAsync(recording, leg, request.Offer!, cancel) switch
        {
            LegResult.Answered answered => Results.Ok(new LegResponse(answered.Sdp)),
            LegResult.NotRecording => Problems.Of(ProblemCode.NotFound, "The call is not recorded any more."),
            LegResult.NotJoined => Problems.Of(ProblemCode.NotAParticipant, "This device does not take part in the call."),
            LegResult.Refused { Reason: LegRefusal.BadOffer } => Problems.Of(ProblemCode.BadOffer),
            LegResult.Refused { Reason: LegRefusal.Full } => Unavailable("The server takes no more media.", Soon),
            LegResult.Refused { Reason: LegRefusal.DiskFull } => Unavailable("The disk is full.", Soon),
            LegResult.Refused { Reason: LegRefusal.Draining } => Unavailable("The server is about to stop.", Soon),
            LegResult.Unavailable => Unavailable("The server that keeps this recording does not take media now.", Soon),
            _ => throw new InvalidOperationException("A result that nobody answers."),
        };
    }

    private static async Task<IResult> FileAsync(
        Guid recordingId,
        string name,
        ClaimsPrincipal user,
        HttpResponse response,
        RecordingStore store,
        RecordingFolder folder,
        CancellationToken cancel,
        int download = 0)
    {
        if (await FindAsync(recordingId, user, store, cancel) is not { } recording)
        {
            return NoSuchRecording();
        }

        // What is asked for is only compared: the path is made of what is stored.
        if (recording.Outcome?.Files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal)) is not { } found)
        {
            return Problems.Of(ProblemCode.NotFound, "There is no such file.");
        }

        if (folder.ReadId() != recording.FolderId)
        {
            return Unavailable("Another server keeps this recording.");
        }

        if (!folder.TryFind(recordingId, found.Name, out var path))
        {
            return Problems.Of(ProblemCode.NotFound, "The file is gone.");
        }

        // A player asks for the same parts again and again; nobody but the person's own browser keeps them.
        response.Headers.CacheControl = "private, no-cache";
        return Results.File(
            path,
            found.ContentType,
            fileDownloadName: download == 1 ? found.Name : null,
            entityTag: new EntityTagHeaderValue($"\"{recordingId:N}-{found.Bytes:x}\""),
            enableRangeProcessing: true);
    }

    private static async Task<StoredRecording?> FindAsync(
        Guid recordingId, ClaimsPrincipal user, RecordingStore store, CancellationToken cancel) =>
        await store.FindAsync(recordingId, cancel) is { } recording && recording.People.Contains(user.PersonId()) ? recording : null;

    private static Problem Refuse(RejectReason reason) => reason == RejectReason.NotAParticipant
        ? Problems.Of(ProblemCode.NotAParticipant, "There is no such call, or it is not yours.")
        : Problems.Of(ProblemCode.InvalidTransition, "The call does not allow that now.");

    private static Problem TooMany() => Problems.Of(ProblemCode.TooManyRequests, detail: null, RecordingLimits.Window);

    private static Problem Unavailable(string reason, TimeSpan? retryAfter = null) =>
        Problems.Of(ProblemCode.RecordingUnavailable, reason, retryAfter);

    /// <summary>A recording of others looks like none at all to somebody who guesses ids.</summary>
    private static Problem NoSuchRecording() => Problems.Of(ProblemCode.NotAParticipant, "There is no such recording, or it is not yours.");
}
