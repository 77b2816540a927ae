using System.Text.Json.Serialization;

namespace Sightline.Signalling;

/// <summary>What the server says on a call socket. Meanings: docs/protocol.md.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Joined), "joined")]
[JsonDerivedType(typeof(PeerJoined), "peer_joined")]
[JsonDerivedType(typeof(PeerLeft), "peer_left")]
[JsonDerivedType(typeof(CallUpdated), "call_updated")]
[JsonDerivedType(typeof(RelayedOffer), "offer")]
[JsonDerivedType(typeof(RelayedAnswer), "answer")]
[JsonDerivedType(typeof(RelayedIceRestart), "ice_restart")]
[JsonDerivedType(typeof(RelayedIceCandidatesBatch), "ice_candidates_batch")]
[JsonDerivedType(typeof(RelayedAck), "ack")]
[JsonDerivedType(typeof(Error), "error")]
[JsonDerivedType(typeof(Pong), "pong")]
public abstract record ServerMessage
{
    private protected ServerMessage()
    {
    }

    /// <summary>Its name alone: whoever logs a message gives away nothing that is in it.</summary>
    public sealed override string ToString() => GetType().Name;
}

public sealed record Joined(PeerName Peer, CallView Call, IReadOnlyList<PeerView> Peers) : ServerMessage;

public sealed record PeerJoined(PeerName Peer, Guid PersonId, WireStanding Standing) : ServerMessage;

[JsonConverter(typeof(WordConverter<PeerLeftReason>))]
public enum PeerLeftReason
{
    Left,
    Lost,
}

public sealed record PeerLeft(PeerName Peer, PeerLeftReason Reason) : ServerMessage;

public sealed record CallUpdated(CallView Call) : ServerMessage;

public sealed record RelayedOffer(PeerName From, long Seq, string Sdp) : ServerMessage;

public sealed record RelayedAnswer(PeerName From, long Seq, string Sdp) : ServerMessage;

public sealed record RelayedIceRestart(PeerName From, long Seq, string Sdp) : ServerMessage;

public sealed record RelayedIceCandidatesBatch(PeerName From, long Seq, IReadOnlyList<Candidate> Candidates) : ServerMessage;

public sealed record RelayedAck(PeerName From, long Seq) : ServerMessage;

/// <summary>What was wrong with a message; the call goes on.</summary>
[JsonConverter(typeof(WordConverter<ErrorCode>))]
public enum ErrorCode
{
    Malformed,
    UnknownType,
    InvalidField,
    TooLarge,
    ForgedFrom,
    NotJoined,
    NotAccepted,
    PeerUnavailable,
    InvalidTransition,
    AnsweredElsewhere,
    RateLimited,
    Unexpected,
}

public sealed record Error(ErrorCode Code, string Message, string? InReplyTo) : ServerMessage;

public sealed record Pong(string Id) : ServerMessage;

/// <summary>What the server says on a notification socket besides <see cref="Pong"/> and <see cref="Error"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "notification_type")]
[JsonDerivedType(typeof(RingNotification), "CALL")]
[JsonDerivedType(typeof(CallUpdatedNotification), "CALL_UPDATED")]
[JsonDerivedType(typeof(PresenceNotification), "PRESENCE")]
[JsonDerivedType(typeof(MissedCallsNotification), "MISSED_CALLS")]
[JsonDerivedType(typeof(RecordingNotification), "RECORDING")]
public abstract record Notification
{
    private protected Notification()
    {
    }

    /// <summary>Its name alone: whoever logs a message gives away nothing that is in it.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>Always <c>notification</c>: the same place as every other message's type.</summary>
    public string Type { get; } = "notification";
}

public sealed record RingNotification(Guid CallId, WireCallType CallType, Guid ChannelId, PersonName Caller, DateTimeOffset ExpiresAt) : Notification;

public sealed record CallUpdatedNotification(CallView Call) : Notification;

public sealed record PresenceNotification(Guid PersonId, WirePresence Presence) : Notification;

/// <summary>How many missed calls the person has not looked at.</summary>
public sealed record MissedCallsNotification(int Count) : Notification;

/// <summary>A recording has another status, or its files are further on.</summary>
public sealed record RecordingNotification(RecordingView Recording) : Notification;
