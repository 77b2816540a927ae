using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sightline.Signalling.Tests;

/// <summary>The messages of protocol/golden, which the SDK's tests read too.</summary>
internal static class Golden
{
    public static IEnumerable<(string Name, JsonObject Entry)> All() =>
        from file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "golden"), "*.json").Order(StringComparer.Ordinal)
        from entry in JsonNode.Parse(File.ReadAllText(file))!.AsArray()
        select ($"{Path.GetFileNameWithoutExtension(file)}: {entry!["name"]}", entry.AsObject());

    public static TheoryData<string> Names(Func<JsonObject, bool> which) =>
        [.. All().Where(golden => which(golden.Entry)).Select(golden => golden.Name)];

    public static JsonObject Entry(string name) => All().Single(golden => golden.Name == name).Entry;

    public static byte[] BytesOf(JsonObject entry) => JsonSerializer.SerializeToUtf8Bytes(entry["message"]);

    public static bool Is(this JsonObject entry, string direction, string socket, bool valid) =>
        (string?)entry["direction"] == direction && (string?)entry["socket"] == socket && (bool)entry["valid"]! == valid;
}
