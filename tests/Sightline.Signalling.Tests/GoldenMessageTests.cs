using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sightline.Signalling.Tests;

public class GoldenMessageTests
{
    public static TheoryData<string> Good => Golden.Names(entry => entry.Is("client", "call", valid: true));

    public static TheoryData<string> Bad => Golden.Names(entry => entry.Is("client", "call", valid: false));

    public static TheoryData<string> FromServer => Golden.Names(entry => entry.Is("server", "call", valid: true));

    public static TheoryData<string> Notifications => Golden.Names(entry => entry.Is("server", "notifications", valid: true));

    [Theory]
    [MemberData(nameof(Good))]
    public void A_device_message_is_read_and_written_alike(string name)
    {
        var entry = Golden.Entry(name);

        var message = Codec.Decode(Golden.BytesOf(entry)).ShouldBeOfType<Decoded.Ok>().Message;

        ShouldBeTheSame(Codec.Encode(message), entry);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_message_gets_its_documented_error(string name)
    {
        var entry = Golden.Entry(name);

        var error = Codec.Decode(Golden.BytesOf(entry)).ShouldBeOfType<Decoded.Bad>().Error;

        var wire = JsonNode.Parse(Codec.Encode(error))!;
        ((string?)wire["code"]).ShouldBe((string?)entry["error"]);
    }

    [Theory]
    [MemberData(nameof(FromServer))]
    public void A_server_message_is_written_as_devices_expect_it(string name)
    {
        var entry = Golden.Entry(name);

        var message = JsonSerializer.Deserialize(Golden.BytesOf(entry), Wire.Default.ServerMessage)!;

        ShouldBeTheSame(Codec.Encode(message), entry);
    }

    [Theory]
    [MemberData(nameof(Notifications))]
    public void A_notification_is_written_as_devices_expect_it(string name)
    {
        var entry = Golden.Entry(name);

        var notification = JsonSerializer.Deserialize(Golden.BytesOf(entry), Wire.Default.Notification)!;

        ShouldBeTheSame(Codec.Encode(notification), entry);
    }

    [Fact]
    public void Every_message_type_has_a_golden_example()
    {
        var seen = Golden.All()
            .Where(golden => (bool)golden.Entry["valid"]!)
            .Select(golden => golden.Entry["message"]!)
            .Select(message => (string?)(message["notification_type"] ?? message["type"]))
            .ToHashSet(StringComparer.Ordinal);

        var types = new[] { Wire.Default.ClientMessage.PolymorphismOptions!, Wire.Default.ServerMessage.PolymorphismOptions!, Wire.Default.Notification.PolymorphismOptions! }
            .SelectMany(options => options.DerivedTypes)
            .Select(derived => (string?)derived.TypeDiscriminator);

        types.Where(type => !seen.Contains(type)).ShouldBeEmpty();
    }

    private static void ShouldBeTheSame(byte[] actual, JsonObject entry) =>
        JsonNode.DeepEquals(JsonNode.Parse(actual), entry["message"]).ShouldBeTrue(JsonNode.Parse(actual)!.ToJsonString());
}
