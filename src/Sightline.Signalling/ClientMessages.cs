using System.Text.Json.Serialization;

namespace Sightline.Signalling;

/// <summary>What a device may say on a socket. Meanings: docs/protocol.md.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Join), "join")]
[JsonDerivedType(typeof(Accept), "accept")]
[JsonDerivedType(typeof(Offer), "offer")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(IceRestart), "ice_restart")]
[JsonDerivedType(typeof(IceCandidatesBatch), "ice_candidates_batch")]
[JsonDerivedType(typeof(Ack), "ack")]
[JsonDerivedType(typeof(MediaReport), "media_state")]
[JsonDerivedType(typeof(EndCall), "end_call")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(Ping), "ping")]
public abstract record ClientMessage
{
    private protected ClientMessage()
    {
    }

    /// <summary>Its name alone: whoever logs a message gives away nothing that is in it.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>The server knows who speaks; a device that names another is refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PeerName? From { get; init; }
}

public sealed record Join(Guid DeviceId) : ClientMessage;

public sealed record Accept : ClientMessage;

/// <summary>A message for another peer, which the server checks and passes on.</summary>
public abstract record PeerMessage(PeerName To, long Seq) : ClientMessage
{
    /// <summary>The same message as the receiver gets it.</summary>
    public abstract ServerMessage Relay(PeerName from);
}

public sealed record Offer(PeerName To, long Seq, string Sdp) : PeerMessage(To, Seq)
{
    public override ServerMessage Relay(PeerName from) => new RelayedOffer(from, Seq, Sdp);
}

public sealed record Answer(PeerName To, long Seq, string Sdp) : PeerMessage(To, Seq)
{
    public override ServerMessage Relay(PeerName from) => new RelayedAnswer(from, Seq, Sdp);
}

public sealed record IceRestart(PeerName To, long Seq, string Sdp) : PeerMessage(To, Seq)
{
    public override ServerMessage Relay(PeerName from) => new RelayedIceRestart(from, Seq, Sdp);
}

public sealed record IceCandidatesBatch(PeerName To, long Seq, IReadOnlyList<Candidate> Candidates) : PeerMessage(To, Seq)
{
    public override ServerMessage Relay(PeerName from) => new RelayedIceCandidatesBatch(from, Seq, Candidates);
}

public sealed record Ack(PeerName To, long Seq) : PeerMessage(To, Seq)
{
    public override ServerMessage Relay(PeerName from) => new RelayedAck(from, Seq);
}

/// <summary>RTCIceCandidateInit of WebRTC 1.0; an empty <c>candidate</c> ends the list.</summary>
[method: JsonConstructor]
public sealed record Candidate(
    [property: JsonPropertyName("candidate")] string Line,
    string? SdpMid = null,
    int? SdpMLineIndex = null,
    string? UsernameFragment = null)
{
    /// <summary>Without what it says: a line names an address.</summary>
    public override string ToString() => nameof(Candidate);
}

[JsonConverter(typeof(WordConverter<WireMediaState>))]
public enum WireMediaState
{
    Connected,
    Reconnecting,
    Failed,
}

public sealed record MediaReport(WireMediaState MediaState) : ClientMessage;

public sealed record EndCall : ClientMessage;

public sealed record Leave : ClientMessage;

public sealed record Ping(string Id) : ClientMessage;
