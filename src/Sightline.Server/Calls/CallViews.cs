using Sightline.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Calls;

/// <summary>From the words of <c>Sightline.Calls</c> to those of the wire: the one place that knows both.</summary>
internal static class CallViews
{
    public static CallView ViewOf(Call call, IReadOnlyDictionary<Guid, string> names) => new(
        call.Id,
        WireOf(call.Type),
        call.ChannelId,
        WireOf(call.State),
        call.Version,
        call.CallerId,
        [
            .. call.Participants.Select(p => new ParticipantView(
                p.PersonId, names.GetValueOrDefault(p.PersonId, string.Empty), WireOf(p.Standing), p.DeviceId, p.RingExpiresAt)),
        ],
        call.CreatedAt,
        call.RingExpiresAt,
        call.ConnectedAt,
        call.EndedAt,
        call.Outcome is { } outcome ? WireOf(outcome) : null,
        call.EndedBy,
        call.Recording is { } recording ? new CallRecordingView(recording.Id, recording.StartedBy, recording.StartedAt) : null);

    public static WireCallType WireOf(CallType type) => type switch
    {
        CallType.Audio => WireCallType.Audio,
        CallType.Video => WireCallType.Video,
    };

    public static CallType From(WireCallType type) => type switch
    {
        WireCallType.Audio => CallType.Audio,
        WireCallType.Video => CallType.Video,
    };

    public static WireCallState WireOf(CallState state) => state switch
    {
        CallState.Ringing => WireCallState.Ringing,
        CallState.Connecting => WireCallState.Connecting,
        CallState.Connected => WireCallState.Connected,
        CallState.Reconnecting => WireCallState.Reconnecting,
        CallState.Ended => WireCallState.Ended,
    };

    public static WireStanding WireOf(Standing standing) => standing switch
    {
        Standing.Ringing => WireStanding.Ringing,
        Standing.Joined => WireStanding.Joined,
        Standing.Declined => WireStanding.Declined,
        Standing.Busy => WireStanding.Busy,
        Standing.Missed => WireStanding.Missed,
        Standing.Left => WireStanding.Left,
        Standing.Lost => WireStanding.Lost,
    };

    public static MediaState From(WireMediaState media) => media switch
    {
        WireMediaState.Connected => MediaState.Connected,
        WireMediaState.Reconnecting => MediaState.Reconnecting,
        WireMediaState.Failed => MediaState.Failed,
    };

    private static WireOutcome WireOf(Outcome outcome) => outcome switch
    {
        Outcome.Ended => WireOutcome.Ended,
        Outcome.Cancelled => WireOutcome.Cancelled,
        Outcome.Declined => WireOutcome.Declined,
        Outcome.Missed => WireOutcome.Missed,
        Outcome.Busy => WireOutcome.Busy,
        Outcome.AnsweredElsewhere => WireOutcome.AnsweredElsewhere,
        Outcome.FailedSetup => WireOutcome.FailedSetup,
        Outcome.ConnectionLost => WireOutcome.ConnectionLost,
        Outcome.Left => WireOutcome.Left,
    };
}
