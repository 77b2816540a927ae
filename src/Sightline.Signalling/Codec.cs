using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Sightline.Signalling;

/// <summary>What became of the bytes of one message.</summary>
public abstract record Decoded
{
    private Decoded()
    {
    }

    public sealed record Ok(ClientMessage Message) : Decoded;

    /// <summary>Nothing a device may say. <c>Error</c> is the answer it gets.</summary>
    public sealed record Bad(Error Error) : Decoded;
}

/// <summary>Messages to bytes and back. Bad bytes are a value, never an exception.</summary>
public static class Codec
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = Limits.MaxJsonDepth };

    private static readonly HashSet<string> KnownTypes =
        [.. Wire.Default.ClientMessage.PolymorphismOptions!.DerivedTypes.Select(derived => (string)derived.TypeDiscriminator!)];

    public static byte[] Encode(ServerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, Wire.Default.ServerMessage);

    public static byte[] Encode(Notification notification) => JsonSerializer.SerializeToUtf8Bytes(notification, Wire.Default.Notification);

    /// <summary>For clients written in C#, and for tests.</summary>
    public static byte[] Encode(ClientMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, Wire.Default.ClientMessage);

    /// <summary>Reads and checks one message from a device. Never throws.</summary>
    public static Decoded Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.MaxMessageBytes)
        {
            return Bad(ErrorCode.TooLarge, $"A message has at most {Limits.MaxMessageBytes} bytes.", type: null);
        }

        if (!TryReadType(utf8, out var type))
        {
            return Bad(ErrorCode.Malformed, $"A message is a JSON object with a type, at most {Limits.MaxJsonDepth} levels deep.", type: null);
        }

        if (!KnownTypes.Contains(type))
        {
            return Bad(ErrorCode.UnknownType, "There is no such message type.", type: null);
        }

        try
        {
            var message = JsonSerializer.Deserialize(utf8, Wire.Default.ClientMessage)!;
            return Validation.FindFault(message) is { } fault ? Bad(ErrorCode.InvalidField, fault, type) : new Decoded.Ok(message);
        }
        catch (JsonException exception)
        {
            return Bad(ErrorCode.InvalidField, $"A field is missing, doubled or of the wrong type: {exception.Path ?? "$"}.", type);
        }
    }

    private static Decoded.Bad Bad(ErrorCode code, string message, string? type) => new(new Error(code, message, type));

    /// <summary>Walks the whole text once, so that whatever follows is well formed, and finds the outermost <c>type</c>.</summary>
    private static bool TryReadType(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? type)
    {
        type = null;
        try
        {
            var reader = new Utf8JsonReader(utf8, ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("type"u8))
                {
                    if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                    {
                        return false;
                    }

                    type = reader.GetString();
                }
            }

            return type is not null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8 or UTF-16.
            return false;
        }
    }
}
