using Sightline.Calls;

namespace Sightline.Server.Recordings;

/// <summary>What follows when a call begins or ends to be recorded; that it does is stored with the call.</summary>
internal sealed partial class RecordingChanges(
    RecordingAnnouncer announcer, FinishingJobs finishing, WebhookDelivery webhook, ILogger<RecordingChanges> log)
{
    public async Task BegunAsync(CallRecording recording)
    {
        LogBegun(recording.Id);
        webhook.Wake();
        await announcer.TellAsync(recording.Id);
    }

    public async Task EndedAsync(CallRecording recording)
    {
        LogEnded(recording.Id);
        webhook.Wake();
        finishing.Wake();
        await announcer.TellAsync(recording.Id);
    }

    [LoggerMessage(1, LogLevel.Information, "Recording {RecordingId} begins")]
    private partial void LogBegun(Guid recordingId);

    [LoggerMessage(2, LogLevel.Information, "Recording {RecordingId} is over")]
    private partial void LogEnded(Guid recordingId);
}
