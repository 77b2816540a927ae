using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sightline.Signalling;

/// <summary>An enum as one of its words in snake_case; never as a number.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The same in capitals, as call states are written.</summary>
internal sealed class LoudWordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    where T : struct, Enum;
