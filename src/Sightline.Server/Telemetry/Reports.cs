using System.Text.Json.Serialization;
using Sightline.Server.Hosting;

namespace Sightline.Server.Telemetry;

/// <summary>What a browser did for a call, as the names of its spans.</summary>
public enum SpanName
{
    Call,
    Initiate,
    Ring,
    Capture,
    CreateOffer,
    CreateAnswer,
    SetRemote,
    IceGathering,
    IceConnected,
    FirstFrame,
    Recovery,
}

public enum SpanResult
{
    Ok,
    Failed,
}

/// <summary>What a browser noticed, as the names of the logs <c>webrtc.*</c>.</summary>
public enum EventName
{
    Offer,
    Answer,
    Candidate,
    ConnectionState,
    IceState,
}

/// <summary>A state of a connection or of ICE, a kind of candidate, or whose description it was.</summary>
public enum EventDetail
{
    Local,
    Remote,
    New,
    Checking,
    Connecting,
    Connected,
    Completed,
    Disconnected,
    Failed,
    Closed,
    Host,
    Srflx,
    Prflx,
    Relay,
}

public enum LinkPath
{
    Direct,
    Relay,
}

/// <summary>Of video; <c>other</c> keeps labels few whatever browsers come up with.</summary>
public enum VideoCodec
{
    Vp8,
    Vp9,
    H264,
    H265,
    Av1,
    Other,
}

/// <param name="SpanId">16 hex digits, of the browser's choice.</param>
/// <param name="ParentId">Null for what hangs from the whole call.</param>
/// <param name="StartMs">Milliseconds since 1970, by the browser's clock.</param>
public sealed record ReportedSpan(
    SpanName Name,
    string SpanId,
    double StartMs,
    double EndMs,
    SpanResult Result = SpanResult.Ok,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ParentId = null);

public sealed record ReportedEvent(EventName Name, double AtMs, EventDetail Detail);

/// <summary>A connection to one other device, once it stands.</summary>
/// <param name="FirstFrameMs">From the answer to the first picture; null where none came.</param>
public sealed record ReportedLink(LinkPath Path, VideoCodec? Codec = null, double? FirstFrameMs = null);

/// <summary>What a browser tells of a call: names and numbers out of fixed sets, and nothing that a person wrote.</summary>
/// <param name="SentAtMs">The browser's clock when it sent this: a clock that is wrong is put right by it.</param>
/// <param name="Dropped">How much it had to leave out for its own limits.</param>
public sealed record TelemetryReport(
    Guid DeviceId,
    double SentAtMs,
    IReadOnlyList<ReportedSpan> Spans,
    IReadOnlyList<ReportedEvent> Events,
    IReadOnlyList<ReportedLink> Links,
    int Dropped = 0)
{
    public const int MaxSpans = 64;
    public const int MaxEvents = 128;
    public const int MaxLinks = 8;
    public const double MaxSpanMs = 24 * 60 * 60 * 1000.0;
    public const double MaxFirstFrameMs = 120_000;
    public const int MaxDropped = 100_000;

    private const int SpanIdChars = 16;

    /// <summary>What is out of bounds, or null.</summary>
    internal Problem? FindProblem() => new Fields()
        .Check("spans", Spans is { Count: <= MaxSpans }, $"has at most {MaxSpans} entries")
        .Check("events", Events is { Count: <= MaxEvents }, $"has at most {MaxEvents} entries")
        .Check("links", Links is { Count: <= MaxLinks }, $"has at most {MaxLinks} entries")
        .Check("dropped", Dropped is >= 0 and <= MaxDropped, $"is from 0 to {MaxDropped}")
        .Check("sent_at_ms", SentAtMs is > 0 and < 1e14, "is milliseconds since 1970")
        .Check("spans", Spans?.All(IsSpan) == true, "has a span with ids that are none, or times that cannot be")
        .Check("events", Events?.All(one => one is not null && Math.Abs(one.AtMs - SentAtMs) <= MaxSpanMs) == true, "has a time that cannot be")
        .Check(
            "links",
            Links?.All(link => link is { FirstFrameMs: null or (>= 0 and <= MaxFirstFrameMs) }) == true,
            $"has a first frame beyond {MaxFirstFrameMs} ms")
        .Problem;

    private bool IsSpan(ReportedSpan? span) => span is not null
        && IsId(span.SpanId) && (span.ParentId is null || IsId(span.ParentId))
        && span.EndMs >= span.StartMs && span.EndMs - span.StartMs <= MaxSpanMs && Math.Abs(span.EndMs - SentAtMs) <= MaxSpanMs;

    private static bool IsId(string? id) => id?.Length == SpanIdChars && id.All(char.IsAsciiHexDigitLower) && id.Any(c => c != '0');
}
