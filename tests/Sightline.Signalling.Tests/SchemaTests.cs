using System.Text.Json.Nodes;

namespace Sightline.Signalling.Tests;

public class SchemaTests
{
    private static readonly JsonObject Definitions = JsonNode.Parse(MessageSchema.Export())!["$defs"]!.AsObject();

    [Fact]
    public void Every_reference_leads_to_a_definition()
    {
        var references = ReferencesIn(Definitions).Distinct(StringComparer.Ordinal).ToArray();

        references.ShouldNotBeEmpty();
        references.ShouldAllBe(reference => Definitions.ContainsKey(reference));
    }

    [Fact]
    public void Messages_are_told_apart_by_a_constant_type()
    {
        Definitions["Offer"]!["properties"]!["type"]!["const"]!.GetValue<string>().ShouldBe("offer");
        Definitions["RingNotification"]!["properties"]!["notification_type"]!["const"]!.GetValue<string>().ShouldBe("CALL");
    }

    [Fact]
    public void A_device_is_not_invited_to_say_who_it_is() =>
        Definitions["Offer"]!["properties"]!.AsObject().ContainsKey("from").ShouldBeFalse();

    [Fact]
    public void The_export_is_the_same_every_time() => MessageSchema.Export().ShouldBe(MessageSchema.Export());

    private static IEnumerable<string> ReferencesIn(JsonNode? node) => node switch
    {
        JsonObject obj => obj.SelectMany(property => property.Key == "$ref"
            ? [property.Value!.GetValue<string>()["#/$defs/".Length..]]
            : ReferencesIn(property.Value)),
        JsonArray array => array.SelectMany(ReferencesIn),
        _ => [],
    };
}
