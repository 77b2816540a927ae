using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using Sightline.Server.Configuration;

namespace Sightline.Server.Recordings;

/// <summary>The section <c>Recording</c> of the configuration.</summary>
internal sealed class RecordingOptions
{
    public const string Section = "Recording";
    public const int MinSecretChars = 32;

    /// <summary>Whether calls can be recorded at this server.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Where media and the files made of it are kept, for each server that is to record another one. Whoever has it finishes what
    /// was begun there.
    /// </summary>
    [Setting(Without = "`recordings` in the data folder")]
    public string? Folder { get; set; }

    /// <summary>
    /// Whether media goes to a node that runs by itself, <c>sightline media</c> with the same folder, and not to one in the server's
    /// process: either can then be started again while the other goes on.
    /// </summary>
    public bool SeparateNode { get; set; }

    /// <summary>The UDP port that browsers send media to; 0 takes any that is free.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; }

    /// <summary>Addresses under which browsers reach this server's UDP port: <c>198.51.100.7</c>.</summary>
    [Setting(Without = "the addresses of the machine")]
    public IReadOnlyList<string> Addresses { get; set; } = [];

    /// <summary>Bytes that stay free on the disk: below it nothing more is recorded.</summary>
    [Range(typeof(long), "0", "1000000000000000", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public long MinFreeBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>After which a recording stops by itself.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxLength { get; set; } = TimeSpan.FromHours(4);

    /// <summary>The program that puts everybody into one picture; without it, there is a file for each person.</summary>
    public string FfmpegPath { get; set; } = "ffmpeg";

    /// <summary>Where <c>RecordingFileStatusUpdated</c> is posted to.</summary>
    [Setting(Without = "nobody is told", Secret = true)]
    public string? WebhookUrl { get; set; }

    /// <summary>What those posts are signed with, 32 characters or more.</summary>
    [Setting(Without = "needed with Recording:WebhookUrl", Secret = true)]
    public string? WebhookSecret { get; set; }

    public bool HasWebhook => !string.IsNullOrEmpty(WebhookUrl);
}

/// <summary>What attributes cannot say. No value of a secret is ever in a sentence.</summary>
internal sealed class RecordingOptionsValidator : IValidateOptions<RecordingOptions>
{
    public ValidateOptionsResult Validate(string? name, RecordingOptions options)
    {
        var wrong = options.Addresses.FirstOrDefault(address => !IPAddress.TryParse(address, out _));
        if (wrong is not null)
        {
            return ValidateOptionsResult.Fail($"Recording:Addresses names no address such as 198.51.100.7: \"{wrong}\".");
        }

        if (string.IsNullOrWhiteSpace(options.FfmpegPath))
        {
            return ValidateOptionsResult.Fail("Recording:FfmpegPath names a program.");
        }

        if (!options.HasWebhook)
        {
            return ValidateOptionsResult.Success;
        }

        if (!Uri.TryCreate(options.WebhookUrl, UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            || url.UserInfo.Length > 0)
        {
            return ValidateOptionsResult.Fail("Recording:WebhookUrl must be an http: or https: address without a user.");
        }

        return options.WebhookSecret is { Length: >= RecordingOptions.MinSecretChars }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Recording:WebhookSecret needs {RecordingOptions.MinSecretChars} characters or more.");
    }
}
