namespace Sightline.Recording.Timeline;

/// <summary>
/// The clock of one person's computer, as its sender reports show it, against the clock of this node. All tracks of the
/// person share one: that keeps sound and picture together, whatever the way here did to their packets. Its offset is the
/// least that packets took in a while, so that what waited on the way does not count.
/// </summary>
public sealed class SenderClock
{
    /// <summary>Sender reports that differ by more are of a clock that was set anew.</summary>
    private const long StepTicks = 2 * TimeSpan.TicksPerSecond;

    /// <summary>The least delay is looked for among the packets of so much time.</summary>
    private const long WindowTicks = 5 * TimeSpan.TicksPerSecond;

    private const long NtpToUnixSeconds = 2_208_988_800;

    private readonly SteeredClock _toNode = new(TimeSpan.FromSeconds(60));
    private long _shift;
    private long? _suspectedStep;
    private long _windowStart;
    private long _bestSent;
    private long _bestArrived = long.MaxValue;

    /// <summary>Whether something is known that ties it to this node's clock.</summary>
    internal bool IsKnown => _toNode.IsKnown;

    /// <summary>
    /// The sender's time of a report, free of steps. <c>false</c> when it does not fit what is known: a clock that was set
    /// anew is believed at the second report that says so, because one alone may have been on its way for long.
    /// </summary>
    internal bool TryRead(ulong ntpTime, long arrivedTicks, out long sentTicks)
    {
        sentTicks = NtpToTicks(ntpTime) + _shift;
        if (!_toNode.IsKnown)
        {
            Anchor(sentTicks, arrivedTicks);
            return true;
        }

        var error = _toNode.Error(sentTicks, arrivedTicks);
        if (Math.Abs(error) <= StepTicks)
        {
            _suspectedStep = null;
            return true;
        }

        if (_suspectedStep is not { } suspected || Math.Abs(error - suspected) > StepTicks / 4)
        {
            _suspectedStep = error;
            return false;
        }

        // The first of the two is kept, so that all tracks move by the same.
        _suspectedStep = null;
        _shift += suspected;
        sentTicks += suspected;
        return true;
    }

    internal void Anchor(long sentTicks, long nodeTicks)
    {
        _toNode.Anchor(sentTicks, nodeTicks);
        _windowStart = sentTicks;
    }

    /// <summary>A packet that was sent then arrived then.</summary>
    internal void Observe(long sentTicks, long arrivedTicks)
    {
        if (_bestArrived == long.MaxValue || arrivedTicks - sentTicks < _bestArrived - _bestSent)
            (_bestSent, _bestArrived) = (sentTicks, arrivedTicks);
        if (sentTicks - _windowStart < WindowTicks)
            return;
        if (Math.Abs(_toNode.Error(_bestSent, _bestArrived)) <= StepTicks)
            _toNode.Observe(_bestSent, _bestArrived);
        _windowStart = sentTicks;
        _bestArrived = long.MaxValue;
    }

    internal long ToNode(long sentTicks) => _toNode.Map(sentTicks);

    /// <summary>When something that arrives now without any delay was sent.</summary>
    internal long FromNode(long nodeTicks)
    {
        // The two clocks may be hours apart: the drift over that is right only at the second try.
        var sentTicks = nodeTicks + _toNode.Error(nodeTicks, nodeTicks);
        return sentTicks + _toNode.Error(sentTicks, nodeTicks);
    }

    private static long NtpToTicks(ulong ntp)
    {
        var seconds = (long)(ntp >> 32) - NtpToUnixSeconds;
        var fraction = (long)(((ntp & uint.MaxValue) * TimeSpan.TicksPerSecond) >> 32);
        return DateTimeOffset.UnixEpoch.UtcTicks + (seconds * TimeSpan.TicksPerSecond) + fraction;
    }
}
