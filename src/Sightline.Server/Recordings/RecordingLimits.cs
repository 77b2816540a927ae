using System.Threading.RateLimiting;

namespace Sightline.Server.Recordings;

/// <summary>How often one person may do what costs something.</summary>
internal sealed class RecordingLimits : IDisposable
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Each start makes a recording and its files.</summary>
    public const int ChangesPerWindow = 12;

    /// <summary>A device on a bad line opens its connection again and again.</summary>
    public const int OffersPerWindow = 120;

    private readonly PartitionedRateLimiter<Guid> _changes = Create(ChangesPerWindow);
    private readonly PartitionedRateLimiter<Guid> _offers = Create(OffersPerWindow);

    public bool MayChange(Guid personId) => Take(_changes, personId);

    public bool MayOffer(Guid personId) => Take(_offers, personId);

    public void Dispose()
    {
        _changes.Dispose();
        _offers.Dispose();
    }

    private static bool Take(PartitionedRateLimiter<Guid> limiter, Guid personId)
    {
        using var lease = limiter.AttemptAcquire(personId);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<Guid> Create(int permits) => PartitionedRateLimiter.Create<Guid, Guid>(personId =>
        RateLimitPartition.GetFixedWindowLimiter(
            personId, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }));
}
