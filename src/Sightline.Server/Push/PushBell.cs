using System.Text.Json;
using Sightline.Server.Calls;
using Sightline.Server.People;

namespace Sightline.Server.Push;

/// <summary>
/// Rings browsers whose page is closed, and tells them when it is over. Nobody waits for it: what there is to send is sent in
/// order for each person, beside everything else.
/// </summary>
internal sealed partial class PushBell(PushStore store, PushSender sender, PersonNames names, TimeProvider time, ILogger<PushBell> log)
{
    /// <summary>Beyond it, pushes are dropped: a ring that comes late is worse than none.</summary>
    private const int MaxPending = 1_000;

    private static readonly TimeSpan LifetimeOfOver = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Chain> _chains = [];
    private int _pending;

    public void Ring(Sightline.Calls.Call call, Guid personId) => Enqueue(personId, async () =>
    {
        var expiresAt = call.Find(personId)?.RingExpiresAt ?? call.RingExpiresAt;
        var lifetime = expiresAt - time.GetUtcNow();
        if (lifetime <= TimeSpan.Zero || await store.RingAsync(personId, call.Id) is not [_, ..] subscriptions)
        {
            return;
        }

        var known = await names.OfAsync([call.CallerId], CancellationToken.None);
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = "call",
            call_id = call.Id,
            call_type = Word.Of(call.Type),
            caller = new { person_id = call.CallerId, display_name = known.GetValueOrDefault(call.CallerId, string.Empty) },
            ring_expires_at = expiresAt,
        });
        await SendAsync(personId, subscriptions, payload, call.Id, lifetime);
    });

    public void Silence(Guid callId, Guid personId) => Enqueue(personId, async () =>
    {
        if (await store.SilenceAsync(personId, callId) is [_, ..] subscriptions)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(new { type = "call_over", call_id = callId });
            await SendAsync(personId, subscriptions, payload, callId, LifetimeOfOver);
        }
    });

    private Task SendAsync(Guid personId, List<PushSubscription> subscriptions, byte[] payload, Guid callId, TimeSpan lifetime) =>
        Task.WhenAll(subscriptions.Select(async subscription =>
        {
            if (await sender.SendAsync(subscription, payload, callId, lifetime) == PushResult.Gone)
            {
                await store.RemoveAsync(personId, subscription.Endpoint, CancellationToken.None);
            }
        }));

    private void Enqueue(Guid personId, Func<Task> job)
    {
        lock (_lock)
        {
            if (_pending >= MaxPending)
            {
                LogDropped();
                return;
            }

            if (!_chains.TryGetValue(personId, out var chain))
            {
                _chains[personId] = chain = new Chain();
            }

            _pending++;
            chain.Jobs++;
            chain.Last = RunAsync(personId, chain, chain.Last, job);
        }
    }

    private async Task RunAsync(Guid personId, Chain chain, Task before, Func<Task> job)
    {
        // Whoever rings has other things to do first.
        await Task.Yield();
        await before;
        try
        {
            await job();
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }

        lock (_lock)
        {
            _pending--;
            if (--chain.Jobs == 0)
            {
                _chains.Remove(personId);
            }
        }
    }

    /// <summary>What there is to send to one person, in order.</summary>
    private sealed class Chain
    {
        public Task Last { get; set; } = Task.CompletedTask;

        public int Jobs { get; set; }
    }

    [LoggerMessage(1, LogLevel.Warning, "Too many pushes wait to be sent; one was dropped")]
    private partial void LogDropped();

    [LoggerMessage(2, LogLevel.Error, "A push could not be sent")]
    private partial void LogFailed(Exception exception);
}
