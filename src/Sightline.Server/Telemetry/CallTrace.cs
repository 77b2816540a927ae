using System.Diagnostics;
using System.Text.Json;
using Sightline.Calls;

namespace Sightline.Server.Telemetry;

/// <summary>
/// One trace a call (W3C Trace Context). Its id comes from the caller's click with the request that makes the call, and stands in the
/// call's record, so that every device and every server of the call knows it. The span that all others hang from is the caller's;
/// its id is the second half of the trace's, so that nobody needs to be told it.
/// </summary>
internal static class CallTrace
{
    public const string SourceName = "Sightline";

    private const int TraceIdChars = 32;
    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The trace that the request belongs to, or a new one.</summary>
    public static Guid IdFor(HttpRequest request) =>
        ActivityContext.TryParse(request.Headers.TraceParent.ToString(), traceState: null, isRemote: true, out var context)
            ? Guid.ParseExact(context.TraceId.ToHexString(), "N")
            : Guid.ParseExact(ActivityTraceId.CreateRandom().ToHexString(), "N");

    public static ActivityTraceId TraceOf(Guid traceId) => ActivityTraceId.CreateFromString(traceId.ToString("N"));

    /// <summary>16 hex digits: the span of the whole call.</summary>
    public static string RootOf(Guid traceId) => traceId.ToString("N")[(TraceIdChars / 2)..];

    /// <summary>Begins what the server does for a call, unless nobody listens.</summary>
    /// <param name="begunAt">When it began, where that was before.</param>
    public static Activity? Start(string name, Guid callId, Guid traceId, DateTimeOffset begunAt = default)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var here = Activity.Current;
        var trace = TraceOf(traceId);
        var parent = here?.TraceId == trace
            ? here.Context
            : new ActivityContext(trace, ActivitySpanId.CreateFromString(RootOf(traceId)), ActivityTraceFlags.Recorded, isRemote: true);
        return Source.StartActivity(name, ActivityKind.Internal, parent, [new("call.id", callId)], startTime: begunAt);
    }

    /// <summary>Begins what a command does to a call.</summary>
    public static Activity? Start(Command? command, Call call, DateTimeOffset begunAt) => Source.HasListeners()
        ? Start($"call.{(command is null ? "initiate" : JsonNamingPolicy.SnakeCaseLower.ConvertName(command.GetType().Name))}", call.Id, call.TraceId, begunAt)
        : null;
}
