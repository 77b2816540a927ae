using Sightline.Calls;
using Sightline.Server.Signalling;

namespace Sightline.Server.Calls;

/// <summary>
/// Wakes calls that are due. The deadlines live in the database, so they survive this process; in memory there is only the
/// moment to look again.
/// </summary>
internal sealed partial class CallTimers(CallStore store, IServiceProvider services, TimeProvider time, ILogger<CallTimers> log)
    : BackgroundService
{
    private const int MaxDueAtOnce = 64;

    /// <summary>How long a deadline that another node armed, or a database that was away, can go unnoticed.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private TaskCompletionSource _armed = NewSignal();
    private DateTimeOffset? _next;

    /// <summary>Makes sure that somebody looks at <paramref name="wakeAt"/> or before.</summary>
    public void Arm(DateTimeOffset? wakeAt)
    {
        if (wakeAt is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_next is { } next && next <= wakeAt)
            {
                return;
            }

            _next = wakeAt;
            _armed.TrySetResult();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Resolved here because the service arms this timer: each knows the other.
        var calls = services.GetRequiredService<CallService>();
        var first = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (first)
                {
                    await services.GetRequiredService<Attendance>().LoseWhoIsGoneAsync(stoppingToken);
                    first = false;
                }

                await WakeWhatIsDueAsync(calls, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a while; the deadlines wait in it.
                LogFailed(exception);
            }

            await SleepAsync(stoppingToken);
        }
    }

    private async Task WakeWhatIsDueAsync(CallService calls, CancellationToken cancel)
    {
        while (true)
        {
            lock (_lock)
            {
                _armed = NewSignal();
                _next = null;
            }

            var due = await store.DueAsync(time.GetUtcNow(), MaxDueAtOnce, cancel);
            foreach (var callId in due)
            {
                await calls.DecideAsync(callId, new Tick(), cancel);
            }

            if (due.Count < MaxDueAtOnce)
            {
                Arm(await store.NextWakeAtAsync(cancel));
                return;
            }
        }
    }

    private async Task SleepAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Task armed;
            TimeSpan sleep;
            lock (_lock)
            {
                if (_armed.Task.IsCompleted)
                {
                    _armed = NewSignal();
                }

                armed = _armed.Task;
                sleep = _next is { } next ? Min(next - time.GetUtcNow(), LongestSleep) : LongestSleep;
            }

            if (sleep <= TimeSpan.Zero)
            {
                return;
            }

            var slept = Task.Delay(sleep, time, cancel);
            if (await Task.WhenAny(armed, slept) == slept)
            {
                return;
            }
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1, LogLevel.Error, "Calls that are due could not be woken; trying again")]
    private partial void LogFailed(Exception exception);
}
