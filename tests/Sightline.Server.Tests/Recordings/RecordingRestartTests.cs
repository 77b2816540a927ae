using System.Net;
using Npgsql;
using Sightline.Media.Finishing;
using Sightline.Server.Recordings;
using Sightline.Server.Tests.Signalling;

namespace Sightline.Server.Tests.Recordings;

/// <summary>What was promised in the database is done by whoever has the folder, however often a server goes.</summary>
public sealed class RecordingRestartTests
{
    [Fact]
    public async Task A_recording_goes_on_after_a_restart_and_ends_with_its_call()
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.Calls.Server.DisposeAsync();

        await using var second = await scene.StartServerAsync(scene.Calls.Server.ConnectionString);
        using var ada = await RecordedScene.ClientAsync(second, scene.Ada);
        await RecordedScene.OfferAsync(ada, recordingId, scene.Calls.AdasPhone.DeviceId).Json();
        await using var bell = await RecordedScene.BellAsync(second, scene.Ada);
        await ada.Post($"/calls/{scene.Calls.CallId}/end").Json();

        await RecordedScene.ExpectAsync(bell, ada, recordingId, "ready");
    }

    [Fact]
    public async Task A_recording_whose_call_ends_while_its_server_is_away_is_finished_when_it_is_back()
    {
        await using var scene = await RecordedScene.SetAsync();
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.Calls.Server.DisposeAsync();
        await using (var elsewhere = await scene.StartServerAsync(
            scene.Calls.Server.ConnectionString, ("Recording:Folder", Path.Combine(scene.Folder, "another"))))
        {
            using var client = await RecordedScene.ClientAsync(elsewhere, scene.Ada);
            await client.Post($"/calls/{scene.Calls.CallId}/end").Json();
            ((string?)(await client.Get($"/recordings/{recordingId}").Json())["status"]).ShouldBe("finishing");
        }

        scene.Finisher.Attempts.ShouldBe(0);
        await using var second = await scene.StartServerAsync(scene.Calls.Server.ConnectionString);
        using var ada = await RecordedScene.ClientAsync(second, scene.Ada);
        await using var bell = await RecordedScene.BellAsync(second, scene.Ada);
        await RecordedScene.ExpectAsync(bell, ada, recordingId, "ready");
    }

    [Fact]
    public async Task What_a_server_that_stops_has_begun_is_given_back_and_done_again()
    {
        await using var scene = await RecordedScene.SetAsync();
        var recordingId = await BeginFinishingAsync(scene);
        await scene.Calls.Server.DisposeAsync();
        (await ReadAsync(scene, "SELECT attempts FROM recordings")).ShouldBe(0);

        await FinishElsewhereAsync(scene, recordingId);
    }

    [Fact]
    public async Task What_a_server_that_is_killed_has_begun_is_done_again_at_once()
    {
        await using var scene = await RecordedScene.SetAsync();
        var recordingId = await BeginFinishingAsync(scene);
        await scene.Calls.Server.DisposeAsync();
        // As kill -9 leaves it: nothing was given back.
        await ReadAsync(scene, "UPDATE recordings SET attempts = 1, taken_until = now() + INTERVAL '1 hour' RETURNING attempts");

        await FinishElsewhereAsync(scene, recordingId);
        (await ReadAsync(scene, "SELECT attempts FROM recordings")).ShouldBe(2);
    }

    [Fact]
    public async Task Files_that_cannot_be_made_are_tried_again_and_in_the_end_given_up()
    {
        var clock = new ManualClock();
        await using var scene = await RecordedScene.SetAsync(clock);
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        scene.Finisher.Instead = (_, _, _) => scene.Finisher.Attempts % 2 == 0
            ? throw new InvalidOperationException("broken")
            : Task.FromResult(new FinishResult(null, FinishProblem.DiskFull));
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();

        for (var attempt = 1; attempt < FinishingJobs.MaxAttempts; attempt++)
        {
            var problem = attempt % 2 == 0 ? "unexpected" : "disk_full";
            await RecordedScene.MeanwhileAsync(clock, TimeSpan.FromSeconds(20), ExpectProblemAsync(bell, problem));
            scene.Finisher.Attempts.ShouldBe(attempt);
        }

        var failed = await RecordedScene.MeanwhileAsync(
            clock, TimeSpan.FromSeconds(20), RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "failed"));
        ((string?)failed["problem"]).ShouldBe("unexpected");
        scene.Finisher.Attempts.ShouldBe(FinishingJobs.MaxAttempts);
    }

    [Fact]
    public async Task Progress_is_told_while_files_are_made()
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        var seen = new TaskCompletionSource();
        scene.Finisher.Instead = async (id, progress, _) =>
        {
            progress!.Report(0.4);
            await seen.Task;
            return scene.Finisher.Make(id);
        };
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();

        while ((double)(await bell.ExpectAsync("notification", ("notification_type", "RECORDING")))["recording"]!["progress"]! != 0.4)
        {
        }

        seen.SetResult();
        await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");
    }

    [Fact]
    public async Task An_offer_that_arrives_at_another_server_is_answered_by_the_one_that_keeps_the_recording()
    {
        await using var scene = await RecordedScene.SetAsync();
        await using var two = await scene.StartServerAsync(
            scene.Calls.Server.ConnectionString, ("Recording:Folder", Path.Combine(scene.Folder, "another")));
        var (recordingId, _, _) = await scene.RecordAsync();
        using var ada = await RecordedScene.ClientAsync(two, scene.Ada);

        (await RecordedScene.OfferAsync(ada, recordingId, scene.Calls.AdasPhone.DeviceId).Json())["answer"]!.ToString().ShouldBe(FakeNode.Answer);
        await RecordedScene.OfferAsync(ada, recordingId, scene.Calls.GracesPhone.DeviceId)
            .ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");

        await using var bell = await scene.Calls.NotificationsAsync(scene.Ada);
        await ada.Post($"/calls/{scene.Calls.CallId}/recording/stop").Json();
        await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "ready");
        await ada.Get($"/recordings/{recordingId}/files/{FakeFinisher.FileName}")
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "recording_unavailable");
    }

    private static async Task<bool> ExpectProblemAsync(DeviceSocket bell, string problem)
    {
        while ((string?)(await bell.ExpectAsync("notification", ("notification_type", "RECORDING")))["recording"]!["problem"] != problem)
        {
        }

        return true;
    }

    /// <summary>A recording whose files are being made, for as long as its server lives.</summary>
    private static async Task<Guid> BeginFinishingAsync(RecordedScene scene)
    {
        var begun = new TaskCompletionSource();
        scene.Finisher.Instead = async (_, _, cancel) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            throw new InvalidOperationException("It was to be cancelled.");
        };
        var (recordingId, _, _) = await scene.RecordAsync();
        await scene.StopAsync(scene.Ada).Json();
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        return recordingId;
    }

    private static async Task FinishElsewhereAsync(RecordedScene scene, Guid recordingId)
    {
        scene.Finisher.Instead = null;
        await using var second = await scene.StartServerAsync(scene.Calls.Server.ConnectionString);
        using var ada = await RecordedScene.ClientAsync(second, scene.Ada);
        await using var bell = await RecordedScene.BellAsync(second, scene.Ada);
        await RecordedScene.ExpectAsync(bell, ada, recordingId, "ready");
    }

    private static async Task<int> ReadAsync(RecordedScene scene, string sql)
    {
        await using var database = NpgsqlDataSource.Create(scene.Calls.Server.ConnectionString);
        await using var command = database.CreateCommand(sql);
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
