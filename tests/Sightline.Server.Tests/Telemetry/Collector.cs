using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests.Telemetry;

/// <summary>A span as it arrived.</summary>
internal sealed record ArrivedSpan(string TraceId, string SpanId, string ParentId, string Name, double StartMs, double EndMs);

/// <summary>An OTLP/HTTP collector that keeps what it gets: spans as protobuf and as JSON, everything else as bytes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private const int MaxAttempts = 10;

    private readonly HttpListener _listener;
    private readonly Task _serving;
    private readonly ConcurrentQueue<ArrivedSpan> _spans = new();
    private readonly ConcurrentQueue<string> _texts = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Collector()
    {
        (_listener, Address) = Listen();
        _serving = ServeAsync();
    }

    public string Address { get; }

    public IReadOnlyCollection<ArrivedSpan> Spans => _spans;

    /// <summary>Everything that arrived, byte for byte, as Latin-1: to be searched.</summary>
    public string Everything => string.Concat(_texts);

    /// <summary>Waits until the spans that arrived are enough.</summary>
    public async Task UntilAsync(Func<IReadOnlyCollection<ArrivedSpan>, bool> enough)
    {
        while (true)
        {
            var next = Volatile.Read(ref _arrived).Task;
            if (enough(_spans))
            {
                return;
            }

            await next.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    /// <summary>A port that was free when it was asked for may be somebody's a moment later.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = $"http://{FreeEndPoint()}";
            var listener = new HttpListener { Prefixes = { $"{address}/" } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < MaxAttempts)
            {
                listener.Close();
            }
        }
    }

    private static EndPoint FreeEndPoint()
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return free.LocalEndpoint;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext http;
            try
            {
                http = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or InvalidOperationException)
            {
                // Stopped: while it waited, or while it was still busy with the request before.
                return;
            }

            using var body = new MemoryStream();
            await using var unpacked = http.Request.Headers["Content-Encoding"] == "gzip"
                ? new GZipStream(http.Request.InputStream, CompressionMode.Decompress)
                : http.Request.InputStream;
            await unpacked.CopyToAsync(body);
            http.Response.Close();
            _texts.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
            if (http.Request.Url!.AbsolutePath == "/v1/traces")
            {
                foreach (var span in http.Request.ContentType!.StartsWith("application/json", StringComparison.Ordinal) ? FromJson(body) : FromProtobuf(body))
                {
                    _spans.Enqueue(span);
                }
            }

            Interlocked.Exchange(ref _arrived, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private static IEnumerable<ArrivedSpan> FromJson(MemoryStream body) =>
        from resource in JsonNode.Parse(body.ToArray())!["resourceSpans"]!.AsArray()
        from scope in resource!["scopeSpans"]!.AsArray()
        from span in scope!["spans"]!.AsArray()
        select new ArrivedSpan(
            (string)span["traceId"]!,
            (string)span["spanId"]!,
            (string?)span["parentSpanId"] ?? "",
            (string)span["name"]!,
            double.Parse((string)span["startTimeUnixNano"]!, System.Globalization.CultureInfo.InvariantCulture) / 1e6,
            double.Parse((string)span["endTimeUnixNano"]!, System.Globalization.CultureInfo.InvariantCulture) / 1e6);

    /// <summary>ExportTraceServiceRequest → resource_spans (1) → scope_spans (2) → spans (2).</summary>
    private static IEnumerable<ArrivedSpan> FromProtobuf(MemoryStream body) =>
        from resource in Fields(body.ToArray(), 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select new ArrivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Fields(span, 5).Single()), Ms(span, 7), Ms(span, 8));

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    private static double Ms(byte[] message, int field) => BinaryPrimitives.ReadUInt64LittleEndian(Fields(message, field).Single()) / 1e6;

    /// <summary>The values of one field of a message (protobuf encoding: varint, 8 bytes, length, 4 bytes).</summary>
    private static List<byte[]> Fields(byte[] message, int wanted)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var length = (key & 7) switch
            {
                1 => 8,
                5 => 4,
                2 => (int)Varint(message, ref at),
                _ => SizeOfVarint(message, at),
            };
            if ((int)(key >> 3) == wanted)
            {
                found.Add(message[at..(at + length)]);
            }

            at += length;
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private static int SizeOfVarint(byte[] message, int at)
    {
        var end = at;
        Varint(message, ref end);
        return end - at;
    }
}
