using Npgsql;
using NpgsqlTypes;

namespace Sightline.Server.Nodes;

/// <summary>
/// PostgreSQL as the place where nodes meet. A node is a session that listens and holds an advisory lock of its own number:
/// when the session ends, however it ends, PostgreSQL lets go of the lock, and the node is gone for everybody.
/// </summary>
internal static class NodeSql
{
    /// <summary>Any number will do that no other program uses in this database: "SI".</summary>
    private const int LockClass = 0x5349;

    private const string Everybody = "sightline";

    /// <summary>Shown in pg_stat_activity.</summary>
    public const string SessionName = "Sightline node";

    public static string ChannelOf(int? nodeId) => nodeId is { } one ? FormattableString.Invariant($"{Everybody}_{one:x8}") : Everybody;

    /// <summary>Listens first: whoever finds the lock can count on being heard.</summary>
    public static async Task BeginAsync(NpgsqlConnection session, int nodeId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"LISTEN {ChannelOf(nodeId: null)}; LISTEN {ChannelOf(nodeId)}; SELECT pg_advisory_lock({LockClass}, {nodeId})", session);
        await command.ExecuteNonQueryAsync(cancel);
    }

    public static async Task<IReadOnlyList<LivingNode>> LookAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT objid::bigint, pid FROM pg_locks
            WHERE locktype = 'advisory' AND classid = {LockClass} AND objsubid = 2 AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var living = new List<LivingNode>();
        while (await rows.ReadAsync(cancel))
        {
            living.Add(new LivingNode((int)rows.GetInt64(0), rows.GetInt32(1)));
        }

        return living;
    }

    /// <summary>In order, in one transaction. There is nothing to write to a disk, so nobody waits for one.</summary>
    public static async Task NotifyAsync(
        NpgsqlDataSource database, IReadOnlyList<(string Channel, string Payload)> batch, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            SELECT pg_notify(channel, payload), set_config('synchronous_commit', 'off', true)
            FROM unnest($1, $2) WITH ORDINALITY AS batch (channel, payload, place) ORDER BY place
            """);
        const NpgsqlDbType texts = NpgsqlDbType.Array | NpgsqlDbType.Text;
        command.Parameters.Add(new() { NpgsqlDbType = texts, Value = batch.Select(one => one.Channel).ToArray() });
        command.Parameters.Add(new() { NpgsqlDbType = texts, Value = batch.Select(one => one.Payload).ToArray() });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Ends the session of a node that hangs: when it wakes, it finds out, and comes as a new one.</summary>
    public static async Task EndAsync(NpgsqlDataSource database, LivingNode node, CancellationToken cancel)
    {
        // Only while the session is still this node's.
        await using var command = database.CreateCommand(
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND classid = {LockClass} AND objsubid = 2 AND granted AND pid = $1 AND objid = $2::bigint::oid
            """);
        command.Parameters.Add(new() { Value = node.ProcessId });
        command.Parameters.Add(new() { Value = (long)node.NodeId });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
