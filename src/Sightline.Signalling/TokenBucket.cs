namespace Sightline.Signalling;

/// <summary>Lets <paramref name="perSecond"/> messages a second through on average and <paramref name="burst"/> at once. Pure: the time comes in.</summary>
public sealed class TokenBucket(int perSecond, int burst, DateTimeOffset start)
{
    private double _tokens = burst;
    private DateTimeOffset _refilledAt = start;

    /// <summary>Takes a token at <paramref name="now"/>; <c>false</c> when the sender is too fast.</summary>
    public bool TryTake(DateTimeOffset now)
    {
        // A clock that is set back must not lock a sender out.
        var elapsedSeconds = Math.Max(0, (now - _refilledAt).TotalSeconds);
        _refilledAt = now;
        _tokens = Math.Min(burst, _tokens + (elapsedSeconds * perSecond));
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
