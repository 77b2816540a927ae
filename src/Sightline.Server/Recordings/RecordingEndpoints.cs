using System.Security.Claims;
using Sightline.Server.Hosting;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary><c>/calls/{id}/recording</c> starts and stops, <c>/recordings</c> takes media and gives out what was made of it.</summary>
internal static class RecordingEndpoints
{
    private const int DefaultRecordings = 50;

    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/calls/{callId:guid}/recording").RequireAuthorization().WithTags("Recordings")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.NotAParticipant, ProblemCode.InvalidTransition, ProblemCode.Antiforgery)
            .MayFailWith(ProblemCode.TooManyRequests);
        calls.MapPost("", (Guid callId) => Unavailable())
            .Produces<RecordingView>(StatusCodes.Status201Created)
            .Produces<RecordingView>()
            .WithSummary("Records the call from now on; 200 is the recording that runs already")
            .MayFailWith(ProblemCode.RecordingUnavailable);
        calls.MapPost("/stop", (Guid callId) => Unavailable()).Produces<RecordingView>()
            .WithSummary("Records the call no more; its files are made from now on");

        var recordings = routes.MapGroup("/recordings").RequireAuthorization().WithTags("Recordings").MayFailWith(ProblemCode.NotSignedIn);
        recordings.MapGet("", (int limit = DefaultRecordings, DateTimeOffset? before = null) => Unavailable())
            .Produces<RecordingList>().MayFailWith(ProblemCode.Validation)
            .WithSummary("Recordings in which the person was, newest first");
        recordings.MapGet("/{recordingId:guid}", (Guid recordingId) => Unavailable())
            .Produces<RecordingDetails>().MayFailWith(ProblemCode.NotAParticipant);
        recordings.MapPost("/{recordingId:guid}/leg", (Guid recordingId, LegRequest request, ClaimsPrincipal user) => Unavailable())
            .Produces<LegResponse>()
            .WithSummary("Sends this device's media to the recording; again to go on with it")
            .MayFailWith(ProblemCode.NotAParticipant, ProblemCode.NotFound, ProblemCode.Validation, ProblemCode.Malformed)
            .MayFailWith(ProblemCode.Antiforgery, ProblemCode.BadOffer, ProblemCode.TooManyRequests, ProblemCode.RecordingUnavailable);
        recordings.MapGet("/{recordingId:guid}/files/{name}", (Guid recordingId, string name, int download = 0) => Unavailable())
            .Produces(StatusCodes.Status200OK, contentType: "video/mp4")
            .Produces(StatusCodes.Status206PartialContent, contentType: "video/mp4")
            .WithSummary("One file, or a range of it; as an attachment with download=1")
            .MayFailWith(ProblemCode.NotAParticipant, ProblemCode.NotFound, ProblemCode.RecordingUnavailable);
    }

    private static Problem Unavailable() => Problems.Of(ProblemCode.RecordingUnavailable, "This server does not record yet.");
}
