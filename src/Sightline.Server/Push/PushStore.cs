using Npgsql;

namespace Sightline.Server.Push;

/// <summary>A browser that can be woken: where, and the keys that only it can read with.</summary>
internal sealed record PushSubscription(string Endpoint, byte[] P256dh, byte[] Auth)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(PushSubscription);
}

internal sealed class PushStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Browsers leave subscriptions behind without a word: of more than these the oldest goes.</summary>
    public const int MaxPerPerson = 16;

    private const string Save =
        """
        INSERT INTO push_subscriptions AS known (endpoint, person_id, p256dh, auth, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (endpoint) DO UPDATE SET person_id = EXCLUDED.person_id, p256dh = EXCLUDED.p256dh, created_at = EXCLUDED.created_at
        WHERE known.auth = EXCLUDED.auth
        RETURNING endpoint, p256dh, auth
        """;

    private const string Trim =
        """
        DELETE FROM push_subscriptions WHERE endpoint IN (
            SELECT endpoint FROM push_subscriptions WHERE person_id = $1 ORDER BY created_at DESC, endpoint OFFSET $2)
        RETURNING endpoint, p256dh, auth
        """;

    private const string Ring =
        """
        UPDATE push_subscriptions SET rung = array_append(array_remove(rung, $2), $2) WHERE person_id = $1
        RETURNING endpoint, p256dh, auth
        """;

    private const string Silence =
        """
        UPDATE push_subscriptions SET rung = array_remove(rung, $2) WHERE person_id = $1 AND $2 = ANY (rung)
        RETURNING endpoint, p256dh, auth
        """;

    /// <summary>A browser belongs to whoever signed in last; to take it over, one must know its secret.</summary>
    /// <returns><c>false</c> when the endpoint is known with another secret.</returns>
    public async Task<bool> SaveAsync(Guid personId, PushSubscription subscription, CancellationToken cancel)
    {
        if (await RunAsync(Save, cancel, subscription.Endpoint, personId, subscription.P256dh, subscription.Auth, time.GetUtcNow()) is [])
        {
            return false;
        }

        await RunAsync(Trim, cancel, personId, MaxPerPerson);
        return true;
    }

    public Task RemoveAsync(Guid personId, string endpoint, CancellationToken cancel) => RunAsync(
        "DELETE FROM push_subscriptions WHERE endpoint = $2 AND person_id = $1 RETURNING endpoint, p256dh, auth",
        cancel, personId, endpoint);

    /// <summary>The browsers of this person, which are now told of this call.</summary>
    public Task<List<PushSubscription>> RingAsync(Guid personId, Guid callId) => RunAsync(Ring, CancellationToken.None, personId, callId);

    /// <summary>The browsers of this person that were told of this call, each once.</summary>
    public Task<List<PushSubscription>> SilenceAsync(Guid personId, Guid callId) =>
        RunAsync(Silence, CancellationToken.None, personId, callId);

    private async Task<List<PushSubscription>> RunAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<PushSubscription>();
        while (await rows.ReadAsync(cancel))
        {
            found.Add(new PushSubscription(rows.GetString(0), rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<byte[]>(2)));
        }

        return found;
    }
}
