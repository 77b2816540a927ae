using System.Net;
using System.Text.Json.Nodes;
using Sightline.Server.Tests.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Telemetry;

/// <summary>One trace a call, out of what both browsers tell and what the server did.</summary>
public sealed class TraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Root = "a3ce929d0e0e4736";
    private static readonly string[] Awaited = ["create_offer", "ring", "call.initiate", "call.accept", "call.end", "POST /calls/initiate"];

    [Fact]
    public async Task A_call_is_one_tree_that_hangs_from_the_callers_click()
    {
        await using var collector = new Collector();
        await using var scene = await TracedAsync(collector);
        await RingAsync(scene);
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var grace = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        await grace.SendAsync(new Accept());
        await ada.ExpectCallAsync("CONNECTING");
        await ada.SendAsync(new EndCall());
        await grace.ExpectCallAsync("ENDED");
        var now = NowMs();
        await ReportAsync(scene, scene.Ada, now, new { name = "call", span_id = Root, start_ms = now - 900, end_ms = now }, new { name = "create_offer", span_id = "00000000000000a1", parent_id = Root, start_ms = now - 800.25, end_ms = now - 790 });
        await ReportAsync(scene, scene.Grace, now, new { name = "call", span_id = "00000000000000b1", start_ms = now - 700, end_ms = now }, new { name = "ring", span_id = "00000000000000b2", parent_id = "00000000000000b1", start_ms = now - 700, end_ms = now - 300 });

        await collector.UntilAsync(spans => Awaited.All(name => spans.Any(span => span.Name == name)));

        var spans = collector.Spans.Where(span => span.TraceId == Trace).ToList();
        var ids = spans.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        spans.Where(span => span.ParentId.Length == 0).ShouldHaveSingleItem().SpanId.ShouldBe(Root);
        spans.Where(span => span.ParentId.Length > 0).ShouldAllBe(span => ids.Contains(span.ParentId));
        spans.ShouldAllBe(span => span.EndMs >= span.StartMs && span.StartMs > now - 60_000 && span.EndMs < now + 60_000);
        Parent("call.initiate").ShouldBe(Of("POST /calls/initiate").SpanId);
        Parent("POST /calls/initiate").ShouldBe(Root);
        Parent("call.accept").ShouldBe(Root);
        Of("create_offer").StartMs.ShouldBe(now - 800.25, 0.001);
        spans.Single(span => span.SpanId == "00000000000000b1").ParentId.ShouldBe(Root);
        Parent("ring").ShouldBe("00000000000000b1");

        ArrivedSpan Of(string name) => spans.First(span => span.Name == name);
        string Parent(string name) => Of(name).ParentId;
    }

    [Fact]
    public async Task A_browser_whose_clock_is_an_hour_off_is_put_right()
    {
        await using var collector = new Collector();
        await using var scene = await TracedAsync(collector);
        await RingAsync(scene);
        var wrong = NowMs() - 3_600_000;

        await ReportAsync(scene, scene.Ada, wrong, new { name = "ring", span_id = "00000000000000a1", start_ms = wrong - 1_000, end_ms = wrong });

        await collector.UntilAsync(spans => spans.Any(span => span.Name == "ring"));
        var ring = collector.Spans.Single(span => span.Name == "ring");
        (ring.EndMs - ring.StartMs).ShouldBe(1_000, 0.01);
        ring.EndMs.ShouldBeInRange(NowMs() - 60_000, NowMs() + 1);
    }

    [Fact]
    public async Task Nobody_else_tells_of_a_call_and_nobody_tells_too_much_or_too_often()
    {
        await using var scene = await CallScene.SetAsync();
        await RingAsync(scene);
        var eve = await scene.Server.SignUpAsync("Eve");
        var span = new { name = "ring", span_id = "00000000000000a1", start_ms = NowMs(), end_ms = NowMs() };

        await Post(scene, eve, Body(span)).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await scene.Server.Browser().Post($"/calls/{scene.CallId}/telemetry", Body(span)).ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await Post(scene, scene.Ada, Body([.. Enumerable.Repeat(span, 65)])).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await Post(scene, scene.Ada, Body(new { name = "ring", span_id = "Ada", start_ms = 1, end_ms = 2 })).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await Post(scene, scene.Ada, Body(new { name = "ring", span_id = "00000000000000a1", start_ms = NowMs(), end_ms = NowMs() - 1 })).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        var events = await Post(scene, scene.Ada, Told(events: 129, links: 8)).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        events["errors"]!["events"].ShouldNotBeNull();
        var links = await Post(scene, scene.Ada, Told(events: 128, links: 9)).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        links["errors"]!["links"].ShouldNotBeNull();
        foreach (var dropped in new[] { -1, 100_001 })
        {
            var leftOut = await Post(scene, scene.Ada, Told(events: 1, links: 1, dropped)).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
            leftOut["errors"]!["dropped"].ShouldNotBeNull();
        }

        (await Post(scene, scene.Ada, Told(events: 128, links: 8))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Post(scene, scene.Ada, Body(new { name = "Ada Lovelace", span_id = "00000000000000a1", start_ms = NowMs(), end_ms = NowMs() })).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Post(scene, scene.Grace, Body(span))));
        answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.NoContent);
        answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task What_a_browser_tells_is_logged_by_name_with_the_ids_of_call_and_trace()
    {
        await using var scene = await CallScene.SetAsync(("Logging:LogLevel:Sightline.WebRtc", "Debug"));
        await RingAsync(scene);
        object told = new { device_id = Guid.NewGuid(), sent_at_ms = NowMs(), spans = Array.Empty<object>(), links = Array.Empty<object>(), events = new[] { new { name = "ice_state", at_ms = NowMs(), detail = "failed" }, new { name = "candidate", at_ms = NowMs(), detail = "relay" } } };

        (await Post(scene, scene.Ada, told)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        scene.Server.Logs.Lines.ShouldContain(line => line.StartsWith($"Information Sightline.WebRtc: Call {scene.CallId}: ICE failed", StringComparison.Ordinal) && line.Contains(Trace, StringComparison.Ordinal));
        scene.Server.Logs.Lines.ShouldContain(line => line.StartsWith($"Debug Sightline.WebRtc: Call {scene.CallId}: 1 candidates, relay", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_becomes_of_a_call_and_what_is_refused_is_logged_with_its_trace()
    {
        await using var scene = await CallScene.SetAsync(("Logging:LogLevel:Sightline.Server.Calls", "Debug"));
        await RingAsync(scene);
        await scene.PostAsync(scene.Ada, "cancel");
        (await scene.PostAsync(scene.Grace, "accept", new { device_id = Guid.NewGuid() })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var said = scene.Server.Logs.Lines.Where(line => line.Contains($"CallService: Call {scene.CallId}: ", StringComparison.Ordinal))
            .ToList();

        said.Count(line => line.StartsWith("Information", StringComparison.Ordinal)).ShouldBe(2, "it rang, and it was over");
        said.ShouldContain(line => line.Contains("Accept refused", StringComparison.Ordinal));
        said.ShouldAllBe(line => line.Contains($"trace {Trace}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_logs_leave_by_otlp_under_their_names()
    {
        await using var collector = new Collector();
        await using var scene = await CallScene.SetAsync(
            ("Telemetry:OtlpEndpoint", collector.Address), ("Telemetry:ExportInterval", "00:00:01"), ("Logging:LogLevel:Sightline.WebRtc", "Debug"));
        await RingAsync(scene);
        string[] names = ["offer", "answer", "candidate", "connection_state", "ice_state"];
        var events = names.Select(name => new { name, at_ms = NowMs(), detail = name == "candidate" ? "host" : "connected" });

        (await Post(scene, scene.Ada, new { device_id = Guid.NewGuid(), sent_at_ms = NowMs(), spans = Array.Empty<object>(), links = Array.Empty<object>(), events }))
            .StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await collector.UntilAsync(_ => names.All(name => collector.Everything.Contains($"webrtc.{name}", StringComparison.Ordinal)));
    }

    private static Task<CallScene> TracedAsync(Collector collector) =>
        CallScene.SetAsync(("Telemetry:OtlpEndpoint", collector.Address), ("Telemetry:ExportInterval", "00:00:01"));

    private static Task<JsonObject> RingAsync(CallScene scene)
    {
        scene.Ada.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-{Root}-01");
        return scene.RingAsync();
    }

    private static double NowMs() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static object Body(params object[] spans) =>
        new { device_id = Guid.NewGuid(), sent_at_ms = NowMs(), spans, events = Array.Empty<object>(), links = Array.Empty<object>() };

    private static object Told(int events, int links, int dropped = 0) => new
    {
        device_id = Guid.NewGuid(),
        sent_at_ms = NowMs(),
        spans = Array.Empty<object>(),
        events = Enumerable.Repeat(new { name = "offer", at_ms = NowMs(), detail = "local" }, events),
        links = Enumerable.Repeat(new { path = "direct" }, links),
        dropped,
    };

    private static Task<HttpResponseMessage> Post(CallScene scene, TestPerson person, object body) => person.Client.Post($"/calls/{scene.CallId}/telemetry", body);

    private static async Task ReportAsync(CallScene scene, TestPerson person, double sentAtMs, params object[] spans)
    {
        object body = new { device_id = Guid.NewGuid(), sent_at_ms = sentAtMs, spans, events = Array.Empty<object>(), links = Array.Empty<object>() };
        (await Post(scene, person, body)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }
}
