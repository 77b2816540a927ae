using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Sightline.Server.Hosting;

namespace Sightline.Server.Reports;

/// <summary>What an event of a report is about; docs/protocol.md says which values each has.</summary>
public enum ReportEventKind
{
    State,
    End,
    Signalling,
    Link,
    Restart,
    Path,
    Network,
    Codec,
    Level,
    Microphone,
    Camera,
    Screen,
    Hold,
    Device,
    Problem,
    Warning,
}

/// <summary>The four steps of docs/quality.md.</summary>
public enum ReportQuality
{
    Excellent,
    Good,
    Poor,
    Critical,
}

/// <summary>How good the whole call was for one device.</summary>
/// <param name="Score">0 to 100.</param>
public sealed record ReportScore(int Score, ReportQuality Quality);

/// <param name="AtMs">Since the report began.</param>
/// <param name="Value">A word, never a text of a person's or a device's.</param>
/// <param name="Person">An index into the batch's people, where it is about the link to one of them.</param>
public sealed record ReportEvent(int AtMs, ReportEventKind Kind, [property: Required] string? Value, int? Person);

/// <summary>A part of what one device measured in one call.</summary>
/// <param name="Source">A random id of the device's part in this call.</param>
/// <param name="Batch">From 0; the same number again is the same batch again.</param>
/// <param name="AgeMs">How long ago the report began, by the device's own clock: no clock of a device need be right.</param>
/// <param name="People">Those whom events and samples name by their place in this list.</param>
/// <param name="Samples">Rows of numbers; docs/protocol.md names their columns.</param>
/// <param name="Overall">In the last batch, where anything was measured.</param>
public sealed record ReportBatch(
    Guid Source,
    int Batch,
    int AgeMs,
    [property: Required] IReadOnlyList<Guid>? People,
    [property: Required] IReadOnlyList<ReportEvent>? Events,
    [property: Required] IReadOnlyList<IReadOnlyList<int?>>? Samples,
    ReportScore? Overall = null)
{
    public const int MaxBatches = 2_000;
    public const int MaxEvents = 200;
    public const int MaxSamples = 200;
    public const int MaxPeople = 32;

    /// <summary>What a row of samples holds; the first two are the second of the report and the person.</summary>
    public const int Columns = 17;

    private const int MaxWordChars = 40;
    private const int MaxNumber = 100_000_000;
    private const int MaxAgeMs = 7 * 24 * 60 * 60 * 1000;

    private static readonly SearchValues<char> WordChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:-");

    /// <param name="isInCall">Whether somebody has to do with this call.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public Problem? Check(Func<Guid, bool> isInCall)
    {
        IReadOnlyList<Guid> people = People ?? [];
        return new Fields()
            .Check("batch", Batch is >= 0 and < MaxBatches, $"is 0 to {MaxBatches - 1}")
            .Check("age_ms", AgeMs is >= 0 and <= MaxAgeMs, "is up to a week")
            .Check("overall", Overall is null or { Score: >= 0 and <= 100 }, "is a score of 0 to 100")
            .Check("people", People is { Count: <= MaxPeople } && people.All(isInCall), "names people of this call")
            .Check("events", Events is { Count: <= MaxEvents } events && events.All(IsEvent), $"has up to {MaxEvents} events with words as values")
            .Check("samples", Samples is { Count: <= MaxSamples } samples && samples.All(IsRow), $"has up to {MaxSamples} rows of {Columns} numbers")
            .Problem;

        bool IsPerson(int? index) => index >= 0 && index < people.Count;

        bool IsEvent(ReportEvent? one) =>
            one is { AtMs: >= 0 and <= MaxAgeMs, Value: { Length: >= 1 and <= MaxWordChars } value }
                && !value.AsSpan().ContainsAnyExcept(WordChars)
                && (one.Person is null || IsPerson(one.Person));

        bool IsRow(IReadOnlyList<int?>? row) =>
            row is { Count: Columns } && row[0] is not null && IsPerson(row[1]) && row.All(number => number is null or (>= 0 and <= MaxNumber));
    }
}
