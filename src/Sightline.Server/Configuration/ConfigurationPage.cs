using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sightline.Server.Configuration;

/// <summary>Writes <c>docs/operations/configuration.md</c> from the options themselves and their documentation comments.</summary>
internal static partial class ConfigurationPage
{
    public const string Verb = "export-configuration";

    private const string Introduction = """
        # Configuration

        *Generated from the code by the build: change an option's comment, not this file.*

        Settings come from `appsettings.json`, the environment (`Ice__TurnSecret=…`, with `__` for `:`) or the command line (`--Ice:TurnSecret=…`), the later ones first. They are read and checked at the start: a value that cannot work, or a key that nobody knows in one of these sections, stops the server with one sentence that names it. Once it answers, the server says what is configured, what is as it comes, and what is missing. Lists are numbered from `:0`. Times are `days.hours:minutes:seconds`.

        The host's own settings work as everywhere in ASP.NET Core: `urls` (where it listens, `http://localhost:5080` by default), `Kestrel:*` (certificates), `Logging:LogLevel:*` ([logs.md](logs.md)), `ASPNETCORE_ENVIRONMENT` (`Production` by default; `Development` has demo people and a TURN server of its own).

        | Key | Value | By default | What it does |
        |---|---|---|---|

        """;

    public static async Task WriteAsync(string path)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = Environments.Development,
            ContentRootPath = AppContext.BaseDirectory,
        });
        await using var app = Program.Build(builder);
        var text = Of(app.Services.GetRequiredService<Catalogue>());
        if (!File.Exists(path) || await File.ReadAllTextAsync(path) != text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await File.WriteAllTextAsync(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
    }

    public static string Of(Catalogue catalogue)
    {
        var comments = XDocument.Load(Path.ChangeExtension(typeof(ConfigurationPage).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary"), StringComparer.Ordinal);
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var setting in catalogue.All)
        {
            var property = setting.Property;
            var comment = comments.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}")
                ?? throw new InvalidOperationException($"{setting.Key} has no documentation comment.");
            var standard = setting.Default is { } value ? $"`{Catalogue.Written(value)}`" : setting.Without ?? "not set";
            page.Append($"| `{setting.Key}` | {KindOf(property)} | {standard} | {Flat(comment)} |\n");
        }

        return page.ToString();
    }

    private static string KindOf(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var kind = type == typeof(TimeSpan) ? "time" : type == typeof(bool) ? "true or false" : type == typeof(int) || type == typeof(long) ? "whole number"
            : type == typeof(double) ? "number" : type == typeof(Uri) ? "address" : "text";
        return property.GetCustomAttribute<RangeAttribute>() is { } range ? $"{kind}, {range.Minimum} to {range.Maximum}" : kind;
    }

    private static string Flat(XElement summary)
    {
        foreach (var code in summary.Descendants().ToList())
        {
            var name = code.Value.Length > 0 ? code.Value : code.Attribute("cref")?.Value.Split('.')[^1] ?? "";
            code.ReplaceWith(new XText($"`{name}`"));
        }

        return Spaces().Replace(summary.Value, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
