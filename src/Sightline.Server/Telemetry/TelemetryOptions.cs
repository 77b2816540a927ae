using System.ComponentModel.DataAnnotations;
using Sightline.Server.Configuration;

namespace Sightline.Server.Telemetry;

/// <summary>The section <c>Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";
    public const int MinTokenChars = 16;

    /// <summary>
    /// Where traces, metrics and logs go by OTLP over HTTP: the address of a collector, without <c>/v1/…</c>, for example
    /// <c>http://collector.internal:4318</c>.
    /// </summary>
    [Setting(Without = "nothing is exported")]
    public string? OtlpEndpoint { get; set; }

    /// <summary>Headers that the collector wants, as <c>name=value,name=value</c>.</summary>
    [Setting(Secret = true, Without = "none")]
    public string? OtlpHeaders { get; set; }

    /// <summary>How long spans and figures wait for company before they are exported.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan ExportInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Which share of calls is traced. Metrics count all of them.</summary>
    [Range(0.0, 1.0)]
    public double TraceShare { get; set; } = 1;

    /// <summary>What Prometheus sends as a bearer token to read <c>/metrics</c>.</summary>
    [Setting(Secret = true, Without = "there is no /metrics")]
    public string? MetricsToken { get; set; }

    public static bool IsEndpoint(string? endpoint) => endpoint is not { Length: > 0 }
        || (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps));

    /// <summary>Whether a name or a password stands before the host: this setting is shown, so it may hold none.</summary>
    public static bool HasUserInfo(string? endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0;

    public static bool IsToken(string? token) =>
        token is not { Length: > 0 } || (token.Length >= MinTokenChars && token.All(c => c is > ' ' and < '\x7f'));

    public static bool AreHeaders(string? headers) => headers is not { Length: > 0 }
        || headers.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0);
}
