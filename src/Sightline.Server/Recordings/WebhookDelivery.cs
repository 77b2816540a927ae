using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sightline.Server.Telemetry;

namespace Sightline.Server.Recordings;

/// <summary>
/// Posts what waits in the outbox to the webhook: at least once, in the order of each recording, with backoff, and at last not
/// at all. Nobody waits for it.
/// </summary>
internal sealed partial class WebhookDelivery : BackgroundService
{
    public const string SignatureHeader = "Sightline-Signature";

    /// <summary>Over some twelve hours; then the event is dead.</summary>
    public const int MaxAttempts = 20;

    /// <summary>Doubles with each attempt up to the last.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromHours(1);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Longer than one attempt: a server that is killed leaves its event to others.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>What another server wrote, and attempts that are due again, can go unnoticed so long.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Outbox _outbox;
    private readonly RecordingOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<WebhookDelivery> _log;
    private readonly HttpClient _http;

    public WebhookDelivery(
        Outbox outbox, IOptions<RecordingOptions> options, ServerMetrics metrics, TimeProvider time, ILogger<WebhookDelivery> log)
    {
        (_outbox, _options, _metrics, _time, _log) = (outbox, options.Value, metrics, time, log);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        _http = new HttpClient(handler) { Timeout = Timeout };
    }

    /// <summary>There is something to tell, or may be.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }

    /// <summary>What proves that a body is ours and not an old one: <c>t=seconds,v1=HMAC-SHA256(secret, "seconds.body")</c>.</summary>
    public static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes($"{seconds}."));
        hmac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    public override void Dispose()
    {
        _http.Dispose();
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.HasWebhook)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await _outbox.TakeAsync(_time.GetUtcNow(), _time.GetUtcNow() + Lease, stoppingToken) is { } waiting)
                {
                    await TellAsync(waiting, stoppingToken);
                }

                _metrics.Outbox(await _outbox.CountAsync(stoppingToken));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a while; what is to be told waits in it.
                LogNotLooked(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(_wake.WaitAsync(ending.Token), Task.Delay(LongestSleep, _time, ending.Token));
            await ending.CancelAsync();
        }
    }

    private async Task TellAsync(OutboxEvent waiting, CancellationToken cancel)
    {
        var reason = await PostAsync(waiting, cancel);
        _metrics.Told(reason is null);
        if (reason is null)
        {
            await _outbox.RemoveAsync(waiting.Id);
        }
        else if (waiting.Attempt >= MaxAttempts)
        {
            LogDead(waiting.EventId, waiting.RecordingId, reason);
            await _outbox.GiveUpAsync(waiting.Id, _time.GetUtcNow());
        }
        else
        {
            LogNotTaken(waiting.EventId, waiting.RecordingId, waiting.Attempt, reason);
            var wait = FirstRetry * Math.Pow(2, waiting.Attempt - 1);
            await _outbox.RetryAsync(waiting.Id, _time.GetUtcNow() + (wait < LastRetry ? wait : LastRetry));
        }
    }

    /// <returns>Why it was not taken; <c>null</c> when it was. Never what the address is.</returns>
    private async Task<string?> PostAsync(OutboxEvent waiting, CancellationToken cancel)
    {
        var body = waiting.ToBody();
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.WebhookUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8");
        request.Headers.TryAddWithoutValidation(SignatureHeader, Sign(_options.WebhookSecret!, _time.GetUtcNow(), body));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return answer.IsSuccessStatusCode ? null : ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested
            && exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return exception.GetType().Name;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The webhook did not take event {EventId} of recording {RecordingId}, attempt {Attempt}: {Reason}")]
    private partial void LogNotTaken(Guid eventId, Guid recordingId, int attempt, string reason);

    [LoggerMessage(2, LogLevel.Error, "The webhook never took event {EventId} of recording {RecordingId}; it is dead: {Reason}")]
    private partial void LogDead(Guid eventId, Guid recordingId, string reason);

    [LoggerMessage(3, LogLevel.Error, "What the webhook is to be told could not be looked at; trying again")]
    private partial void LogNotLooked(Exception exception);
}
