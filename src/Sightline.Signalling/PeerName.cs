using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sightline.Signalling;

/// <summary>One device of one person in one call, written <c>person_id/device_id</c> with both as lower-case UUIDs.</summary>
[JsonConverter(typeof(PeerNameConverter))]
public readonly record struct PeerName(Guid PersonId, Guid DeviceId)
{
    private const int UuidChars = 36;
    internal const int Chars = (2 * UuidChars) + 1;

    public static bool TryParse([NotNullWhen(true)] string? text, out PeerName peer)
    {
        if (text is { Length: Chars }
            && text[UuidChars] == '/'
            && Guid.TryParseExact(text.AsSpan(0, UuidChars), "D", out var person)
            && Guid.TryParseExact(text.AsSpan(UuidChars + 1), "D", out var device))
        {
            peer = new PeerName(person, device);
            return true;
        }

        peer = default;
        return false;
    }

    public override string ToString() => $"{PersonId:D}/{DeviceId:D}";
}

internal sealed class PeerNameConverter : JsonConverter<PeerName>
{
    public override PeerName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PeerName.TryParse(reader.GetString(), out var peer)
            ? peer
            : throw new JsonException("A peer is written person_id/device_id.");

    public override void Write(Utf8JsonWriter writer, PeerName value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
