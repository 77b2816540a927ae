using Sightline.Server.Hosting;

namespace Sightline.Server.Configuration;

/// <summary>
/// Before anything else starts: no key that nobody knows. Once the server answers: what is configured, what is as it comes, and
/// what is missing, by key. Secrets, and everything that may hold one, are named without their value.
/// </summary>
internal sealed class SelfCheck(Catalogue catalogue, IConfiguration configuration) : IHostedService, IBannerLines
{
    private const int MaxValueChars = 80;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (catalogue.Unknown(configuration).FirstOrDefault() is { } unknown)
        {
            throw new StartupProblem($"{unknown} is not a setting of this version: docs/operations/configuration.md lists all there are.");
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IEnumerable<string> Lines(string address)
    {
        var configured = catalogue.All.ToLookup(setting => Catalogue.Configured(configuration, setting) is not null);
        var rest = configured[false].ToLookup(setting => setting.Default is not null);
        return
        [
            $"configured  {Join(configured[true].Select(Shown))}",
            $"default     {Join(rest[true].Select(setting => $"{setting.Key} = {Catalogue.Written(setting.Default!)}"))}",
            .. rest[false].Select(setting => $"missing     {setting.Key}: {setting.Without ?? "not set"}"),
        ];
    }

    private string Shown(Setting setting)
    {
        var value = setting.IsSecret ? "(secret)" : Catalogue.Configured(configuration, setting)!;
        return $"{setting.Key} = {(value.Length > MaxValueChars ? $"{value[..MaxValueChars]}…" : value)}";
    }

    private static string Join(IEnumerable<string> settings) => string.Join("; ", settings) is { Length: > 0 } text ? text : "nothing";
}

internal static class ConfigurationSetup
{
    /// <summary>Before every feature: its check comes before whatever they start.</summary>
    public static void AddConfiguration(this WebApplicationBuilder builder) => builder.Services
        .AddSingleton<Catalogue>()
        .AddSingleton<SelfCheck>()
        .AddHostedService(provider => provider.GetRequiredService<SelfCheck>());

    /// <summary>After every feature: the last word on the console.</summary>
    public static void AddSelfCheck(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IBannerLines>(provider => provider.GetRequiredService<SelfCheck>());
}
