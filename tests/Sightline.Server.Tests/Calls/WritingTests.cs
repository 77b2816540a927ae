using Npgsql;

namespace Sightline.Server.Tests.Calls;

/// <summary>Who waits for the disk.</summary>
public class WritingTests
{
    /// <summary>Remembers, at the end of each transaction that changes a call, whether it will wait.</summary>
    private const string Watch =
        """
        CREATE TABLE writes (state text, waits text);
        CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO writes VALUES (NEW.state, current_setting(''synchronous_commit'')); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER watch AFTER INSERT OR UPDATE ON calls DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION watch();
        """;

    [Fact]
    public async Task An_answer_does_not_wait_for_the_disk_and_everything_else_does()
    {
        await using var scene = await CallScene.SetAsync();
        await using var database = NpgsqlDataSource.Create(scene.Server.ConnectionString);
        await using (var watch = database.CreateCommand(Watch))
        {
            await watch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var (adas, _) = await scene.ConnectAsync();
        await adas.SendAsync(new Sightline.Signalling.EndCall());
        await adas.ExpectCallAsync("ENDED");

        await using var read = database.CreateCommand("SELECT DISTINCT state, waits FROM writes ORDER BY state, waits");
        await using var rows = await read.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var writes = new List<string>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            writes.Add($"{rows.GetString(0)} {rows.GetString(1)}");
        }

        // A device's report that changes nothing of the state comes between.
        string[] expected = ["connected on", "connecting off", "ended on", "ringing on"];
        expected.Except(writes, StringComparer.Ordinal).ShouldBeEmpty();
    }
}
