using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sightline.Server.Hosting;

/// <summary>
/// Enums as <c>snake_case</c> words, except those that say themselves how they are written: a call's state is <c>RINGING</c>.
/// </summary>
internal sealed class WordConverter : JsonConverterFactory
{
    private static readonly JsonStringEnumConverter Words = new(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsEnum && typeToConvert.GetCustomAttribute<JsonConverterAttribute>() is null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        Words.CreateConverter(typeToConvert, options);
}
