using System.Net;
using Microsoft.Extensions.Options;
using Sightline.Media.Finishing;
using Sightline.Media.Recording;
using Sightline.Server.Recordings;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Recordings;

/// <summary>A recording from its start to its files.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task Whoever_is_in_records_and_everybody_sees_it_begin_and_end()
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var bell = await scene.Calls.NotificationsAsync(scene.Grace);
        var (recordingId, _, grace) = await scene.RecordAsync();

        var seen = await grace.ExpectCallAsync(call => call["recording"] is not null);
        ((Guid)seen["recording"]!["recording_id"]!).ShouldBe(recordingId);
        ((Guid)seen["recording"]!["started_by"]!).ShouldBe(scene.Ada.PersonId);
        ((string?)(await bell.ExpectAsync("notification", ("notification_type", "RECORDING")))["recording"]!["status"]).ShouldBe("recording");

        ((Guid)(await scene.StartAsync(scene.Grace).Json())["recording_id"]!).ShouldBe(recordingId);
        ((string?)(await scene.StopAsync(scene.Grace).Json())["recording_id"]).ShouldBe(recordingId.ToString());
        await grace.ExpectCallAsync(call => call["recording"] is null);

        var ready = await RecordedScene.ExpectAsync(bell, scene.Grace.Client, recordingId, "ready");
        ((long)ready["length_ms"]!).ShouldBe(61_500);
        ((double)ready["progress"]!).ShouldBe(1);
        ready["participants"]!.AsArray().Select(person => (string?)person!["display_name"]).ShouldBe(["Ada Lovelace", "Grace Hopper"]);
        var file = ready["files"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)file["name"]).ShouldBe(FakeFinisher.FileName);
        ((string?)file["kind"]).ShouldBe("combined");
        ((string?)ready["gaps"]![0]!["cause"]).ShouldBe("connection");
        ((string?)ready["gaps"]![0]!["track"]).ShouldBe("camera");
        scene.Node.Stopped.ShouldContainKey(recordingId);
        var list = await scene.Ada.Client.Get("/recordings").Json();
        ((Guid)list["recordings"]!.AsArray().ShouldHaveSingleItem()!["recording_id"]!).ShouldBe(recordingId);
    }

    [Fact]
    public async Task People_who_start_at_the_same_moment_start_one_recording()
    {
        await using var scene = await RecordedScene.SetAsync();
        await scene.Calls.ConnectAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => scene.StartAsync(i % 2 == 0 ? scene.Ada : scene.Grace)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(7);
        var ids = await Task.WhenAll(answers.Select(async answer => (string?)(await Calls.CallScene.ReadAsync(answer))["recording_id"]));
        ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_rings_or_is_over_is_not_recorded()
    {
        await using var scene = await RecordedScene.SetAsync();
        await scene.Calls.RingAsync();
        await scene.StartAsync(scene.Ada).ShouldBeProblem(HttpStatusCode.Conflict, "invalid_transition");
        await scene.StartAsync(scene.Grace).ShouldBeProblem(HttpStatusCode.Conflict, "invalid_transition");
        await scene.Calls.PostAsync(scene.Ada, "cancel");
        await scene.StartAsync(scene.Ada).ShouldBeProblem(HttpStatusCode.Conflict, "invalid_transition");
        await scene.StopAsync(scene.Ada).ShouldBeProblem(HttpStatusCode.Conflict, "invalid_transition");
    }

    [Fact]
    public async Task The_end_of_the_call_is_the_end_of_its_recording()
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        var (recordingId, _, grace) = await scene.RecordAsync();
        await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, scene.Calls.AdasPhone.DeviceId).Json();

        await grace.SendAsync(new EndCall());

        await scene.Node.ExpectAsync($"stop {recordingId}");
        await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");
        (await scene.Calls.CallAsync(scene.Ada))["recording"].ShouldBeNull();
    }

    [Fact]
    public async Task A_recording_ends_by_itself_at_its_longest()
    {
        var clock = new ManualClock();
        await using var scene = await RecordedScene.SetAsync(clock, ("Recording:MaxLength", "00:00:20"));
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        var (recordingId, ada, _) = await scene.RecordAsync();

        await ada.ExpectCallAsync(call => call["recording"] is not null);
        await RecordedScene.MeanwhileAsync(clock, TimeSpan.FromSeconds(5), ada.ExpectCallAsync(call => call["recording"] is null));
        var recording = await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");
        ((DateTimeOffset)recording["stopped_at"]! - (DateTimeOffset)recording["started_at"]!).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20));
        ((string?)(await scene.Calls.CallAsync(scene.Ada))["state"]).ShouldBe("CONNECTED");
    }

    [Fact]
    public async Task Who_comes_while_it_runs_belongs_to_it_whatever_else_happens_at_that_moment()
    {
        await using var scene = await RecordedScene.SetAsync();
        var joan = await scene.Calls.Server.SignUpAsync("Joan Clarke");
        var mallory = await scene.Calls.Server.SignUpAsync("Mallory");
        await scene.Calls.ConnectAsync();
        await scene.Calls.PostAsync(scene.Ada, "invite", new { person_ids = new[] { joan.PersonId, mallory.PersonId } });
        await scene.Calls.PostAsync(mallory, "decline");

        var start = scene.StartAsync(scene.Ada);
        await Task.WhenAll(start, scene.Calls.PostAsync(joan, "accept", new { device_id = Guid.NewGuid() }));

        var recordingId = (Guid)(await start.Json(HttpStatusCode.Created))["recording_id"]!;
        var call = await scene.Calls.CallAsync(scene.Ada);
        Calls.CallScene.StandingIn(call, joan).ShouldBe("joined");
        ((Guid)call["recording"]!["recording_id"]!).ShouldBe(recordingId);
        var people = (await joan.Client.Get($"/recordings/{recordingId}").Json())["participants"]!.AsArray();
        people.Select(person => (string?)person!["display_name"]).ShouldBe(["Ada Lovelace", "Grace Hopper", "Joan Clarke"]);
        await mallory.Client.Get($"/recordings/{recordingId}").ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        (await mallory.Client.Get("/recordings").Json())["recordings"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_leaves_sends_no_more_and_the_others_go_on()
    {
        await using var scene = await RecordedScene.SetAsync();
        var joan = await scene.Calls.Server.SignUpAsync("Joan Clarke");
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.Calls.PostAsync(scene.Ada, "invite", new { person_ids = new[] { joan.PersonId } });
        var device = Guid.NewGuid();
        await scene.Calls.PostAsync(joan, "accept", new { device_id = device });
        await RecordedScene.OfferAsync(joan.Client, recordingId, device).Json();

        await scene.Calls.PostAsync(joan, "leave", new { device_id = device });

        await scene.Node.ExpectAsync($"remove {joan.PersonId}");
        await RecordedScene.OfferAsync(joan.Client, recordingId, device).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        (await scene.Calls.CallAsync(scene.Ada))["recording"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData(LegRefusal.BadOffer, 422, "bad_offer")]
    [InlineData(LegRefusal.Full, 503, "recording_unavailable")]
    [InlineData(LegRefusal.DiskFull, 503, "recording_unavailable")]
    [InlineData(LegRefusal.Draining, 503, "recording_unavailable")]
    public async Task A_node_that_refuses_is_told_in_words_that_stay(LegRefusal refusal, int status, string code)
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        scene.Node.Refusal = refusal;

        await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, scene.Calls.AdasPhone.DeviceId)
            .ShouldBeProblem((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_server_that_cannot_record_says_why_and_the_call_goes_on()
    {
        await using var off = await RecordedScene.SetAsync(("Recording:Enabled", "false"));
        await off.Calls.ConnectAsync();
        (await off.StartAsync(off.Ada).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "recording_unavailable"))["detail"]!
            .ToString().ShouldBe("Recording is turned off.");

        await using var full = await RecordedScene.SetAsync(("Recording:MinFreeBytes", "1000000000000000"));
        await full.Calls.ConnectAsync();
        (await full.StartAsync(full.Ada).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "recording_unavailable"))["detail"]!
            .ToString().ShouldBe("The disk is full.");
        (await full.Calls.CallAsync(full.Ada))["recording"].ShouldBeNull();
    }

    [Fact]
    public async Task A_folder_that_another_server_has_is_left_to_it()
    {
        await using var scene = await RecordedScene.SetAsync();
        await scene.RecordAsync();
        await using var second = await scene.StartServerAsync();
        await using var calls = new Calls.CallScene(second, await second.SignUpAsync("Ada"), await second.SignUpAsync("Grace"));
        await calls.ConnectAsync();

        await calls.Ada.Client.Post($"/calls/{calls.CallId}/recording")
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "recording_unavailable");
    }

    [Fact]
    public async Task What_is_recorded_is_counted()
    {
        await using var scene = await RecordedScene.SetAsync(("Telemetry:MetricsToken", "the-token-of-prometheus"));
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        var (recordingId, _, _) = await scene.RecordAsync();
        await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, scene.Calls.AdasPhone.DeviceId).Json();

        var during = await MetricsAsync(scene);
        during.ShouldContain("\nrecordings_active 1\n");
        during.ShouldContain("\nrecording_bytes_total 1000\n");
        during.ShouldContain("\nrecording_dropped_total 3\n");

        await scene.StopAsync(scene.Ada).Json();
        await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");
        var after = await MetricsAsync(scene);
        after.ShouldContain("\nrecordings_active 0\n");
        after.ShouldContain("\nrecording_bytes_total 1000\n");
        after.ShouldContain("\nrecordings_finished_total{result=\"ready\"} 1\n");
        after.ShouldContain("\nrecording_finish_time_seconds_count 1\n");
    }

    [Theory]
    [InlineData("/nowhere/ffmpeg", 1)]
    [InlineData("no-such-program", 1)]
    [InlineData("sh", 0)]
    [InlineData("/bin/sh", 0)]
    public void A_missing_ffmpeg_is_told_at_the_start(string path, int lines) =>
        new FfmpegLine(Options.Create(new RecordingOptions { FfmpegPath = path })).Lines("").Count().ShouldBe(lines);

    private static async Task<string> MetricsAsync(RecordedScene scene)
    {
        using var prometheus = scene.Calls.Server.Browser();
        prometheus.DefaultRequestHeaders.Authorization = new("Bearer", "the-token-of-prometheus");
        using var answer = await prometheus.Get("/metrics");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Media_of_nobody_is_a_recording_that_failed()
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        scene.Finisher.Instead = (_, _, _) => Task.FromResult(new FinishResult(null, FinishProblem.NothingRecorded));
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();

        var failed = await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "failed");

        ((string?)failed["problem"]).ShouldBe("nothing_recorded");
        scene.Finisher.Attempts.ShouldBe(1);
    }
}
