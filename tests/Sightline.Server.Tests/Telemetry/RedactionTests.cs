using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Sightline.Rtc;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Telemetry;

/// <summary>
/// Types that hold what belongs to people, or a secret, do not show it when they are written into a log. Every record of the server
/// with words or addresses in it is looked at: a new one shows nothing of them, or is named here as harmless.
/// </summary>
public sealed class RedactionTests
{
    private const string Secret = "ada@example.org";
    private const string Address = "192.0.2.77";
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] OnePerAssembly =
        [typeof(Program), typeof(Codec), typeof(Sightline.Calls.Call), typeof(Sightline.Media.Recording.LegAnswer)];

    /// <summary>
    /// Their words are the server's own: settings without their values, paths, programs, sentences of errors, words out of fixed
    /// sets, ids, and names of files, which are made of numbers.
    /// </summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "Sightline.Calls.WriteHistory",
        "Sightline.Media.Finishing.FinishedFile",
        "Sightline.Media.Finishing.FinishedRecording",
        "Sightline.Media.Finishing.MadeFile",
        "Sightline.Media.Finishing.RecordingFinisherOptions",
        "Sightline.Media.MediaCounts",
        "Sightline.Media.Recording.RecordingNodeOptions",
        "Sightline.Server.Calls.HistoryLine",
        "Sightline.Server.Configuration.Setting",
        "Sightline.Server.Configuration.SettingsSection",
        "Sightline.Server.Database.PostgresBinaries",
        "Sightline.Server.Database.SchemaFile",
        "Sightline.Server.Hosting.CommandResult",
        "Sightline.Server.Hosting.HealthAnswer",
        "Sightline.Server.Hosting.HealthCause",
        "Sightline.Server.Hosting.ProblemDocument",
        "Sightline.Server.Hosting.ServiceUser",
        "Sightline.Server.Recordings.OutboxEvent",
        "Sightline.Server.Recordings.RecordingFile",
        "Sightline.Server.Recordings.RecordingOutcome",
        "Sightline.Server.Recordings.StartResult+Unavailable",
        "Sightline.Server.Reports.ReportEvent",
        "Sightline.Server.Settings.SettingsResponse",
        "Sightline.Server.Signalling.SocketConnection+Closing",
        "Sightline.Server.Telemetry.OtlpAttribute",
        "Sightline.Server.Telemetry.OtlpScope",
        "Sightline.Server.Telemetry.OtlpSpan",
        "Sightline.Server.Telemetry.OtlpValue",
        "Sightline.Server.Telemetry.ReportedSpan",
    };

    public static TheoryData<Type> Records => [.. Telling().Where(type => !Harmless.Contains(type.FullName!))];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_that_is_logged_whole_gives_nothing_away(Type type)
    {
        Made(type).ToString()!.ShouldNotContain(Secret);
        Made(type).ToString()!.ShouldNotContain(Address);
    }

    [Fact]
    public void What_is_called_harmless_is_there_and_shows_itself() =>
        Telling().Where(type => Shows(type, Secret) || Shows(type, Address)).Select(type => type.FullName!)
            .Order(StringComparer.Ordinal).ShouldBe(Harmless.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Sightline.Server.Accounts.SignInRequest")]
    [InlineData("Sightline.Server.Nodes.AttemptMade")]
    [InlineData("Sightline.Server.Nodes.Payload")]
    [InlineData("Sightline.Server.Recordings.LegResult+Answered")]
    [InlineData("Sightline.Server.Recordings.NodeSocket+OfferOrder")]
    [InlineData("Sightline.Signalling.Offer")]
    [InlineData("Sightline.Media.MediaOrder")]
    public void Records_of_all_kinds_are_looked_at(string name) =>
        Telling().ShouldContain(type => type.FullName == name);

    /// <summary>Classes and structs that write what they hold, and hold something that would be seen.</summary>
    private static IEnumerable<Type> Telling() =>
        from one in OnePerAssembly
        from type in one.Assembly.GetTypes()
        where type.Namespace?.StartsWith(nameof(Sightline), StringComparison.Ordinal) == true
        where !type.IsAbstract && type.GetMethod("PrintMembers", Own) is not null
        where Fields(type).Any(field => Telltale(field.FieldType) is not null)
        select type;

    private static bool Shows(Type type, string what) => Made(type).ToString()!.Contains(what, StringComparison.Ordinal);

    private static object Made(Type type)
    {
        var made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in Fields(type))
        {
            field.SetValue(made, Telltale(field.FieldType));
        }

        return made;
    }

    /// <summary>What would be seen of a member of this type; null where nothing would, or where it is looked at by itself.</summary>
    private static object? Telltale(Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        var place = IPEndPoint.Parse(Address);
        object[] all = [Secret, new[] { Secret }, place, place.Address, TransportAddress.From(place), new Uri($"https://{Address}/")];
        var isTuple = inner.IsAssignableTo(typeof(ITuple)) && inner.IsValueType;
        return all.FirstOrDefault(inner.IsInstanceOfType) ?? (isTuple ? Made(inner) : null);
    }

    private static IEnumerable<FieldInfo> Fields(Type type) =>
        type.BaseType is { } parent ? type.GetFields(Own).Concat(Fields(parent)) : [];
}
