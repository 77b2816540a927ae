using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Push;

internal enum PushResult
{
    Taken,

    /// <summary>The subscription is no more (RFC 8030, 7.3).</summary>
    Gone,
    Failed,
}

/// <summary>Hands one message to a push service (RFC 8030). It follows no redirect and never waits long.</summary>
internal sealed partial class PushSender : IDisposable
{
    private const int MaxConnectionsPerService = 8;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly VapidKeys _keys;
    private readonly PushOptions _options;
    private readonly ILogger<PushSender> _log;

    public PushSender(VapidKeys keys, IOptions<PushOptions> options, ILogger<PushSender> log)
    {
        (_keys, _options, _log) = (keys, options.Value, log);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = MaxConnectionsPerService,
        };
        if (!_options.AllowPrivateEndpoints)
        {
            handler.ConnectCallback = (context, cancel) => PushAddress.ConnectAsync(context.DnsEndPoint, cancel);
        }

        _http = new HttpClient(handler) { Timeout = Timeout };
    }

    /// <param name="subscription">Whose browser.</param>
    /// <param name="payload">At most <see cref="PushEncryption.MaxPayloadBytes"/>.</param>
    /// <param name="topic">A later message of this topic takes the place of one that was not delivered yet.</param>
    /// <param name="lifetime">How long the message is worth something.</param>
    public async Task<PushResult> SendAsync(PushSubscription subscription, byte[] payload, Guid topic, TimeSpan lifetime)
    {
        var endpoint = new Uri(subscription.Endpoint);
        using var ownKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new ByteArrayContent(PushEncryption.Encrypt(
                payload, subscription.P256dh, subscription.Auth, ownKey, RandomNumberGenerator.GetBytes(PushEncryption.SaltBytes))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add("aes128gcm");
        request.Headers.TryAddWithoutValidation("Authorization", _keys.Authorize(endpoint, _options.Contact));
        request.Headers.TryAddWithoutValidation("TTL", ((long)Math.Ceiling(lifetime.TotalSeconds)).ToString(provider: null));
        request.Headers.TryAddWithoutValidation("Urgency", "high");
        request.Headers.TryAddWithoutValidation("Topic", topic.ToString("N"));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (answer.IsSuccessStatusCode)
            {
                return PushResult.Taken;
            }

            // Neither the address nor the answer: both say who somebody is.
            LogRefused((int)answer.StatusCode);
            return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone ? PushResult.Gone : PushResult.Failed;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            LogUnreachable(exception.GetType().Name);
            return PushResult.Failed;
        }
    }

    public void Dispose() => _http.Dispose();

    [LoggerMessage(1, LogLevel.Information, "A push service answered {Status}")]
    private partial void LogRefused(int status);

    [LoggerMessage(2, LogLevel.Information, "A push service could not be reached: {Reason}")]
    private partial void LogUnreachable(string reason);
}
