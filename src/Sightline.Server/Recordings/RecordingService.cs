using Microsoft.Extensions.Options;
using Sightline.Calls;
using Sightline.Media.Recording;
using Sightline.Server.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary>What became of the wish to record, or to record no more.</summary>
internal abstract record StartResult
{
    private StartResult()
    {
    }

    public sealed record Begun(RecordingView View) : StartResult;

    /// <summary>There was nothing to do, or it is done.</summary>
    public sealed record Runs(RecordingView View) : StartResult;

    public sealed record Refused(RejectReason Reason) : StartResult;

    /// <param name="Reason">For people.</param>
    public sealed record Unavailable(string Reason) : StartResult;
}

/// <summary>
/// Begins and ends recordings. That a call is recorded is part of the call: it changes with the call's version, by its rules, so
/// two who start at once start one, and the end of the call is the end of the recording, however it came.
/// </summary>
internal sealed class RecordingService(
    CallService calls,
    RecordingStore store,
    RecordingFolder folder,
    RecordingLegs legs,
    RecordingAnnouncer announcer,
    LegRelay relay,
    IOptions<RecordingOptions> options)
{
    public async Task<StartResult> StartAsync(Guid callId, Guid personId, CancellationToken cancel)
    {
        // Whoever has nothing to do with the call learns nothing of this server, and what runs elsewhere runs.
        var call = await calls.FindAsync(callId, cancel);
        if (call?.Find(personId) is not { } who)
        {
            return new StartResult.Refused(RejectReason.NotAParticipant);
        }

        if (who.Standing != Standing.Joined || call.State is CallState.Ringing or CallState.Ended)
        {
            return new StartResult.Refused(RejectReason.InvalidTransition);
        }

        if (call.Recording is { } known)
        {
            return new StartResult.Runs(await ViewAsync(known.Id, cancel));
        }

        if (FindProblem(out var folderId) is { } problem)
        {
            return new StartResult.Unavailable(problem);
        }

        var recordingId = Guid.CreateVersion7();
        return await calls.DecideAsync(callId, new StartRecording(personId, recordingId, folderId, options.Value.MaxLength), cancel) switch
        {
            CallResult.Done { Call.Recording: { } runs } when runs.Id != recordingId =>
                new StartResult.Runs(await ViewAsync(runs.Id, cancel)),
            CallResult.Done => new StartResult.Begun(await ViewAsync(recordingId, cancel)),
            CallResult.Refused refused => new StartResult.Refused(refused.Reason),
            _ => new StartResult.Refused(RejectReason.NotAParticipant),
        };
    }

    /// <summary>Where none runs, the last one of the call is the answer: somebody else was quicker.</summary>
    public async Task<StartResult> StopAsync(Guid callId, Guid personId, CancellationToken cancel) =>
        await calls.DecideAsync(callId, new StopRecording(personId), cancel) switch
        {
            CallResult.Done when await store.LatestOfCallAsync(callId, cancel) is { } last =>
                new StartResult.Runs(await announcer.ViewOfAsync(last, cancel)),
            CallResult.NotFound => new StartResult.Refused(RejectReason.NotAParticipant),
            CallResult.Refused refused => new StartResult.Refused(refused.Reason),
            _ => new StartResult.Refused(RejectReason.InvalidTransition),
        };

    /// <summary>Where the recording's folder is, here or at another node.</summary>
    public Task<LegResult> OfferAsync(StoredRecording recording, LegName leg, string offer, CancellationToken cancel)
    {
        if (recording.Status != WireRecordingStatus.Recording)
        {
            return Task.FromResult<LegResult>(new LegResult.NotRecording());
        }

        // A folder that nobody else has can be had: the server that began may be gone for good.
        return folder.ReadId() == recording.FolderId && folder.Claim() == recording.FolderId
            ? legs.OfferAsync(recording.CallId, leg, offer, cancel)
            : relay.AskAsync(recording.FolderId, recording.CallId, leg, offer, cancel);
    }

    private async Task<RecordingView> ViewAsync(Guid recordingId, CancellationToken cancel) =>
        await announcer.ViewOfAsync((await store.FindAsync(recordingId, cancel))!, cancel);

    /// <summary>Why nothing can be recorded here now, for people.</summary>
    private string? FindProblem(out Guid folderId)
    {
        folderId = Guid.Empty;
        if (!options.Value.Enabled)
        {
            return "Recording is turned off.";
        }

        if (folder.Claim() is not { } mine)
        {
            return "The folder of recordings cannot be had.";
        }

        folderId = mine;
        return !folder.HasRoom() ? "The disk is full."
            : legs.Node is not { } node ? "The media node does not run."
            : node.IsDraining ? "The media node does not run, or is about to stop."
            : null;
    }
}
