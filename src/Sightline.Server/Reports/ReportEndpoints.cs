using System.Security.Claims;
using Sightline.Server.Accounts;
using Sightline.Server.Calls;
using Sightline.Server.Hosting;
using Sightline.Server.Telemetry;
using Sightline.Signalling;

namespace Sightline.Server.Reports;

/// <param name="BeganAt">What <c>at_ms</c> and the first column of the samples count from, by the server's clock.</param>
public sealed record ReportPart(
    Guid PersonId,
    Guid Source,
    DateTimeOffset BeganAt,
    IReadOnlyList<Guid> People,
    IReadOnlyList<ReportEvent> Events,
    IReadOnlyList<IReadOnlyList<int?>> Samples);

/// <summary>A call with what the devices of those who took part have measured.</summary>
public sealed record CallReport(CallView Call, IReadOnlyList<ReportPart> Parts);

/// <summary><c>/calls/{id}/report</c>: what devices measure in a call, for those who have to do with it, and for operators.</summary>
internal static class ReportEndpoints
{
    /// <summary>How long after its end a call takes reports: a device may have been without a network.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    public static void AddReports(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ReportStore>();

    public static void MapReports(this IEndpointRouteBuilder routes)
    {
        var reports = routes.MapGroup("/calls/{callId:guid}/report").RequireAuthorization().WithTags("Reports")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.NotAParticipant);
        reports.MapPost("", AddAsync).Produces(StatusCodes.Status204NoContent)
            .WithSummary("Adds what this device has measured since the batch before")
            .MayFailWith(ProblemCode.Validation, ProblemCode.Malformed, ProblemCode.Antiforgery)
            .MayFailWith(ProblemCode.InvalidTransition, ProblemCode.TooManyRequests);
        reports.MapGet("", ReadAsync).Produces<CallReport>().WithSummary("What everybody's devices have measured");
    }

    private static async Task<IResult> AddAsync(
        Guid callId,
        ReportBatch batch,
        ClaimsPrincipal user,
        CallService calls,
        ReportStore reports,
        ServerMetrics metrics,
        TimeProvider time,
        CancellationToken cancel)
    {
        // Who was asked into a call does not change; whether it is over may, and the remembered call knows when this node ended it.
        if (await calls.RecallAsync(callId, cancel) is not { } call || call.Find(user.PersonId()) is null)
        {
            return NoSuchCall();
        }

        if (call.EndedAt is { } endedAt && time.GetUtcNow() - endedAt > Late)
        {
            return Problems.Of(ProblemCode.InvalidTransition, "This call has been over for too long.");
        }

        if (batch.Check(person => call.Find(person) is not null) is { } problem)
        {
            return problem;
        }

        var saved = await reports.SaveAsync(callId, user.PersonId(), batch, cancel);
        if (saved is ReportStore.Saved.New && batch.Overall is { } overall)
        {
            metrics.Quality(Enum.Parse<CallQuality>(overall.Quality.ToString()), overall.Score);
        }

        return saved is ReportStore.Saved.TooMuch
            ? Problems.Of(ProblemCode.TooManyRequests, "There is more of this call than is kept.")
            : Results.NoContent();
    }

    private static async Task<IResult> ReadAsync(
        Guid callId,
        ClaimsPrincipal user,
        CallStore calls,
        CallAnnouncer announcer,
        ReportStore reports,
        Operators operators,
        CancellationToken cancel)
    {
        if (await calls.LoadAsync(callId, cancel) is not { } call
            || (call.Find(user.PersonId()) is null && !await operators.MayReadAsync(callId, user.PersonId(), cancel)))
        {
            return NoSuchCall();
        }

        var parts = from stored in await reports.LoadAsync(callId, cancel)
                    let batch = stored.Batch
                    select new ReportPart(stored.PersonId, batch.Source, stored.BeganAt, batch.People!, batch.Events!, batch.Samples!);
        return TypedResults.Ok(new CallReport(await announcer.ViewOfAsync(call), [.. parts]));
    }

    /// <summary>A call of others looks like no call at all to somebody who guesses ids.</summary>
    private static Problem NoSuchCall() => Problems.Of(ProblemCode.NotAParticipant, "There is no such call, or it is not yours.");
}
