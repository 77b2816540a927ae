using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Hosting;
using Microsoft.Extensions.Options;
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
        Count("action:").ShouldBe(Count("- alert:"));
        int Count(string word) => text.Split(word).Length - 1;
    }

    [Fact]
    public async Task The_dashboard_that_is_delivered_asks_for_what_there_is()
    {
        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Find("deploy")!, "grafana", "sightline.json"), TestContext.Current.CancellationToken))!;
        var documented = await File.ReadAllTextAsync(Path.Combine(Repository.Find("docs")!, "operations", "metrics.md"), TestContext.Current.CancellationToken);
        var expressions = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => ((string)target!["expr"]!).Replace("$__rate_interval", "5m", StringComparison.Ordinal)).ToList();
        var rules = string.Join('\n', expressions.Select((expression, index) => $"      - record: one:{index}\n        expr: '{expression}'"));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"groups:\n  - name: dashboard\n    rules:\n{rules}\n", TestContext.Current.CancellationToken);
        var (exitCode, said) = await PromtoolAsync("", "check", "rules", file);
        File.Delete(file);

        exitCode.ShouldBe(0, said);
        expressions.Count.ShouldBeGreaterThan(10);
        var names = expressions.SelectMany(expression => Regex.Matches(expression, @"\b[a-z]+(?:_[a-z]+)+\b(?!\()", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(match => match.Value.Replace("_bucket", "", StringComparison.Ordinal)).Where(name => !name.StartsWith("dotnet_", StringComparison.Ordinal));
        names.ShouldAllBe(name => documented.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("dotnet.process.cpu.time", "s", true, "dotnet_process_cpu_time_seconds_total")]
    [InlineData("ice_restart_total", "", true, "ice_restart_total")]
    [InlineData("call_setup_time_ms", "ms", false, "call_setup_time_ms")]
    public void Names_are_spelled_as_prometheus_has_them(string name, string unit, bool counts, string spelled) =>
        PrometheusText.NameOf(name, unit, counts).ShouldBe(spelled);

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
