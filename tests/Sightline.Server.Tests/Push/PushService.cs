using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sightline.Server.Tests.Push;

/// <summary>One push as the service got it, read by the browser it was meant for.</summary>
internal sealed record Pushed(JsonObject Payload, JsonObject Claims, string Key, string Ttl, string Urgency, string Topic);

/// <summary>A push service and the browsers behind it, over real HTTP: it checks signatures (RFC 8292), they decrypt (RFC 8291).</summary>
internal sealed class PushService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, PushBrowser> _browsers = new(StringComparer.Ordinal);

    private PushService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<PushService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var service = new PushService(app);
        app.MapPost("/{browser}", service.TakeAsync);
        await app.StartAsync();
        return service;
    }

    public PushBrowser NewBrowser()
    {
        var name = Guid.NewGuid().ToString("N");
        return _browsers[name] = new PushBrowser(new Uri(Address, name).ToString());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(string browser, HttpRequest request)
    {
        var receiver = _browsers[browser];
        Interlocked.Increment(ref receiver.Requests);
        receiver.Asked.TrySetResult();
        if (receiver.Answers is { } answer)
        {
            return answer;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        ((string?)request.Headers.ContentEncoding).ShouldBe("aes128gcm");
        var (claims, key) = Check((string)request.Headers.Authorization!);
        ((string?)claims["aud"]).ShouldBe(Address.GetLeftPart(UriPartial.Authority));
        receiver.Receive(new Pushed(
            JsonNode.Parse(receiver.Decrypt(body.ToArray()))!.AsObject(), claims, key, request.Headers["TTL"]!,
            request.Headers["Urgency"]!, request.Headers["Topic"]!));
        return Results.StatusCode(StatusCodes.Status201Created);
    }

    private static (JsonObject Claims, string Key) Check(string authorization)
    {
        authorization.ShouldStartWith("vapid t=");
        var parts = authorization["vapid t=".Length..].Split(", k=");
        var token = parts[0].Split('.');
        var point = Base64Url.DecodeFromChars(parts[1]);
        using var key =
            ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        key.VerifyData(
            Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"),
            Base64Url.DecodeFromChars(token[2]),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation).ShouldBeTrue();
        ((string?)JsonNode.Parse(Base64Url.DecodeFromChars(token[0]))!["alg"]).ShouldBe("ES256");
        return (JsonNode.Parse(Base64Url.DecodeFromChars(token[1]))!.AsObject(), parts[1]);
    }
}

/// <summary>A browser whose page is closed.</summary>
internal sealed class PushBrowser(string endpoint)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _auth = RandomNumberGenerator.GetBytes(16);
    private readonly Channel<Pushed> _inbox = Channel.CreateUnbounded<Pushed>();

    public int Requests;

    /// <summary>Completes with the first request, whatever it is answered.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Endpoint => endpoint;

    /// <summary>What the service answers instead of taking the push.</summary>
    public IResult? Answers { get; set; }

    public object Subscription => new { endpoint, p256dh = Base64Url.EncodeToString(Point), auth = Base64Url.EncodeToString(_auth) };

    private byte[] Point
    {
        get
        {
            var q = _key.ExportParameters(includePrivateParameters: false).Q;
            return [4, .. q.X!, .. q.Y!];
        }
    }

    public void Receive(Pushed pushed) => _inbox.Writer.TryWrite(pushed);

    public async Task<Pushed> ExpectAsync() =>
        await _inbox.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    public string Decrypt(byte[] body)
    {
        var salt = body[..16];
        BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16)).ShouldBeGreaterThanOrEqualTo((uint)body.Length - 86);
        body[20].ShouldBe((byte)65);
        var sender = body[21..86];
        using var senderKey = ECDiffieHellman.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var secret = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, _key.DeriveRawSecretAgreement(senderKey.PublicKey), 32, _auth,
            [.. "WebPush: info\0"u8, .. Point, .. sender]);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 12, salt, [.. "Content-Encoding: nonce\0"u8]);
        var text = new byte[body.Length - 86 - 16];
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(nonce, body.AsSpan(86, text.Length), body.AsSpan(^16..), text);
        text[^1].ShouldBe((byte)2, "the last record ends with 2");
        return Encoding.UTF8.GetString(text[..^1]);
    }
}
