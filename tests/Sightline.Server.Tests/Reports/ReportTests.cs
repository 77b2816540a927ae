using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Sightline.Server.Tests.Calls;

namespace Sightline.Server.Tests.Reports;

public sealed class ReportTests
{
    private static readonly int?[] Row = [5, 0, 91, 92, 90, 0, 12, 42, 5, 1800, 1700, 30, 720, 0, 30, 720, 60];

    [Fact]
    public async Task Whoever_takes_part_reports_and_everybody_of_the_call_reads_it()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();

        await ReportAsync(scene, scene.Ada, Batch(scene, 0, ageMs: 60_000)).Status(HttpStatusCode.NoContent);
        await ReportAsync(scene, scene.Ada, Batch(scene, 1, ageMs: 120_000)).Status(HttpStatusCode.NoContent);

        var report = await scene.Grace.Client.Get($"/calls/{scene.CallId}/report").Json();
        ((Guid)report["call"]!["call_id"]!).ShouldBe(scene.CallId);
        var parts = report["parts"]!.AsArray();
        parts.Count.ShouldBe(2);
        ((Guid)parts[0]!["person_id"]!).ShouldBe(scene.Ada.PersonId);
        parts[0]!["samples"]![0]!.AsArray().Select(number => (int?)number).ShouldBe(Row);
        ((string?)parts[0]!["events"]![0]!["kind"]).ShouldBe("path");
        ((string?)parts[0]!["events"]![0]!["value"]).ShouldBe("relay:tls");
        var beganAt = (DateTimeOffset)parts[0]!["began_at"]!;
        (TimeProvider.System.GetUtcNow() - beganAt).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task A_batch_that_comes_twice_is_kept_once()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        var batch = Batch(scene, 0);

        await ReportAsync(scene, scene.Ada, batch).Status(HttpStatusCode.NoContent);
        await ReportAsync(scene, scene.Ada, batch).Status(HttpStatusCode.NoContent);

        (await PartsAsync(scene)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_has_just_ended_takes_the_last_batch_and_one_long_over_takes_none()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await scene.PostAsync(scene.Ada, "end");
        await ReportAsync(scene, scene.Grace, Batch(scene, 0)).Status(HttpStatusCode.NoContent);

        await RunAsync(scene, "UPDATE calls SET ended_at = ended_at - INTERVAL '2 hours'");

        await ReportAsync(scene, scene.Grace, Batch(scene, 1)).ShouldBeProblem(HttpStatusCode.Conflict, "invalid_transition");
        (await PartsAsync(scene)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_else_reports_or_reads()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        var mallory = await scene.Server.SignUpAsync("Mallory");

        await ReportAsync(scene, mallory, Batch(scene, 0)).ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await mallory.Client.Get($"/calls/{scene.CallId}/report").ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        await scene.Server.Browser().Get($"/calls/{scene.CallId}/report").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
        await mallory.Client.Get($"/calls/{Guid.NewGuid()}/report").ShouldBeProblem(HttpStatusCode.Forbidden, "not_a_participant");
        (await PartsAsync(scene)).Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_a_report_is_refused_by_field()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        var fine = Batch(scene, 0);
        Dictionary<string, JsonNode?> wrong = new(StringComparer.Ordinal)
        {
            ["batch"] = 2_000,
            ["age_ms"] = -1,
            ["people"] = new JsonArray(Guid.NewGuid()),
            ["events"] = new JsonArray(Event("Ada’s microphone")),
            ["samples"] = new JsonArray(new JsonArray(1, 0, 3)),
            ["overall"] = new JsonObject { ["score"] = 101, ["quality"] = "good" },
        };
        foreach (var (field, value) in wrong)
        {
            var batch = fine.DeepClone().AsObject();
            batch[field] = value;
            var problem = await ReportAsync(scene, scene.Ada, batch).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
            problem["errors"]!.AsObject().ShouldContainKey(field);
        }

        foreach (var (row, cell) in new[] { (1, 7), (0, -3), (5, 2_000_000_000) })
        {
            var batch = fine.DeepClone().AsObject();
            batch["samples"]![0]![row] = cell;
            await ReportAsync(scene, scene.Ada, batch).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        }

        (await PartsAsync(scene)).Count.ShouldBe(0);
    }

    [Fact]
    public async Task There_is_an_end_to_what_is_kept_of_a_call()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await ReportAsync(scene, scene.Ada, Batch(scene, 0)).Status(HttpStatusCode.NoContent);
        await RunAsync(scene, "UPDATE call_reports SET bytes = 1024 * 1024 - 10");

        await ReportAsync(scene, scene.Ada, Batch(scene, 1)).ShouldBeProblem(HttpStatusCode.TooManyRequests, "too_many_requests");
        await ReportAsync(scene, scene.Grace, Batch(scene, 1)).Status(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_person_has_a_report_for_each_device_up_to_eight()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        for (var device = 0; device < 8; device++)
        {
            await ReportAsync(scene, scene.Ada, Batch(scene, 0, source: Guid.NewGuid())).Status(HttpStatusCode.NoContent);
        }

        await ReportAsync(scene, scene.Ada, Batch(scene, 0, source: Guid.NewGuid()))
            .ShouldBeProblem(HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    [Fact]
    public async Task Reports_that_are_too_old_go_when_a_new_one_begins()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.ConnectAsync();
        await ReportAsync(scene, scene.Ada, Batch(scene, 0, source: Guid.NewGuid())).Status(HttpStatusCode.NoContent);
        await RunAsync(scene, "UPDATE call_reports SET received_at = received_at - INTERVAL '91 days'");

        await ReportAsync(scene, scene.Grace, Batch(scene, 0)).Status(HttpStatusCode.NoContent);

        var parts = await PartsAsync(scene);
        ((Guid)parts.ShouldHaveSingleItem()!["person_id"]!).ShouldBe(scene.Grace.PersonId);
    }

    private static readonly Guid Phone = Guid.NewGuid();

    private static JsonObject Batch(CallScene scene, int batch, int ageMs = 1_000, Guid? source = null) => new()
    {
        ["source"] = source ?? Phone,
        ["batch"] = batch,
        ["age_ms"] = ageMs,
        ["people"] = new JsonArray(scene.Grace.PersonId, scene.Ada.PersonId),
        ["events"] = new JsonArray(Event("relay:tls")),
        ["samples"] = new JsonArray(new JsonArray([.. Row.Select(number => (JsonNode?)number)])),
    };

    private static JsonObject Event(string value) => new() { ["at_ms"] = 12, ["kind"] = "path", ["value"] = value, ["person"] = 0 };

    private static Task<HttpResponseMessage> ReportAsync(CallScene scene, TestPerson person, JsonObject batch) =>
        person.Client.Post($"/calls/{scene.CallId}/report", batch);

    private static async Task<JsonArray> PartsAsync(CallScene scene) =>
        (await scene.Ada.Client.Get($"/calls/{scene.CallId}/report").Json())["parts"]!.AsArray();

    private static async Task RunAsync(CallScene scene, string sql)
    {
        await using var database = NpgsqlDataSource.Create(scene.Server.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

internal static class Answers
{
    public static async Task Status(this Task<HttpResponseMessage> answer, HttpStatusCode status)
    {
        using var response = await answer;
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
    }
}
