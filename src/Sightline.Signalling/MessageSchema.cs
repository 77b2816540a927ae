using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Sightline.Signalling;

/// <summary>
/// The messages as a JSON schema (2020-12) made from the records themselves: what the server publishes, and what the SDK's
/// types are generated from. Every record is a definition of its own, so that both sides speak of the same names.
/// </summary>
public static class MessageSchema
{
    private static readonly JsonTypeInfo[] Roots = [Wire.Default.ClientMessage, Wire.Default.ServerMessage, Wire.Default.Notification];

    private static readonly Type[] Views =
    [
        typeof(CallView), typeof(ParticipantView), typeof(PeerView), typeof(PersonName), typeof(Candidate), typeof(CallRecordingView),
        typeof(RecordingView), typeof(WireRecordingStatus), typeof(WireRecordingProblem),
        typeof(WireCallType), typeof(WireCallState), typeof(WireOutcome), typeof(WireStanding), typeof(WirePresence), typeof(WireMediaState),
        typeof(ErrorCode), typeof(PeerLeftReason),
    ];

    private static readonly JsonSerializerOptions Indented = new(Wire.Default.Options) { WriteIndented = true, NewLine = "\n" };

    public static string Export()
    {
        var definitions = new JsonObject();
        foreach (var root in Roots)
        {
            var polymorphism = root.PolymorphismOptions!;
            var union = new JsonArray();
            foreach (var derived in polymorphism.DerivedTypes)
            {
                union.Add(ReferenceTo(derived.DerivedType));
                var schema = SchemaOf(derived.DerivedType);
                AddDiscriminator(schema, polymorphism.TypeDiscriminatorPropertyName, (string)derived.TypeDiscriminator!, root.Type == typeof(ClientMessage));
                definitions.Add(NameOf(derived.DerivedType), schema);
            }

            definitions.Add(NameOf(root.Type), new JsonObject { ["anyOf"] = union });
        }

        foreach (var view in Views)
        {
            definitions.Add(NameOf(view), SchemaOf(view));
        }

        var document = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Sightline messages",
            ["$defs"] = definitions,
        };
        return document.ToJsonString(Indented) + "\n";
    }

    private static JsonObject SchemaOf(Type type)
    {
        var typeInfo = Wire.Default.Options.GetTypeInfo(type);
        var schema = typeInfo.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Transform(type, context, node),
        });
        return schema.AsObject();
    }

    private static JsonNode Transform(Type root, JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(PeerName))
        {
            return OrNull(new JsonObject { ["type"] = "string", ["description"] = "person_id/device_id" }, plain != type);
        }

        if (plain != root && Views.Contains(plain))
        {
            // Of a class, the property knows.
            return OrNull(ReferenceTo(plain), plain != type || (!type.IsValueType && context.PropertyInfo?.IsGetNullable == true));
        }

        if (plain == root && plain.IsEnum)
        {
            schema["type"] = "string";
        }

        return schema;
    }

    private static JsonObject OrNull(JsonObject schema, bool nullable) =>
        nullable ? new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) } : schema;

    private static void AddDiscriminator(JsonObject schema, string name, string value, bool isClientMessage)
    {
        if (schema["properties"] is not JsonObject properties)
        {
            schema["type"] = "object";
            schema["properties"] = properties = [];
        }

        properties.Remove(name);

        // Only a forger fills it in.
        if (isClientMessage)
        {
            properties.Remove("from");
        }

        properties.Insert(0, name, new JsonObject { ["const"] = value });

        // Every notification also carries the type that all messages have.
        if (properties["type"] is JsonObject type && !type.ContainsKey("const"))
        {
            properties["type"] = new JsonObject { ["const"] = "notification" };
        }

        if (schema["required"] is not JsonArray required)
        {
            schema["required"] = required = [];
        }

        required.Insert(0, name);
        if (name != "type")
        {
            required.Insert(0, "type");
        }
    }

    private static JsonObject ReferenceTo(Type type) => new() { ["$ref"] = $"#/$defs/{NameOf(type)}" };

    private static string NameOf(Type type) => type.Name;
}
