using Sightline.Server.People;
using Sightline.Server.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary>Shows recordings to those who may see them.</summary>
internal sealed class RecordingAnnouncer(RecordingStore store, PersonNames names, Switchboard switchboard)
{
    public async Task<RecordingView> ViewOfAsync(StoredRecording recording, CancellationToken cancel) =>
        recording.ToView(await names.OfAsync(recording.People, cancel));

    public async Task<IReadOnlyList<RecordingView>> ViewsOfAsync(IReadOnlyList<StoredRecording> recordings, CancellationToken cancel)
    {
        var known = await names.OfAsync(recordings.SelectMany(recording => recording.People), cancel);
        return [.. recordings.Select(recording => recording.ToView(known))];
    }

    /// <summary>Tells every open page of its people how the recording stands.</summary>
    public async Task TellAsync(Guid recordingId)
    {
        if (await store.FindAsync(recordingId, CancellationToken.None) is not { } recording)
        {
            return;
        }

        var notification = new RecordingNotification(await ViewOfAsync(recording, CancellationToken.None));
        foreach (var person in recording.People)
        {
            switchboard.Notify(person, notification);
        }
    }
}
