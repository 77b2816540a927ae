using System.Text.Json.Serialization;

namespace Sightline.Signalling;

/// <summary>How messages look as JSON: generated at build, strict about types, forgiving about unknown properties.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Limits.MaxJsonDepth,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClientMessage))]
[JsonSerializable(typeof(ServerMessage))]
[JsonSerializable(typeof(Notification))]
internal sealed partial class Wire : JsonSerializerContext;
