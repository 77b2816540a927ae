using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sightline.Calls;
using Sightline.Server.Calls;
using Sightline.Server.Nodes;
using Sightline.Server.Recordings;
using Sightline.Signalling;

namespace Sightline.Server.Telemetry;

/// <summary>
/// What the server counts, by the names that dashboards know (docs/operations/metrics.md). Every label has a small, fixed set of
/// values; none says who. Adding to a counter waits for nothing and nobody.
/// </summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "Sightline";

    private static readonly double[] SetupBucketsMs = [50, 100, 150, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000];
    private static readonly double[] FinishBucketsS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
    private static readonly double[] QualityBuckets = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

    private readonly Counter<long> _outcomes;
    private readonly Counter<long> _begun;
    private readonly Histogram<double> _setupMs;
    private readonly Histogram<double> _firstFrameMs;
    private readonly Histogram<double> _qualityScore;
    private readonly Counter<long> _iceRestarts;
    private readonly Counter<long> _recoveries;
    private readonly Counter<long> _links;
    private readonly Counter<long> _codecs;
    private readonly UpDownCounter<long> _sockets;
    private readonly Counter<long> _received;
    private readonly Counter<long> _relayed;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _leftOut;
    private readonly Counter<long> _recordingsEnded;
    private readonly Histogram<double> _finishSeconds;
    private readonly Counter<long> _webhook;
    private long _outboxWaiting;
    private long _outboxDead;
    private long _linksRelayed;
    private long _linksAll;

    public ServerMetrics(IMeterFactory meters, NodeQueue nodes, IServiceProvider services)
    {
        var meter = meters.Create(MeterName);
        _begun = meter.CreateCounter<long>("calls_begun_total", unit: null, "Calls that began to ring, by type.");
        _outcomes = meter.CreateCounter<long>("call_outcomes_total", unit: null, "Calls that are over, by outcome.");
        _setupMs = Times(meter, "call_setup_time_ms", "From the answer until the first device reports media, by the server's clock.");
        _firstFrameMs = Times(meter, "call_time_to_first_frame_ms", "From the answer until the first picture of the other side, by the browser's clock.");
        _qualityScore = meter.CreateHistogram(
            "call_quality_score", unit: null, "Quality of a participant's call, 0 to 100, by its step.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = QualityBuckets });
        _iceRestarts = meter.CreateCounter<long>("ice_restart_total", unit: null, "Restarts of a connection that were offered.");
        _recoveries = meter.CreateCounter<long>("call_recoveries_total", unit: null, "Attempts of browsers to bring a connection back, by result.");
        _links = meter.CreateCounter<long>("call_links_total", unit: null, "Connections between browsers, as each end sees them, by path.");
        meter.CreateObservableGauge("turn_usage_ratio", TurnUsage, unit: null, "Share of connections that went through a TURN server, since the start.");
        _codecs = meter.CreateCounter<long>("codec_selected_total", unit: null, "Video codecs that connections arrived at, as each receiver sees them.");
        _sockets = meter.CreateUpDownCounter<long>("sockets_open", unit: null, "WebSockets that are open, by kind.");
        _received = meter.CreateCounter<long>("messages_received_total", unit: null, "Messages from devices that were understood, by type.");
        _relayed = meter.CreateCounter<long>("messages_relayed_total", unit: null, "Messages that were passed on to another device, by type.");
        _dropped = meter.CreateCounter<long>("messages_dropped_total", unit: null, "Messages that were refused, and sockets that were closed for them, by reason.");
        _reports = meter.CreateCounter<long>("telemetry_reports_total", unit: null, "Reports of browsers, by what became of them.");
        _leftOut = meter.CreateCounter<long>("telemetry_left_out_total", unit: null, "What browsers left out of their reports, which were full.");
        // Asked for when they are read: whoever takes media is counted here, and counts here.
        RecordingLegs Legs() => services.GetRequiredService<RecordingLegs>();
        meter.CreateObservableGauge(
            "recordings_active", () => (long)Legs().Active, unit: null, "Recordings that this server takes media for.");
        meter.CreateObservableCounter("recording_bytes_total", () => Legs().Totals.Bytes, unit: null, "Bytes of media in journals.");
        meter.CreateObservableCounter(
            "recording_dropped_total", () => Legs().Totals.Dropped, unit: null, "Records of media that the disk did not take.");
        _recordingsEnded = meter.CreateCounter<long>(
            "recordings_finished_total", unit: null, "Recordings whose files are made or never will be, by result.");
        _finishSeconds = meter.CreateHistogram(
            "recording_finish_time", "s", "How long the files of a recording took.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = FinishBucketsS });
        _webhook = meter.CreateCounter<long>("webhook_posts_total", unit: null, "Posts to the webhook, by whether they were taken.");
        meter.CreateObservableGauge(
            "outbox_waiting", () => Interlocked.Read(ref _outboxWaiting), unit: null, "Events that the webhook is yet to be told.");
        meter.CreateObservableGauge(
            "outbox_dead", () => Interlocked.Read(ref _outboxDead), unit: null, "Events that the webhook never took.");
        meter.CreateObservableGauge("node_messages_waiting", () => (long)nodes.Count, unit: null, "Messages to other servers that wait to be sent.");
    }

    /// <summary>A participant's quality, scored by the one formula that also feeds the dots and the report.</summary>
    /// <param name="score">0 to 100.</param>
    public void Quality(CallQuality step, double score) => _qualityScore.Record(Math.Clamp(score, 0, 100), Tag("quality", Word.Of(step)));

    public void Begun(CallType type) => _begun.Add(1, Tag("type", Word.Of(type)));

    /// <summary>A call has changed.</summary>
    /// <param name="setupTimeout">What its deadline for set-up was made with.</param>
    public void Changed(Call before, Call after, DateTimeOffset at, TimeSpan setupTimeout)
    {
        if (before.ConnectedAt is null && after.ConnectedAt is not null && before.SetupExpiresAt is { } expires)
        {
            _setupMs.Record(Math.Max(0, (at - (expires - setupTimeout)).TotalMilliseconds));
        }

        if (!before.IsOver && after.Outcome is { } outcome)
        {
            _outcomes.Add(1, Tag("outcome", Word.Of(outcome)));
        }
    }

    public void FirstFrame(double ms) => _firstFrameMs.Record(ms);

    public void Recovery(string result) => _recoveries.Add(1, Tag("result", result));

    /// <param name="codec">Null where no picture came.</param>
    public void Link(bool relayed, string? codec)
    {
        Interlocked.Increment(ref _linksAll);
        if (relayed)
        {
            Interlocked.Increment(ref _linksRelayed);
        }

        _links.Add(1, Tag("path", relayed ? "relay" : "direct"));
        if (codec is not null)
        {
            _codecs.Add(1, Tag("codec", codec));
        }
    }

    public void Opened(string kind) => _sockets.Add(1, Tag("kind", kind));

    public void Closed(string kind) => _sockets.Add(-1, Tag("kind", kind));

    public void Received(ClientMessage message) => _received.Add(1, Tag("type", WireWord.Of(message)));

    public void Relayed(ClientMessage message)
    {
        _relayed.Add(1, Tag("type", WireWord.Of(message)));
        if (message is IceRestart)
        {
            _iceRestarts.Add(1);
        }
    }

    public void Dropped(ErrorCode reason) => _dropped.Add(1, Tag("reason", Word.Of(reason)));

    public void Overrun() => _dropped.Add(1, Tag("reason", "queue_full"));

    /// <param name="result">ready, or why not.</param>
    public void RecordingEnded(string result) => _recordingsEnded.Add(1, Tag("result", result));

    public void Finished(TimeSpan time) => _finishSeconds.Record(time.TotalSeconds);

    public void Told(bool isTaken) => _webhook.Add(1, Tag("result", isTaken ? "taken" : "refused"));

    public void Outbox((long Waiting, long Dead) count)
    {
        Interlocked.Exchange(ref _outboxWaiting, count.Waiting);
        Interlocked.Exchange(ref _outboxDead, count.Dead);
    }

    public void LeftOut(int count) => _leftOut.Add(count);

    public void Report(string result) => _reports.Add(1, Tag("result", result));

    private static Histogram<double> Times(Meter meter, string name, string description) => meter.CreateHistogram(
        name, "ms", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = SetupBucketsMs });

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private IEnumerable<Measurement<double>> TurnUsage()
    {
        var all = Interlocked.Read(ref _linksAll);
        return all == 0 ? [] : [new Measurement<double>((double)Interlocked.Read(ref _linksRelayed) / all)];
    }
}

/// <summary>The four steps of quality, as people see them.</summary>
internal enum CallQuality
{
    Excellent,
    Good,
    Poor,
    Critical,
}

/// <summary>A message's type as it is on the wire.</summary>
internal static class WireWord
{
    public static string Of(ClientMessage message) => message switch
    {
        Sightline.Signalling.Join => "join",
        Sightline.Signalling.Accept => "accept",
        Offer => "offer",
        Answer => "answer",
        IceRestart => "ice_restart",
        IceCandidatesBatch => "ice_candidates_batch",
        Ack => "ack",
        MediaReport => "media_state",
        EndCall => "end_call",
        Sightline.Signalling.Leave => "leave",
        Ping => "ping",
        _ => throw new UnreachableException(),
    };
}
