using System.Security.Claims;
using Microsoft.Extensions.Caching.Memory;
using Sightline.Server.Accounts;
using Sightline.Server.Calls;
using Sightline.Server.Hosting;
using Sightline.Signalling;

namespace Sightline.Server.Telemetry;

/// <summary>
/// <c>/calls/{id}/telemetry</c>: what the browsers of a call tell of it, for people who were asked into it, and not too often.
/// </summary>
internal sealed class ReportEndpoint(
    CallService calls, ServerMetrics metrics, WebRtcLog log, SpanForwarder forwarder, TimeProvider time) : IDisposable
{
    private const int ReportsBurst = 20;
    private const int MaxPeople = 10_000;
    private const int MaxParts = 20_000;

    /// <summary>A browser says something every half minute, and at each end of a call.</summary>
    private const int ReportsPerSecond = 1;

    /// <summary>Beyond it the browser's clock is wrong; within it the way of the report makes the difference.</summary>
    private const double TolerableSkewMs = 2_000;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _buckets = new(new MemoryCacheOptions { SizeLimit = MaxPeople });

    /// <summary>The traces of calls by call and person: whoever was asked into a call belongs to it for good.</summary>
    private readonly MemoryCache _parts = new(new MemoryCacheOptions { SizeLimit = MaxParts });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/calls/{callId:guid}/telemetry", (
            Guid callId, TelemetryReport report, ClaimsPrincipal user, ReportEndpoint endpoint, CancellationToken cancel) =>
                endpoint.TakeAsync(callId, report, user.PersonId(), cancel))
            .WithTags("Calls").WithSummary("What a browser tells of its part in a call: spans, events and the connections it had")
            .Produces(StatusCodes.Status204NoContent)
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.NotAParticipant, ProblemCode.Validation, ProblemCode.Malformed)
            .MayFailWith(ProblemCode.Antiforgery, ProblemCode.TooManyRequests);

    public void Dispose()
    {
        _buckets.Dispose();
        _parts.Dispose();
    }

    private async Task<IResult> TakeAsync(Guid callId, TelemetryReport report, Guid personId, CancellationToken cancel)
    {
        if (!MayReport(personId))
        {
            metrics.Report("too_many");
            return Problems.Of(ProblemCode.TooManyRequests, "Report less often.", Memory);
        }

        if (report.FindProblem() is { } problem)
        {
            metrics.Report("refused");
            return problem;
        }

        if (await FindTraceAsync(callId, personId, cancel) is not { } traceId)
        {
            metrics.Report("refused");
            return Problems.Of(ProblemCode.NotAParticipant, "There is no such call.");
        }

        metrics.Report("taken");
        Count(report);
        foreach (var told in report.Events)
        {
            log.Told(told, callId, traceId, report.DeviceId);
        }

        forwarder.Forward(report, callId, traceId, SkewMs(report));
        return Results.NoContent();
    }

    /// <summary>The call's trace, where this person belongs to it.</summary>
    private async Task<Guid?> FindTraceAsync(Guid callId, Guid personId, CancellationToken cancel)
    {
        if (_parts.TryGetValue((callId, personId), out Guid known))
        {
            return known;
        }

        if (await calls.RecallAsync(callId, cancel) is not { } call || call.Find(personId) is null)
        {
            return null;
        }

        return _parts.Set((callId, personId), call.TraceId, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Memory });
    }

    private void Count(TelemetryReport report)
    {
        metrics.LeftOut(report.Dropped);
        foreach (var link in report.Links)
        {
            metrics.Link(link.Path == LinkPath.Relay, link.Codec is { } codec ? Word.Of(codec) : null);
            if (link.FirstFrameMs is { } ms)
            {
                metrics.FirstFrame(ms);
            }
        }

        foreach (var recovery in report.Spans.Where(span => span.Name == SpanName.Recovery))
        {
            metrics.Recovery(Word.Of(recovery.Result));
        }
    }

    private double SkewMs(TelemetryReport report)
    {
        var skew = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds - report.SentAtMs;
        return Math.Abs(skew) > TolerableSkewMs ? skew : 0;
    }

    private bool MayReport(Guid personId)
    {
        var bucket = _buckets.GetOrCreate(personId, entry =>
        {
            entry.Size = 1;
            entry.SlidingExpiration = Memory;
            return new TokenBucket(ReportsPerSecond, ReportsBurst, time.GetUtcNow());
        });
        if (bucket is null)
        {
            return false;
        }

        lock (bucket)
        {
            return bucket.TryTake(time.GetUtcNow());
        }
    }
}
