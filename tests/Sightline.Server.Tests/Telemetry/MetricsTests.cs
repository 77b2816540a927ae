using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sightline.Server.Hosting;
using Sightline.Server.Telemetry;
using Sightline.Server.Tests.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Telemetry;

/// <summary>What the server counts, and who may read it.</summary>
public sealed class MetricsTests
{
    private const string Token = "the-token-of-prometheus";
    private static readonly (string Key, string Value) Guarded = ("Telemetry:MetricsToken", Token);

    [Fact]
    public async Task A_call_is_counted_by_what_became_of_it()
    {
        await using var scene = await CallScene.SetAsync(Guarded);
        var (ada, grace) = await scene.ConnectAsync();
        await ada.SendAsync(new Offer(scene.GracesPhone, 1, "v=0"));
        await grace.ExpectAsync("offer");
        await ada.SendAsync(new IceRestart(scene.GracesPhone, 2, "v=0"));
        await grace.ExpectAsync("ice_restart");
        await ada.SendAsync(new Offer(new PeerName(Guid.NewGuid(), Guid.NewGuid()), 3, "v=0"));
        await ada.ExpectAsync("error");
        scene.Server.Services.GetRequiredService<ServerMetrics>().Quality(CallQuality.Good, 72.5);
        var during = await ReadAsync(scene.Server);
        await ada.SendAsync(new EndCall());
        await grace.ExpectCallAsync("ENDED");
        var after = await ReadAsync(scene.Server);

        during.ShouldContain("calls_begun_total{type=\"video\"} 1\n");
        during.ShouldContain("call_setup_time_ms_count 1\n");
        during.ShouldContain("sockets_open{kind=\"call\"} 2\n");
        during.ShouldContain("messages_relayed_total{type=\"offer\"} 1\n");
        during.ShouldContain("ice_restart_total 1\n");
        during.ShouldContain("messages_dropped_total{reason=\"peer_unavailable\"} 1\n");
        during.ShouldContain("call_quality_score_bucket{quality=\"good\",le=\"80\"} 1\n");
        during.ShouldNotContain("call_outcomes_total{");
        after.ShouldContain("call_outcomes_total{outcome=\"ended\"} 1\n");
    }

