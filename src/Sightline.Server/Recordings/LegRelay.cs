using System.Collections.Concurrent;
using Sightline.Media.Recording;
using Sightline.Server.Nodes;

namespace Sightline.Server.Recordings;

/// <summary>
/// Takes offers to the node that has the recording's folder, wherever they arrive. Media itself goes straight to that node, by
/// the addresses in its answer.
/// </summary>
internal sealed partial class LegRelay(
    INodeBus bus, RecordingFolder folder, RecordingLegs legs, TimeProvider time, ILogger<LegRelay> log)
{
    /// <summary>Offers that wait for other nodes at once.</summary>
    private const int MaxWaiting = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<LegResult>> _waiting = new();

    public async Task<LegResult> AskAsync(Guid folderId, Guid callId, LegName leg, string offer, CancellationToken cancel)
    {
        if (!bus.HasOthers || _waiting.Count >= MaxWaiting)
        {
            return new LegResult.Unavailable();
        }

        var requestId = Guid.NewGuid();
        var answered = new TaskCompletionSource<LegResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[requestId] = answered;
        try
        {
            bus.Post(new LegOffered(requestId, folderId, callId, leg.RecordingId, leg.PersonId, leg.DeviceId, offer));
            return await answered.Task.WaitAsync(Patience, time, cancel);
        }
        catch (TimeoutException)
        {
            return new LegResult.Unavailable();
        }
        finally
        {
            _waiting.TryRemove(requestId, out _);
        }
    }

    /// <summary>Another node asks. It is answered by the one that has the folder, and no other.</summary>
    public void Handle(int nodeId, LegOffered offered)
    {
        if (folder.IsClaimed && folder.ReadId() == offered.FolderId)
        {
            _ = AnswerAsync(nodeId, offered);
        }
    }

    public void Handle(LegAnswered answered)
    {
        if (_waiting.TryGetValue(answered.RequestId, out var waiting))
        {
            waiting.TrySetResult(answered switch
            {
                { Sdp: { } sdp } => new LegResult.Answered(sdp),
                { Outcome: LegOutcome.NotRecording } => new LegResult.NotRecording(),
                { Outcome: LegOutcome.NotJoined } => new LegResult.NotJoined(),
                { Outcome: LegOutcome.Refused } => new LegResult.Refused(answered.Refusal),
                _ => new LegResult.Unavailable(),
            });
        }
    }

    private async Task AnswerAsync(int nodeId, LegOffered offered)
    {
        try
        {
            var leg = new LegName(offered.RecordingId, offered.PersonId, offered.DeviceId);
            var result = await legs.OfferAsync(offered.CallId, leg, offered.Offer, CancellationToken.None);
            bus.Post(nodeId, result switch
            {
                LegResult.Answered answered => new LegAnswered(offered.RequestId, LegOutcome.Answered, answered.Sdp, LegRefusal.None),
                LegResult.NotRecording => new LegAnswered(offered.RequestId, LegOutcome.NotRecording, Sdp: null, LegRefusal.None),
                LegResult.NotJoined => new LegAnswered(offered.RequestId, LegOutcome.NotJoined, Sdp: null, LegRefusal.None),
                LegResult.Refused refused => new LegAnswered(offered.RequestId, LegOutcome.Refused, Sdp: null, refused.Reason),
                _ => new LegAnswered(offered.RequestId, LegOutcome.Unavailable, Sdp: null, LegRefusal.None),
            });
        }
        catch (Exception exception)
        {
            // Whoever asked stops waiting by itself.
            LogFailed(exception, offered.RecordingId);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Recording {RecordingId}: an offer from another node could not be answered")]
    private partial void LogFailed(Exception exception, Guid recordingId);
}
