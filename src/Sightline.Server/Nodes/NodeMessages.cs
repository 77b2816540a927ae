using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sightline.Media.Recording;
using Sightline.Signalling;

namespace Sightline.Server.Nodes;

/// <summary>
/// What nodes of one database say to each other. A node speaks of its own sockets only, and each other node keeps what it
/// was told until that node says otherwise or is gone.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Holds), "holds")]
[JsonDerivedType(typeof(Overrun), "overrun")]
[JsonDerivedType(typeof(Beat), "beat")]
[JsonDerivedType(typeof(BellsChanged), "bells_changed")]
[JsonDerivedType(typeof(DeviceEntered), "device_entered")]
[JsonDerivedType(typeof(DeviceStands), "device_stands")]
[JsonDerivedType(typeof(DeviceExited), "device_exited")]
[JsonDerivedType(typeof(CallChanged), "call_changed")]
[JsonDerivedType(typeof(PersonTold), "person_told")]
[JsonDerivedType(typeof(PeerTold), "peer_told")]
[JsonDerivedType(typeof(AttemptMade), "attempt_made")]
[JsonDerivedType(typeof(LegOffered), "leg_offered")]
[JsonDerivedType(typeof(LegAnswered), "leg_answered")]
internal abstract record NodeMessage
{
    /// <summary>Its name alone: whoever logs a message gives away nothing that is in it.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>A node has come, and asks every other what it holds.</summary>
internal sealed record Hello(NodeState State) : NodeMessage;

/// <summary>The answer: everything this node holds now. What it said before no longer counts.</summary>
internal sealed record Holds(NodeState State) : NodeMessage;

/// <summary>Too much waited to be sent, and was thrown away: what other nodes know of this one starts anew.</summary>
internal sealed record Overrun(NodeState State) : NodeMessage;

internal sealed record Beat : NodeMessage;

/// <summary>How many notification sockets of a person are open there.</summary>
internal sealed record BellsChanged(Guid PersonId, int Count) : NodeMessage;

internal sealed record DeviceEntered(HeldDevice Device) : NodeMessage;

internal sealed record DeviceStands(HeldDevice Device) : NodeMessage;

internal sealed record DeviceExited(Guid CallId, PeerName Peer, long Serial, PeerLeftReason Reason) : NodeMessage;

/// <summary>A new picture of a call, for its devices and for the notification sockets of its people.</summary>
internal sealed record CallChanged(CallView Call) : NodeMessage;

/// <summary>For all notification sockets of a person.</summary>
internal sealed record PersonTold(Guid PersonId, RawJson Notification) : NodeMessage;

/// <summary>For one device in a call.</summary>
internal sealed record PeerTold(Guid CallId, PeerName To, RawJson Message) : NodeMessage;

/// <summary>Somebody has tried to sign in or up there.</summary>
/// <param name="Client">An address, or a network that one person has.</param>
internal sealed record AttemptMade(string Client) : NodeMessage;

/// <summary>A device wants to send to a recording; for the node that has its folder.</summary>
internal sealed record LegOffered(
    Guid RequestId, Guid FolderId, Guid CallId, Guid RecordingId, Guid PersonId, Guid DeviceId, string Offer) : NodeMessage;

internal enum LegOutcome
{
    Answered,
    NotRecording,
    NotJoined,
    Refused,
    Unavailable,
}

internal sealed record LegAnswered(Guid RequestId, LegOutcome Outcome, string? Sdp, LegRefusal Refusal) : NodeMessage;

internal sealed record NodeState(IReadOnlyList<BellsChanged> Bells, IReadOnlyList<HeldDevice> Devices);

/// <param name="Serial">Of two sockets of one device the one with the higher serial is the newer, wherever it is.</param>
internal sealed record HeldDevice(Guid CallId, PeerName Peer, long Serial, WireStanding Standing);

/// <summary>A message in the form that sockets get it: nodes pass it on and do not look inside.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}

/// <summary>Messages as text and back. Everything beyond ASCII is escaped, so that a text can be cut anywhere.</summary>
internal static class NodeCodec
{
    public static string Encode(NodeMessage message) => JsonSerializer.Serialize(message);

    /// <exception cref="JsonException">A node of another version says what this one does not know.</exception>
    public static NodeMessage Decode(string text) => JsonSerializer.Deserialize<NodeMessage>(text)!;
}