    [Fact]
    public async Task What_a_browser_reports_of_its_connections_is_counted()
    {
        await using var scene = await CallScene.SetAsync(Guarded);
        await scene.RingAsync();
        object relayed = new { path = "relay", codec = "vp9", first_frame_ms = 420 };
        object direct = new { path = "direct", codec = "vp8", first_frame_ms = 80 };
        var sentAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        object[] none = [];
        var report = new
        {
            device_id = Guid.NewGuid(),
            sent_at_ms = sentAtMs,
            spans = none,
            events = none,
            links = (object[])[relayed, direct],
            dropped = 3,
        };

        (await scene.Ada.Client.Post($"/calls/{scene.CallId}/telemetry", report)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var read = await ReadAsync(scene.Server);
        read.ShouldContain("turn_usage_ratio 0.5\n");
        read.ShouldContain("call_links_total{path=\"relay\"} 1\n");
        read.ShouldContain("call_links_total{path=\"direct\"} 1\n");
        read.ShouldContain("codec_selected_total{codec=\"vp9\"} 1\n");
        read.ShouldContain("codec_selected_total{codec=\"vp8\"} 1\n");
        read.ShouldContain("call_time_to_first_frame_ms_count 2\n");
        read.ShouldContain("call_time_to_first_frame_ms_sum 500\n");
        read.ShouldContain("telemetry_reports_total{result=\"taken\"} 1\n");
        read.ShouldContain("telemetry_left_out_total 3\n");
    }

    [Fact]
    public async Task Set_up_is_timed_from_the_answer_to_the_first_media()
    {
        var clock = new ManualClock();
        await using var scene = await CallScene.SetAsync(new TestServerOptions { Clock = clock, Settings = [Guarded] });
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var grace = await scene.JoinAsync(scene.Grace, scene.GracesPhone);
        clock.Advance(TimeSpan.FromSeconds(7));
        await grace.SendAsync(new Accept());
        await grace.ExpectCallAsync("CONNECTING");
        clock.Advance(TimeSpan.FromMilliseconds(1_250));
        await ada.SendAsync(new MediaReport(WireMediaState.Connected));
        await grace.ExpectCallAsync("CONNECTED");
        clock.Advance(TimeSpan.FromSeconds(3));
        await grace.SendAsync(new MediaReport(WireMediaState.Connected));
        await grace.SettleAsync();

        var read = await ReadAsync(scene.Server);

        read.ShouldContain("call_setup_time_ms_count 1\n");
        var sum = Regex.Match(read, @"(?<=^call_setup_time_ms_sum )\S+$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Value;
        double.Parse(sum, CultureInfo.InvariantCulture).ShouldBe(1_250, 0.01);
    }

    [Fact]
    public async Task Calls_that_nobody_took_are_counted_by_why()
    {
        var clock = new ManualClock();
        await using var scene = await CallScene.SetAsync(new TestServerOptions { Clock = clock, Settings = [Guarded] });
        await scene.RingAsync("audio");
        await scene.PostAsync(scene.Grace, "decline");
        for (var cancelled = 0; cancelled < 2; cancelled++)
        {
            await scene.RingAsync();
            await scene.PostAsync(scene.Ada, "cancel");
        }

        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        clock.Advance(TimeSpan.FromSeconds(46));
        await ada.ExpectCallAsync("ENDED");

        var read = await ReadAsync(scene.Server);

        read.ShouldContain("calls_begun_total{type=\"audio\"} 1\n");
        read.ShouldContain("calls_begun_total{type=\"video\"} 3\n");
        read.ShouldContain("call_outcomes_total{outcome=\"declined\"} 1\n");
        read.ShouldContain("call_outcomes_total{outcome=\"cancelled\"} 2\n");
        read.ShouldContain("call_outcomes_total{outcome=\"missed\"} 1\n");
    }

    [Fact]
    public async Task Sockets_are_counted_while_they_are_open()
    {
        await using var server = await TestServer.StartAsync(Guarded);
        var ada = await server.SignUpAsync("Ada");
        await using (var phone = await ada.OpenSocketAsync("/ws/notifications"))
        await using (var tablet = await ada.OpenSocketAsync("/ws/notifications"))
        {
            await phone.SettleAsync();
            await tablet.SettleAsync();
            (await ReadAsync(server)).ShouldContain("sockets_open{kind=\"notification\"} 2\n");
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await ReadAsync(server)).Contains("sockets_open{kind=\"notification\"} 0\n", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    [Fact]
    public async Task Only_who_knows_the_token_reads_them()
    {
        await using var server = await TestServer.StartAsync(Guarded);
        var ada = await server.SignUpAsync("Ada");

        await server.Browser().Get("/metrics").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await ada.Client.Get("/metrics").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await server.Browser().Send(HttpMethod.Get, "/metrics", ("Authorization", "Basic " + Token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        (await ReadAsync(server)).ShouldContain("# TYPE node_messages_waiting gauge\n");
    }

    [Fact]
    public async Task Without_a_token_there_are_none()
    {
        await using var server = await TestServer.StartAsync();

        await server.Browser().Get("/metrics").ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("MetricsToken", "short", "Telemetry:MetricsToken must have")]
    [InlineData("OtlpEndpoint", "collector.internal:4318", "Telemetry:OtlpEndpoint must be an http(s) address")]
    [InlineData("OtlpEndpoint", "https://ada:short@collector.internal", "Telemetry:OtlpEndpoint must have no user and no password in it")]
    [InlineData("OtlpHeaders", "short", "Telemetry:OtlpHeaders must be name=value pairs")]
    public async Task A_setting_that_cannot_stand_stops_the_start_in_a_sentence_without_it(string key, string value, string sentence)
    {
        var problem = await Should.ThrowAsync<OptionsValidationException>(() => TestServer.StartAsync(($"Telemetry:{key}", value)));

        problem.Failures.ShouldHaveSingleItem().ShouldStartWith(sentence);
        problem.Message.ShouldNotContain("short");
    }

    [Fact]
    public async Task Promtool_finds_nothing_wrong_but_the_names_that_are_prescribed()
    {
        await using var scene = await CallScene.SetAsync(Guarded);
        await scene.ConnectAsync();
        var metrics = scene.Server.Services.GetRequiredService<ServerMetrics>();
        metrics.Link(relayed: true, "vp9");
        metrics.FirstFrame(420);
        metrics.Quality(CallQuality.Poor, 33);

        var (_, said) = await PromtoolAsync(await ReadAsync(scene.Server), "check", "metrics");

        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line =>
            line.EndsWith("_ms metric names should not contain abbreviated units", StringComparison.Ordinal)
            || line.EndsWith("_ms use base unit \"seconds\" instead of \"milliseconds\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_alert_rules_that_are_delivered_are_right_and_say_what_to_do()
    {
        var rules = Path.Combine(Repository.Find("deploy")!, "prometheus", "alerts.yml");
        var (exitCode, said) = await PromtoolAsync("", "check", "rules", rules);

        exitCode.ShouldBe(0, said);
        var text = await File.ReadAllTextAsync(rules, TestContext.Current.CancellationToken);
        var alerts = text.Split("- alert:")[1..];
        alerts.Length.ShouldBeGreaterThan(5);
        foreach (var alert in alerts)
        {
            var action = Regex.Match(alert, @"(?<=^ +action: "").*(?=""$)", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
            action.Value.Length.ShouldBeGreaterThan(20, alert);
            var expression = alert[alert.IndexOf("expr:", StringComparison.Ordinal)..alert.IndexOf("for:", StringComparison.Ordinal)];
            var names = NamesIn(expression).ToList();
            (names.Count > 0 || alert.Contains("expr: up{", StringComparison.Ordinal)).ShouldBeTrue(alert);
            names.ShouldBeSubsetOf(await DocumentedAsync(), StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task The_dashboard_that_is_delivered_asks_for_what_there_is()
    {
        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Find("deploy")!, "grafana", "sightline.json"), TestContext.Current.CancellationToken))!;
        var expressions = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => ((string)target!["expr"]!).Replace("$__rate_interval", "5m", StringComparison.Ordinal)).ToList();
        var rules = string.Join('\n', expressions.Select((expression, index) => $"      - record: one:{index}\n        expr: '{expression}'"));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"groups:\n  - name: dashboard\n    rules:\n{rules}\n", TestContext.Current.CancellationToken);
        var (exitCode, said) = await PromtoolAsync("", "check", "rules", file);
        File.Delete(file);

        exitCode.ShouldBe(0, said);
        expressions.Count.ShouldBeGreaterThan(10);
        var names = expressions.SelectMany(NamesIn).Where(name => !name.StartsWith("dotnet_", StringComparison.Ordinal));
        names.ShouldBeSubsetOf(await DocumentedAsync(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("dotnet.process.cpu.time", "s", true, "dotnet_process_cpu_time_seconds_total")]
    [InlineData("ice_restart_total", "", true, "ice_restart_total")]
    [InlineData("call_setup_time_ms", "ms", false, "call_setup_time_ms")]
    public void Names_are_spelled_as_prometheus_has_them(string name, string unit, bool counts, string spelled) =>
        PrometheusText.NameOf(name, unit, counts).ShouldBe(spelled);

    /// <summary>The metrics that an expression asks for: words with an underscore that are no functions and stand in no quotes.</summary>
    private static IEnumerable<string> NamesIn(string expression) =>
        from match in Regex.Matches(
            expression, @"""[^""]*""|(?<name>\b[a-z]+(_[a-z]+)+\b)(?!\()", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
        where match.Groups["name"].Success
        select match.Value.Replace("_bucket", "", StringComparison.Ordinal);

    private static async Task<HashSet<string>> DocumentedAsync()
    {
        var path = Path.Combine(Repository.Find("docs")!, "operations", "metrics.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        return [.. Regex.Matches(page, "(?<=`)[a-z_]+(?=`)", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Value)];
    }

    private static async Task<string> ReadAsync(TestServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        using var answer = await server.Browser().SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<(int ExitCode, string Said)> PromtoolAsync(string input, params string[] arguments)
    {
        var unpacked = Sightline.Server.Hosting.Repository.Find(Path.Combine(".tools", "prometheus", "usr", "bin"));
        var program = unpacked is null ? "promtool" : Path.Combine(unpacked, "promtool");
        using var promtool = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, said);
    }
}
