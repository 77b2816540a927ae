using Npgsql;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Calls;

/// <summary>What may pass while an accept is on its way into the database.</summary>
public class AnsweringTests
{
    private const string Sdp = "v=0\r\n";

    [Fact]
    public async Task An_answer_passes_at_once_and_an_offer_when_it_is_known_who_is_in()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        var ada = await scene.JoinAsync(scene.Ada, scene.AdasPhone);
        var grace = await scene.JoinAsync(scene.Grace, scene.GracesPhone);

        await using (await HoldAsync(scene))
        {
            await grace.SendAsync(new Accept());
            await grace.SendAsync(new Answer(scene.AdasPhone, 1, Sdp));
            await grace.SendAsync(new IceCandidatesBatch(scene.AdasPhone, 2, [new Candidate("candidate:1 1 udp 1 192.0.2.9 9 typ host")]));
            await grace.SendAsync(new Offer(scene.AdasPhone, 3, Sdp));

            (await TypesUntilAsync(ada, "ice_candidates_batch")).ShouldBe(["answer", "ice_candidates_batch"]);
        }

        var types = await TypesUntilAsync(ada, "offer");
        types.ShouldBe(["call_updated", "offer"]);
    }

    [Fact]
    public async Task Whoever_turns_out_to_be_too_late_says_nothing_more()
    {
        await using var scene = await CallScene.SetAsync();
        await scene.RingAsync();
        var phone = await scene.JoinAsync(scene.Grace, scene.GracesPhone);

        await using (var held = await HoldAsync(scene))
        {
            await phone.SendAsync(new Accept());
            await phone.SendAsync(new Offer(scene.AdasPhone, 1, Sdp));

            // The caller's cancel wins.
            await held.CancelCallAsync();
        }

        await phone.ExpectAsync("error", ("code", "invalid_transition"));
        await phone.ExpectAsync("error", ("code", "not_accepted"));
    }

    private static async Task<List<string>> TypesUntilAsync(DeviceSocket socket, string last)
    {
        List<string> types = [];
        while (types.LastOrDefault() != last)
        {
            var type = (string)(await socket.ReceiveAsync())!["type"]!;
            if (type != "peer_joined")
            {
                types.Add(type);
            }
        }

        return types;
    }

    private static async Task<HeldCall> HoldAsync(CallScene scene)
    {
        var connection = new NpgsqlConnection(scene.Server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var held = new HeldCall(connection, await connection.BeginTransactionAsync(TestContext.Current.CancellationToken), scene.CallId);
        await held.LockAsync();
        return held;
    }

    /// <summary>A call whose row nobody else can change until this is disposed of.</summary>
    private sealed class HeldCall(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId) : IAsyncDisposable
    {
        public Task LockAsync() => RunAsync("SELECT id FROM calls WHERE id = $1 FOR UPDATE");

        /// <summary>As another node would write it.</summary>
        public Task CancelCallAsync() =>
            RunAsync("UPDATE calls SET version = version + 1, state = 'ended', outcome = 'cancelled', ended_at = now(), wake_at = NULL WHERE id = $1");

        public async ValueTask DisposeAsync()
        {
            await transaction.CommitAsync();
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        private async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { new() { Value = callId } } };
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
