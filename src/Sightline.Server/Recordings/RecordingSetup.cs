using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sightline.Media.Finishing;
using Sightline.Media.Recording;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;

namespace Sightline.Server.Recordings;

internal static class RecordingSetup
{
    public static void AddRecordings(this WebApplicationBuilder builder)
    {
        Catalogue.Add<RecordingOptions>(builder, RecordingOptions.Section);
        builder.Services
            .AddSingleton<IValidateOptions<RecordingOptions>, RecordingOptionsValidator>()
            .AddSingleton<RecordingFolder>()
            .AddSingleton<RecordingParts>()
            .AddSingleton<SeparateNode>()
            .AddHostedService(provider => provider.GetRequiredService<SeparateNode>())
            .AddSingleton<RecordingStore>()
            .AddSingleton<RecordingAnnouncer>()
            .AddSingleton<RecordingLegs>()
            .AddSingleton<LegRelay>()
            .AddSingleton<RecordingLimits>()
            .AddSingleton<RecordingChanges>()
            .AddSingleton<RecordingService>()
            .AddSingleton<Outbox>()
            .AddSingleton<FinishingJobs>()
            .AddHostedService(provider => provider.GetRequiredService<FinishingJobs>())
            .AddSingleton<WebhookDelivery>()
            .AddHostedService(provider => provider.GetRequiredService<WebhookDelivery>())
            .AddSingleton<IBannerLines, FfmpegLine>();
        builder.Services.TryAddSingleton<IRecordingNode>(provider =>
            provider.GetRequiredService<IOptions<RecordingOptions>>().Value.SeparateNode
                ? provider.GetRequiredService<SeparateNode>()
                : provider.GetRequiredService<RecordingParts>().NewNode());
        builder.Services.TryAddSingleton<IRecordingFinisher>(provider => provider.GetRequiredService<RecordingParts>().NewFinisher());
    }
}

/// <summary>Makes the media node and the finisher of this server.</summary>
internal sealed class RecordingParts(
    IOptions<RecordingOptions> options, RecordingFolder folder, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private readonly RecordingOptions _options = options.Value;

    /// <summary>It lets nobody in once the server is about to stop, and what it has is durable when the server has.</summary>
    public RecordingNode NewNode()
    {
        var node = new RecordingNode(
            new RecordingNodeOptions
            {
                Folder = folder.FullPath,
                Bind = new IPEndPoint(IPAddress.IPv6Any, _options.Port),
                Addresses = [.. _options.Addresses.Select(IPAddress.Parse)],
                MinFreeBytes = _options.MinFreeBytes,
            },
            time);
        lifetime.ApplicationStopping.Register(node.Drain);
        return node;
    }

    public RecordingFinisher NewFinisher() => new(new RecordingFinisherOptions
    {
        Folder = folder.FullPath,
        FfmpegPath = _options.FfmpegPath,
        MinFreeBytes = _options.MinFreeBytes,
    });
}

/// <summary>Says at the start that recordings will have no picture of all, rather than when the first one has none.</summary>
internal sealed class FfmpegLine(IOptions<RecordingOptions> options) : IBannerLines
{
    public IEnumerable<string> Lines(string address) => options.Value.Enabled && !IsThere(options.Value.FfmpegPath)
        ? ["recording   ffmpeg is missing (Recording:FfmpegPath): recordings have a file for each person, and none of all together"]
        : [];

    private static bool IsThere(string program) => program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)));
}
