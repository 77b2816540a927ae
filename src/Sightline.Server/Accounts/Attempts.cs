using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Sightline.Server.Nodes;

namespace Sightline.Server.Accounts;

/// <summary>
/// How often a client has tried to get in, at this node and at the others: who may try ten times a minute may not try ten
/// times at each server.
/// </summary>
internal sealed class Attempts(IOptions<AccountsOptions> options, INodeBus bus) : IDisposable
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> _counted = PartitionedRateLimiter.Create<string, string>(
        client => RateLimitPartition.GetFixedWindowLimiter(
            client, _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.AttemptsPerMinute, Window = Window }),
        StringComparer.Ordinal);

    public RateLimitPartition<string> Of(string client) => RateLimitPartition.Get(client, key => new Attempt(this, key));

    /// <summary>The client has tried at another node.</summary>
    public void Hear(string client) => _counted.AttemptAcquire(client).Dispose();

    public void Dispose() => _counted.Dispose();

    private RateLimitLease Take(string client)
    {
        var lease = _counted.AttemptAcquire(client);
        if (lease.IsAcquired)
        {
            bus.Post(new AttemptMade(client));
        }

        return lease;
    }

    /// <summary>What the middleware asks; it counts nothing itself and may be thrown away at any time.</summary>
    private sealed class Attempt(Attempts attempts, string client) : RateLimiter
    {
        public override TimeSpan? IdleDuration => TimeSpan.MaxValue;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => attempts.Take(client);

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            ValueTask.FromResult(attempts.Take(client));
    }
}
