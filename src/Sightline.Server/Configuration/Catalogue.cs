using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Configuration;

/// <summary>What the pages and the self-check say of an option, beside what its documentation comment says.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute : Attribute
{
    /// <summary>What happens while it is not set, where there is no default value that says it.</summary>
    public string? Without { get; init; }

    /// <summary>Its value is never shown.</summary>
    public bool Secret { get; init; }
}

/// <summary>One key of the configuration. A list's key ends in <c>:0</c>, as its first entry is written.</summary>
/// <param name="Default">Null where there is none, and <paramref name="Without"/> says what then.</param>
internal sealed record Setting(string Key, PropertyInfo Property, object? Default, string? Without, bool IsSecret);

/// <summary>The options of one section; <see cref="Section"/> is empty for the keys at the top.</summary>
internal sealed record SettingsSection(string Section, Type Options);

/// <summary>Every key that the server knows: the properties of all options that were added with <see cref="Add"/>.</summary>
internal sealed class Catalogue(IEnumerable<SettingsSection> sections)
{
    public IReadOnlyList<Setting> All { get; } =
        [.. sections.SelectMany(section => Read(section.Section, section.Options)).OrderBy(setting => setting.Key, StringComparer.Ordinal)];

    /// <summary>Binds options to a section, documents its keys, and checks them when the server starts.</summary>
    public static OptionsBuilder<T> Add<T>(WebApplicationBuilder builder, string section)
        where T : class
    {
        builder.Services.AddSingleton(new SettingsSection(section, typeof(T)));
        builder.Services.AddSingleton<IValidateOptions<T>>(new Ranges<T>(section));
        return builder.Services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
    }

    /// <summary>Keys of the sections that this server owns and that it does not know: written wrongly, or of another version.</summary>
    public IEnumerable<string> Unknown(IConfiguration configuration)
    {
        var known = All.Select(setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var owned = known.Where(key => key.Contains(':', StringComparison.Ordinal)).Select(key => key[..key.IndexOf(':', StringComparison.Ordinal)])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return from section in configuration.GetChildren()
               where owned.Contains(section.Key)
               from pair in section.AsEnumerable()
               where pair.Value is not null && pair.Key.Contains(':', StringComparison.Ordinal) && !known.Contains(First(pair.Key))
               select pair.Key;
    }

    /// <summary>Whether anything is configured for this key, and what, as one text.</summary>
    public static string? Configured(IConfiguration configuration, Setting setting)
    {
        var list = setting.Key.IndexOf(":0", StringComparison.Ordinal);
        if (list < 0)
        {
            return configuration[setting.Key] is { Length: > 0 } value ? value : null;
        }

        // A list, or one field of each entry of a list.
        var field = setting.Key[(list + 2)..].Replace(":0", "", StringComparison.Ordinal);
        var values = configuration.GetSection(setting.Key[..list]).GetChildren().SelectMany(entry =>
            field.Length == 0 ? [entry] : entry.GetSection(field.TrimStart(':')) is var inner && inner.Value is null ? inner.GetChildren() : [inner]);
        return string.Join(", ", values.Select(entry => entry.Value).OfType<string>()) is { Length: > 0 } text ? text : null;
    }

    /// <summary>As the configuration would have it written.</summary>
    public static string Written(object? value) => value switch
    {
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    private static string First(string key) =>
        string.Join(':', key.Split(':').Select(part => part.All(char.IsAsciiDigit) ? "0" : part));

    private static IEnumerable<Setting> Read(string section, Type type)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
        {
            var key = section.Length == 0 ? property.Name : $"{section}:{property.Name}";
            var says = property.GetCustomAttribute<SettingAttribute>();
            var entries = EntriesOf(property.PropertyType);
            if (entries is not null && IsOptions(entries))
            {
                foreach (var inner in Read($"{key}:0", entries))
                {
                    yield return inner with { Without = inner.Without ?? says?.Without };
                }
            }
            else
            {
                var value = property.GetValue(defaults);
                yield return new Setting(
                    entries is null ? key : $"{key}:0", property, value is ICollection { Count: 0 } ? null : value, says?.Without, says?.Secret == true);
            }
        }
    }

    private static Type? EntriesOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool IsOptions(Type type) => type.Assembly == typeof(Catalogue).Assembly;
}
