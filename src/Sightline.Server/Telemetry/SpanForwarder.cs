using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;
using Sightline.Server.Calls;

namespace Sightline.Server.Telemetry;

/// <summary>
/// Sends browsers' spans on as they are: .NET's own activities cannot be given an id, and these have theirs already. OTLP over HTTP
/// as JSON (opentelemetry-proto, "OTLP/HTTP"). Nobody waits for it: what does not fit in the queue, or finds no collector, is
/// dropped and counted.
/// </summary>
internal sealed partial class SpanForwarder(IOptions<TelemetryOptions> options, ServerMetrics metrics, TimeProvider time, ILogger<SpanForwarder> log)
    : BackgroundService
{
    private const int MaxWaiting = 4096;
    private const int MaxInRequest = 512;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly Channel<OtlpSpan> _waiting = Channel.CreateBounded<OtlpSpan>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly TraceIdRatioBasedSampler _sampler = new(options.Value.TraceShare);
    private bool _failing;

    /// <param name="skewMs">What the browser's clock is behind this server's.</param>
    public void Forward(TelemetryReport report, Guid callId, Guid traceId, double skewMs)
    {
        if (options.Value.OtlpEndpoint is not { Length: > 0 } || !IsSampled(traceId))
        {
            return;
        }

        var trace = traceId.ToString("N");
        var root = CallTrace.RootOf(traceId);
        OtlpAttribute[] whose = [new("call.id", new(callId.ToString())), new("device.id", new(report.DeviceId.ToString()))];
        foreach (var span in report.Spans)
        {
            var isRoot = span.Name == SpanName.Call && span.SpanId == root;
            var sent = new OtlpSpan(
                trace,
                span.SpanId,
                isRoot ? null : span.ParentId ?? root,
                Word.Of(span.Name),
                Kind: 1,
                Nanoseconds(span.StartMs + skewMs),
                Nanoseconds(span.EndMs + skewMs),
                whose,
                new OtlpStatus(span.Result == SpanResult.Failed ? 2 : 0));
            if (!_waiting.Writer.TryWrite(sent))
            {
                metrics.Report("span_dropped");
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.OtlpEndpoint is not { Length: > 0 } endpoint)
        {
            return;
        }

        using var client = new HttpClient { Timeout = Timeout };
        var address = new Uri($"{endpoint.TrimEnd('/')}/v1/traces");
        var batch = new List<OtlpSpan>();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.ExportInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var farewell = new CancellationTokenSource(FarewellTimeout, time);
            while (TryFill(batch))
            {
                await SendAsync(client, address, batch, stoppingToken.IsCancellationRequested ? farewell.Token : stoppingToken);
            }
        }
    }

    private bool IsSampled(Guid traceId) => _sampler.ShouldSample(
        new SamplingParameters(parentContext: default, CallTrace.TraceOf(traceId), nameof(SpanName.Call), ActivityKind.Internal)).Decision
            == SamplingDecision.RecordAndSample;

    private bool TryFill(List<OtlpSpan> batch)
    {
        batch.Clear();
        while (batch.Count < MaxInRequest && _waiting.Reader.TryRead(out var span))
        {
            batch.Add(span);
        }

        return batch.Count > 0;
    }

    private async Task SendAsync(HttpClient client, Uri address, List<OtlpSpan> batch, CancellationToken cancel)
    {
        var body = new OtlpTraces([
            new(new([new("service.name", new("sightline-browser"))]), [new(new("sightline-sdk"), batch)]),
        ]);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(Pack(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json"), ContentEncoding = { "gzip" } },
            },
        };
        foreach (var header in options.Value.OtlpHeaders?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var equals = header.IndexOf('=', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..equals].Trim(), header[(equals + 1)..].Trim());
        }

        try
        {
            using var answer = await client.SendAsync(request, cancel);
            answer.EnsureSuccessStatusCode();
            _failing = false;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            metrics.Report("spans_not_exported");
            if (!_failing)
            {
                LogNotExported(exception.Message);
            }

            _failing = true;
        }
    }

    /// <summary>Spans repeat each other: a fifth is left of them.</summary>
    private static byte[] Pack(OtlpTraces body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(gzip, body, OtlpJson.Default.OtlpTraces);
        }

        return packed.ToArray();
    }

    private static string Nanoseconds(double ms) => ((long)(ms * 1e6)).ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(1, LogLevel.Warning, "The collector of Telemetry:OtlpEndpoint takes no spans: {Reason}")]
    private partial void LogNotExported(string reason);
}

internal sealed record OtlpTraces(IReadOnlyList<OtlpResourceSpans> ResourceSpans);

internal sealed record OtlpResourceSpans(OtlpResource Resource, IReadOnlyList<OtlpScopeSpans> ScopeSpans);

internal sealed record OtlpResource(IReadOnlyList<OtlpAttribute> Attributes);

internal sealed record OtlpScopeSpans(OtlpScope Scope, IReadOnlyList<OtlpSpan> Spans);

internal sealed record OtlpScope(string Name);

internal sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string? ParentSpanId,
    string Name,
    int Kind,
    string StartTimeUnixNano,
    string EndTimeUnixNano,
    IReadOnlyList<OtlpAttribute> Attributes,
    OtlpStatus Status);

internal sealed record OtlpAttribute(string Key, OtlpValue Value);

internal sealed record OtlpValue(string StringValue);

internal sealed record OtlpStatus(int Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OtlpTraces))]
internal sealed partial class OtlpJson : JsonSerializerContext;
