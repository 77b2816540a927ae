using System.Globalization;

namespace Sightline.Server.Hosting;

/// <summary>Collects what is wrong with the fields of a request: <c>fields.Check("email", email.Contains('@'), "…")</c>.</summary>
public sealed class Fields
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>The problem to answer with, or null when every field is right.</summary>
    public Problem? Problem => _errors.Count > 0 ? Problems.Validation(_errors) : null;

    /// <summary>The first thing that is wrong with a field is the one to tell.</summary>
    public Fields Check(string field, bool right, string otherwise)
    {
        if (!right)
        {
            _errors.TryAdd(field, [otherwise]);
        }

        return this;
    }

    public Fields CheckLength(string field, string? text, int minChars, int maxChars) =>
        Check(field, text is not null, "is missing")
            .Check(field, text is null || text.Length >= minChars, $"must have at least {minChars.ToString(CultureInfo.InvariantCulture)} characters")
            .Check(field, text is null || text.Length <= maxChars, $"may have at most {maxChars.ToString(CultureInfo.InvariantCulture)} characters");

    /// <summary>Within its length and without control characters, which no name or address has and the database cannot store.</summary>
    public Fields CheckText(string field, string? text, int minChars, int maxChars) =>
        CheckLength(field, text, minChars, maxChars)
            .Check(field, text is null || !text.Any(char.IsControl), "may not have control characters");
}
