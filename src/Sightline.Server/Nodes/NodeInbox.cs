using Sightline.Server.Accounts;
using Sightline.Server.Calls;
using Sightline.Server.Recordings;
using Sightline.Server.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Nodes;

/// <summary>What this node does when another one speaks, or is gone. Messages come one at a time, and nothing here waits.</summary>
internal sealed partial class NodeInbox(
    Switchboard switchboard,
    CallAnnouncer announcer,
    CallStore store,
    Attendance attendance,
    Attempts attempts,
    RecordingLegs legs,
    LegRelay relay,
    FinishingJobs finishing,
    TimeProvider time,
    ILogger<NodeInbox> log)
{
    /// <summary>Every socket is told of everybody who goes offline: no more at once than its queue takes easily.</summary>
    private const int MaxDroppedAtOnce = 100;

    private static readonly TimeSpan PauseBetweenDrops = TimeSpan.FromMilliseconds(250);

    public void Handle(int nodeId, NodeMessage message)
    {
        switch (message)
        {
            case Hello hello:
                switchboard.SetElsewhere(nodeId, hello.State);
                switchboard.Describe(nodeId, state => new Holds(state));
                break;
            case Holds holds:
                switchboard.SetElsewhere(nodeId, holds.State);
                break;
            case Overrun overrun:
                switchboard.SetElsewhere(nodeId, overrun.State);
                switchboard.CloseAll();
                break;
            case Beat:
                break;
            case BellsChanged bells:
                switchboard.SetBellsElsewhere(nodeId, bells.PersonId, bells.Count);
                break;
            case DeviceEntered entered:
                switchboard.EnterElsewhere(nodeId, entered.Device);
                break;
            case DeviceStands stands:
                switchboard.StandElsewhere(stands.Device);
                break;
            case DeviceExited exited:
                switchboard.ExitElsewhere(exited);
                break;
            case CallChanged changed:
                // Before anybody is told: whoever comes now must not see what was before.
                store.Forget(changed.Call.CallId, changed.Call.Version);
                var isRecordedHere = legs.Takes(changed.Call.CallId);
                announcer.Show(changed.Call);
                if (isRecordedHere && changed.Call.Recording is null)
                {
                    finishing.Wake();
                }

                break;
            case PersonTold told:
                switchboard.NotifyHere(told.PersonId, told.Notification.Utf8);
                break;
            case PeerTold told:
                switchboard.SendHere(told.CallId, told.To, told.Message.Utf8);
                break;
            case AttemptMade made:
                attempts.Hear(made.Client);
                break;
            case LegOffered offered:
                relay.Handle(nodeId, offered);
                break;
            case LegAnswered answered:
                relay.Handle(answered);
                break;
            default:
                throw new InvalidOperationException("A message that nobody handles.");
        }
    }

    /// <summary>
    /// A node is gone without a goodbye, and so are its sockets: people are offline, devices are lost, and their grace time
    /// starts. Every node that is left does so; who comes second finds it done.
    /// </summary>
    public async Task DropAsync(int nodeId, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var (lost, areAll) = switchboard.DropElsewhere(nodeId, MaxDroppedAtOnce);
                await SettleAsync(lost);
                if (areAll)
                {
                    return;
                }

                await Task.Delay(PauseBetweenDrops, time, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // This node goes, too.
        }
    }

    /// <summary>This node may have missed something: its own sockets connect again, and learn how everything stands.</summary>
    public void Resynchronise() => switchboard.CloseAll();

    /// <summary>Says to every other node what this one holds.</summary>
    public void Introduce(Func<NodeState, NodeMessage> say) => switchboard.Describe(nodeId: null, say);

    private async Task SettleAsync(IReadOnlyList<(Guid CallId, PeerName Peer)> devices)
    {
        foreach (var (callId, peer) in devices)
        {
            try
            {
                await attendance.SettleAsync(callId, peer);
            }
            catch (Exception exception)
            {
                LogNotSettled(exception, callId, peer.DeviceId);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Call {CallId}: the loss of a device at another node could not be stored; device {DeviceId}")]
    private partial void LogNotSettled(Exception exception, Guid callId, Guid deviceId);
}
