using System.Text.Json.Serialization;

namespace Sightline.Signalling;

[JsonConverter(typeof(WordConverter<WireCallType>))]
public enum WireCallType
{
    Audio,
    Video,
}

[JsonConverter(typeof(LoudWordConverter<WireCallState>))]
public enum WireCallState
{
    Ringing,
    Connecting,
    Connected,
    Reconnecting,
    Ended,
}

[JsonConverter(typeof(WordConverter<WireOutcome>))]
public enum WireOutcome
{
    Ended,
    Cancelled,
    Declined,
    Missed,
    Busy,
    AnsweredElsewhere,
    FailedSetup,
    ConnectionLost,
    Left,
}

[JsonConverter(typeof(WordConverter<WireStanding>))]
public enum WireStanding
{
    Ringing,
    Joined,
    Declined,
    Busy,
    Missed,
    Left,
    Lost,
}

[JsonConverter(typeof(WordConverter<WirePresence>))]
public enum WirePresence
{
    Offline,
    Online,
    InCall,
}

/// <summary>A call as clients see it, over REST and over sockets alike.</summary>
public sealed record CallView(
    Guid CallId,
    WireCallType CallType,
    Guid ChannelId,
    WireCallState State,
    int Version,
    Guid CallerId,
    IReadOnlyList<ParticipantView> Participants,
    DateTimeOffset CreatedAt,
    DateTimeOffset RingExpiresAt,
    DateTimeOffset? ConnectedAt,
    DateTimeOffset? EndedAt,
    WireOutcome? Outcome,
    Guid? EndedBy,
    CallRecordingView? Recording);

/// <summary>That a call is being recorded: whose wish it was, and since when.</summary>
public sealed record CallRecordingView(Guid RecordingId, Guid StartedBy, DateTimeOffset StartedAt);

/// <summary>
/// One person in a call; <c>device_id</c> is the device that takes part, once there is one, and <c>ring_expires_at</c> is when a
/// person who rings has missed the call.
/// </summary>
public sealed record ParticipantView(
    Guid PersonId, string DisplayName, WireStanding Standing, Guid? DeviceId, DateTimeOffset? RingExpiresAt)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(ParticipantView);
}

/// <summary>A device that has its call socket open.</summary>
public sealed record PeerView(PeerName Peer, Guid PersonId, WireStanding Standing);

public sealed record PersonName(Guid PersonId, string DisplayName)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(PersonName);
}

[JsonConverter(typeof(WordConverter<WireRecordingStatus>))]
public enum WireRecordingStatus
{
    Recording,
    Finishing,
    Ready,
    Failed,
}

/// <summary>Why a recording has no files, or not yet.</summary>
[JsonConverter(typeof(WordConverter<WireRecordingProblem>))]
public enum WireRecordingProblem
{
    NothingRecorded,
    DiskFull,
    Unexpected,
}

/// <summary>
/// A recording as those see it who were in the call while it ran. <c>progress</c> is how far its files are made, from 0 to 1;
/// <c>length_ms</c> is known once they are.
/// </summary>
public record RecordingView(
    Guid RecordingId,
    Guid CallId,
    Guid ChannelId,
    WireRecordingStatus Status,
    double Progress,
    Guid StartedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? StoppedAt,
    long? LengthMs,
    WireRecordingProblem? Problem,
    IReadOnlyList<PersonName> Participants)
{
    /// <summary>Its name alone, for logs.</summary>
    public sealed override string ToString() => GetType().Name;
}
