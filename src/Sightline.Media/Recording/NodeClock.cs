namespace Sightline.Media.Recording;

/// <summary>Times of records: the wall clock's when it was made, and from then on a clock that does not step.</summary>
/// <param name="startedAt">The timestamp at which the µs of the worker began.</param>
internal sealed class NodeClock(TimeProvider clock, long startedAt)
{
    /// <summary>Less is no step, but two readings that are not made at one moment.</summary>
    private static readonly TimeSpan MinStep = TimeSpan.FromMilliseconds(100);

    private readonly DateTimeOffset _epoch = clock.GetUtcNow() - clock.GetElapsedTime(startedAt);
    private TimeSpan _stepped;

    /// <summary>In µs of the worker.</summary>
    public long NowUs => (long)clock.GetElapsedTime(startedAt).TotalMicroseconds;

    public DateTimeOffset Now => _epoch + clock.GetElapsedTime(startedAt);

    public DateTimeOffset At(long us) => _epoch.AddTicks(us * TimeSpan.TicksPerMicrosecond);

    /// <summary>How far the wall clock has moved forward against this one since it was asked last; zero if it has not.</summary>
    public TimeSpan TakeStep()
    {
        var step = clock.GetUtcNow() - Now - _stepped;
        if (step.Duration() < MinStep) return TimeSpan.Zero;

        _stepped += step;
        return step;
    }
}

/// <summary>The clock of one recording: a node's, moved on where an earlier node's journals end later.</summary>
internal sealed class RecordingClock(NodeClock node)
{
    private long _aheadTicks;

    public DateTimeOffset Now => node.Now.AddTicks(Volatile.Read(ref _aheadTicks));

    /// <summary>In µs of the worker.</summary>
    public long NowUs => node.NowUs;

    public DateTimeOffset At(long us) => node.At(us).AddTicks(Volatile.Read(ref _aheadTicks));

    /// <summary>What was written once was written before now, whatever the wall clock says.</summary>
    /// <returns>How far the clock was moved on.</returns>
    public TimeSpan MoveBehind(DateTimeOffset lastRecordAt)
    {
        var behind = lastRecordAt - Now;
        if (behind <= TimeSpan.Zero) return TimeSpan.Zero;

        Interlocked.Add(ref _aheadTicks, behind.Ticks);
        return behind;
    }
}
