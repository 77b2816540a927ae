using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sightline.Media.Finishing;
using Sightline.Server.Calls;
using Sightline.Server.Telemetry;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary>
/// Makes the files of recordings that are over, one at a time, of those whose media lies in this server's folder. What is to be
/// done is in the database: a server that is killed does it again, and one that stops gives it back.
/// </summary>
internal sealed partial class FinishingJobs(
    RecordingStore store,
    RecordingFolder folder,
    RecordingLegs legs,
    RecordingAnnouncer announcer,
    ServerMetrics metrics,
    WebhookDelivery webhook,
    IServiceProvider services,
    IOptions<RecordingOptions> options,
    TimeProvider time,
    ILogger<FinishingJobs> log) : BackgroundService
{
    /// <summary>Then it has failed for good; the journals stay.</summary>
    public const int MaxAttempts = 8;

    /// <summary>Doubles with each attempt up to the last.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(10);

    /// <summary>How long a recording stays taken without a word of whoever took it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <summary>What another server has ended, and attempts that are due again, can go unnoticed so long.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private bool _hasReleased;

    /// <summary>There is something to do, or may be.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await TakeAsync(stoppingToken) is { } job)
                {
                    await DoAsync(job, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a while; what is to be done waits in it.
                LogNotLooked(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task<FinishingJob?> TakeAsync(CancellationToken cancel)
    {
        // A server that has nothing there leaves the folder to others.
        if (!options.Value.Enabled
            || (!folder.IsClaimed && !(folder.ReadId() is { } id && await store.HasUnfinishedAsync(id, cancel)))
            || folder.Claim() is not { } mine)
        {
            return null;
        }

        if (!_hasReleased)
        {
            await store.ReleaseAsync(mine, cancel);
            _hasReleased = true;
        }

        var now = time.GetUtcNow();
        return await store.TakeAsync(mine, now, now + Lease, cancel);
    }

    private async Task DoAsync(FinishingJob job, CancellationToken cancel)
    {
        if (services.GetService<IRecordingFinisher>() is not { } finisher)
        {
            await TryAgainAsync(job, WireRecordingProblem.Unexpected);
            return;
        }

        var begun = time.GetTimestamp();
        FinishResult result;
        try
        {
            await legs.StopAsync(job.CallId, job.RecordingId);
            await announcer.TellAsync(job.RecordingId);
            result = await FinishAsync(finisher, job, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await store.ReturnAsync(job.RecordingId, CancellationToken.None);
            throw;
        }
        catch (Exception exception)
        {
            LogFailed(exception, job.RecordingId, job.Attempt);
            await TryAgainAsync(job, WireRecordingProblem.Unexpected);
            return;
        }

        switch (result)
        {
            case { Problem: FinishProblem.None, Recording: { } made }:
                await EndAsync(job, RecordingOutcomes.Of(made), made.Length, problem: null);
                metrics.Finished(time.GetElapsedTime(begun));
                break;
            case { Problem: FinishProblem.DiskFull }:
                await TryAgainAsync(job, WireRecordingProblem.DiskFull);
                break;
            case { Problem: FinishProblem.NothingRecorded }:
                await EndAsync(job, outcome: null, length: null, WireRecordingProblem.NothingRecorded);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Keeps the recording taken, and says how far it is, while its files are made.</summary>
    private async Task<FinishResult> FinishAsync(IRecordingFinisher finisher, FinishingJob job, CancellationToken cancel)
    {
        var progress = new Progress();
        var told = 0.0;
        var finishing = finisher.FinishAsync(job.RecordingId, progress, cancel);
        while (await Task.WhenAny(finishing, Task.Delay(ProgressInterval, time, CancellationToken.None)) != finishing)
        {
            var now = progress.Value;
            await store.AdvanceAsync(job.RecordingId, now, time.GetUtcNow() + Lease, CancellationToken.None);
            if (now > told)
            {
                told = now;
                await announcer.TellAsync(job.RecordingId);
            }
        }

        return await finishing;
    }

    private async Task TryAgainAsync(FinishingJob job, WireRecordingProblem problem)
    {
        if (job.Attempt >= MaxAttempts)
        {
            await EndAsync(job, outcome: null, length: null, problem);
            return;
        }

        var wait = FirstRetry * Math.Pow(2, job.Attempt - 1);
        await store.RetryAsync(
            job.RecordingId, time.GetUtcNow() + (wait < LastRetry ? wait : LastRetry), problem, CancellationToken.None);
        await announcer.TellAsync(job.RecordingId);
    }

    private async Task EndAsync(FinishingJob job, RecordingOutcome? outcome, TimeSpan? length, WireRecordingProblem? problem)
    {
        if (!await store.FinishAsync(job.RecordingId, outcome, length, problem, time.GetUtcNow()))
        {
            return;
        }

        LogEnded(job.RecordingId, problem is { } one ? Word.Of(one) : "ready", outcome?.Files.Count ?? 0);
        metrics.RecordingEnded(problem is { } reason ? Word.Of(reason) : "ready");
        webhook.Wake();
        await announcer.TellAsync(job.RecordingId);
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(_wake.WaitAsync(ending.Token), Task.Delay(LongestSleep, time, ending.Token));
        await ending.CancelAsync();
    }

    /// <summary>The last word counts, and nobody waits for it.</summary>
    private sealed class Progress : IProgress<double>
    {
        private double _value;

        public double Value => Volatile.Read(ref _value);

        public void Report(double value) => Volatile.Write(ref _value, Math.Clamp(value, 0, 1));
    }

    [LoggerMessage(1, LogLevel.Information, "Recording {RecordingId} is {Status}, with {Files} files")]
    private partial void LogEnded(Guid recordingId, string status, int files);

    [LoggerMessage(2, LogLevel.Error, "Recording {RecordingId}: its files could not be made, attempt {Attempt}")]
    private partial void LogFailed(Exception exception, Guid recordingId, int attempt);

    [LoggerMessage(3, LogLevel.Error, "Recordings that are over could not be looked at; trying again")]
    private partial void LogNotLooked(Exception exception);
}
