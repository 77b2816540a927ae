using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sightline.Server.Recordings;

namespace Sightline.Server.Tests.Recordings;

/// <summary>What becomes of a recording is told to a receiver on the network, which may be away for a while.</summary>
public sealed class WebhookTests
{
    private const string Secret = "a secret of more than thirty-two characters";

    [Fact]
    public async Task Each_change_is_told_in_order_and_again_until_it_is_taken()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync(500, 302);
        await using var scene = await RecordedScene.SetAsync(
            clock, ("Recording:WebhookUrl", receiver.Url), ("Recording:WebhookSecret", Secret));
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();

        var first = await receiver.NextAsync();
        var second = await RecordedScene.MeanwhileAsync(clock, WebhookDelivery.FirstRetry, receiver.NextAsync());
        var third = await RecordedScene.MeanwhileAsync(clock, WebhookDelivery.FirstRetry, receiver.NextAsync());
        var finishing = await RecordedScene.MeanwhileAsync(clock, WebhookDelivery.FirstRetry, receiver.NextAsync());
        var ready = await RecordedScene.MeanwhileAsync(clock, WebhookDelivery.FirstRetry, receiver.NextAsync());

        (second.Body, third.Body).ShouldBe((first.Body, first.Body));
        foreach (var post in new[] { first, second, third, finishing, ready })
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(post.Signature.Split(',')[0][2..], CultureInfo.InvariantCulture));
            post.Signature.ShouldBe(WebhookDelivery.Sign(Secret, at, Encoding.UTF8.GetBytes(post.Body)));
            post.ContentType.ShouldBe("application/cloudevents+json; charset=utf-8");
        }

        var events = new[] { third, finishing, ready }.Select(post => JsonNode.Parse(post.Body)!).ToList();
        events.Select(one => (string?)one["data"]!["status"]).ShouldBe(["recording", "finishing", "ready"]);
        events.Select(one => (string?)one["id"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
        events.ShouldAllBe(one => (Guid)one["data"]!["recording_id"]! == recordingId && (string?)one["specversion"] == "1.0");
        ((string?)events[2]["data"]!["files"]![0]!["name"]).ShouldBe(FakeFinisher.FileName);
        string.Equals(third.Signature, first.Signature, StringComparison.Ordinal).ShouldBeFalse();
        scene.Calls.Server.Logs.Lines.ShouldAllBe(line => !line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_nobody_ever_takes_is_kept_as_dead_and_holds_up_nothing_behind_it()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync([.. Enumerable.Repeat(503, 1)]);
        await using var scene = await RecordedScene.SetAsync(
            clock, ("Recording:WebhookUrl", receiver.Url), ("Recording:WebhookSecret", Secret));
        await using var database = NpgsqlDataSource.Create(scene.Calls.Server.ConnectionString);
        await scene.Calls.ConnectAsync();
        // It has been tried for half a day.
        await using (var command = database.CreateCommand(
            "INSERT INTO outbox (recording_id, call_id, status, at, retry_at, attempts) VALUES ($1, $1, 'ready', $2, $2, $3)"))
        {
            command.Parameters.Add(new() { Value = Guid.NewGuid() });
            command.Parameters.Add(new() { Value = clock.GetUtcNow() });
            command.Parameters.Add(new() { Value = WebhookDelivery.MaxAttempts - 1 });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await scene.StartAsync(scene.Ada).Json(HttpStatusCode.Created);

        await receiver.NextAsync();
        ((string?)JsonNode.Parse((await receiver.NextAsync()).Body)!["data"]!["status"]).ShouldBe("recording");
        await using var dead = database.CreateCommand("SELECT count(*)::integer FROM outbox WHERE is_dead");
        (await dead.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_webhook_nothing_waits()
    {
        await using var scene = await RecordedScene.SetAsync();
        await scene.RecordAsync();

        await using var database = NpgsqlDataSource.Create(scene.Calls.Server.ConnectionString);
        await using var count = database.CreateCommand("SELECT count(*)::integer FROM outbox");
        (await count.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public void A_signature_is_what_other_languages_make_of_it() =>
        // printf '1767225600.{}' | openssl dgst -sha256 -hmac key
        WebhookDelivery.Sign("key", DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), "{}"u8)
            .ShouldBe("t=1767225600,v1=df344de429b8ee672e1863e0008fdbd0080000536fbccdf0e4f89846acbbe872");

    [Theory]
    [InlineData("ftp://example.org", Secret, "Recording:WebhookUrl must be an http: or https: address without a user.")]
    [InlineData("/hook", Secret, "Recording:WebhookUrl must be an http: or https: address without a user.")]
    [InlineData("https://ada:password@example.org/", Secret, "Recording:WebhookUrl must be an http: or https: address without a user.")]
    [InlineData("https://example.org/", "short", "Recording:WebhookSecret needs 32 characters or more.")]
    [InlineData("https://example.org/", null, "Recording:WebhookSecret needs 32 characters or more.")]
    [InlineData("https://example.org/", Secret, null)]
    [InlineData(null, null, null)]
    public void What_cannot_work_stops_the_start(string? url, string? secret, string? sentence) =>
        new RecordingOptionsValidator().Validate(name: null, new RecordingOptions { WebhookUrl = url, WebhookSecret = secret })
            .FailureMessage.ShouldBe(sentence);

    [Fact]
    public void An_address_of_this_server_is_an_address() =>
        new RecordingOptionsValidator().Validate(name: null, new RecordingOptions { Addresses = ["media.example.org"] })
            .FailureMessage!.ShouldContain("media.example.org");

    private sealed record Post(string Body, string Signature, string? ContentType);

    /// <summary>Answers with these codes, and then with 204.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        private readonly Channel<Post> _posts = Channel.CreateUnbounded<Post>();

        public string Url => $"{app.Urls.First()}/hook";

        public static async Task<Receiver> StartAsync(params int[] codes)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var receiver = new Receiver(app);
            var answers = new Queue<int>(codes);
            app.MapPost("/hook", async (HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                var body = await reader.ReadToEndAsync();
                receiver._posts.Writer.TryWrite(new Post(body, request.Headers[WebhookDelivery.SignatureHeader].ToString(), request.ContentType));
                return Results.StatusCode(answers.TryDequeue(out var code) ? code : StatusCodes.Status204NoContent);
            });
            await app.StartAsync(TestContext.Current.CancellationToken);
            return receiver;
        }

        public async Task<Post> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            return await _posts.Reader.ReadAsync(patience.Token);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
