using System.Reflection;
using System.Runtime.CompilerServices;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Telemetry;

/// <summary>Types that hold what belongs to people do not show it when they are written into a log.</summary>
public sealed class RedactionTests
{
    private const string Secret = "ada@example.org";

    private static readonly string[] Personal =
        ["Sightline.Signalling", "Sightline.Server.Accounts", "Sightline.Server.People", "Sightline.Server.Channels", "Sightline.Server.Turn", "Sightline.Server.Push"];

    public static TheoryData<Type> Records => [.. Types(typeof(Codec).Assembly).Concat(Types(typeof(Program).Assembly))];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_that_is_logged_whole_gives_nothing_away(Type type)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in Fields(type))
        {
            field.SetValue(record, field.FieldType == typeof(string) ? Secret : new[] { Secret });
        }

        record.ToString()!.ShouldNotContain(Secret);
    }

    [Fact]
    public void There_is_something_to_look_at() => Records.Count.ShouldBeGreaterThan(20);

    private static IEnumerable<Type> Types(Assembly assembly) =>
        from type in assembly.GetTypes()
        where Personal.Contains(type.Namespace, StringComparer.Ordinal) && !type.IsAbstract && type.GetMethod("<Clone>$") is not null && Fields(type).Any()
        select type;

    private static IEnumerable<FieldInfo> Fields(Type type) =>
        from field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
        where field.FieldType == typeof(string) || field.FieldType == typeof(IReadOnlyList<string>)
        select field;
}
