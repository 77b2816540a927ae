using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;
using Sightline.Server.Push;

namespace Sightline.Server.Settings;

/// <summary>The section <c>Media</c> of the configuration.</summary>
internal sealed class MediaOptions
{
    public const string Section = "Media";

    private static readonly string[] KnownCodecs = ["VP8", "H264", "VP9", "AV1"];

    /// <summary>Video codecs that browsers shall prefer, the best first: VP8, H264, VP9, AV1.</summary>
    [Setting(Without = "the browsers' own order")]
    public IReadOnlyList<string> VideoCodecs { get; set; } = [];

    /// <summary>Where the model for background blur lies: a path on this server, or an http(s) address (with CORS, where the origin is another).</summary>
    [Setting(Without = "there is no background blur")]
    public string? BlurModelUrl { get; set; }

    public static bool AreCodecs(IReadOnlyList<string> codecs) =>
        codecs.All(codec => KnownCodecs.Contains(codec, StringComparer.Ordinal))
            && codecs.Distinct(StringComparer.Ordinal).Count() == codecs.Count;

    public static bool IsModelUrl(string? url) => url is null
        || (url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal) && Uri.IsWellFormedUriString(url, UriKind.Relative))
        || OriginOf(url) is not null;

    /// <summary>The origin of an absolute http(s) address, or <c>null</c>.</summary>
    public static string? OriginOf(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri.GetLeftPart(UriPartial.Authority)
            : null;
}

/// <param name="VideoCodecs">Names such as VP8, H264, VP9 and AV1, the preferred one first; may be empty.</param>
/// <param name="BlurModelUrl">Where the model for background blur is; <c>null</c> when there is none.</param>
/// <param name="PushPublicKey">What a browser wants before it subscribes to web push: base64url of 65 bytes.</param>
public sealed record SettingsResponse(IReadOnlyList<string> VideoCodecs, string? BlurModelUrl, string PushPublicKey);

/// <summary><c>/settings</c>: what the server's owner has set for all clients.</summary>
public static class SettingsEndpoints
{
    public static void AddSettings(this WebApplicationBuilder builder) => Catalogue.Add<MediaOptions>(builder, MediaOptions.Section)
        .Validate(media => MediaOptions.AreCodecs(media.VideoCodecs), "Media:VideoCodecs may name VP8, H264, VP9 and AV1, each once.")
        .Validate(
            media => MediaOptions.IsModelUrl(media.BlurModelUrl),
            "Media:BlurModelUrl must be a path that begins with / or an http(s) address.");

    public static void MapSettings(this IEndpointRouteBuilder app) =>
        app.MapGet("/settings", Answer).WithTags("Settings").WithSummary("What the server's owner has set for all clients")
            .MayFailWith(ProblemCode.NotSignedIn);

    private static Ok<SettingsResponse> Answer(IOptions<MediaOptions> media, VapidKeys keys) =>
        TypedResults.Ok(new SettingsResponse(media.Value.VideoCodecs, media.Value.BlurModelUrl, keys.PublicKey));
}
