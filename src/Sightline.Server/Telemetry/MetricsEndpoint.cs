using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sightline.Server.Hosting;

namespace Sightline.Server.Telemetry;

/// <summary>
/// <c>/metrics</c>, for whoever knows <c>Telemetry:MetricsToken</c>. Without one there is no such page: behind a proxy every
/// request seems to come from this machine, so where it comes from says nothing of who asks.
/// </summary>
internal static class MetricsEndpoint
{
    private const string Scheme = "Bearer ";

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/metrics", Answer).AllowAnonymous().ExcludeFromDescription();

    private static IResult Answer(HttpRequest request, IOptions<TelemetryOptions> options, PrometheusText text) =>
        options.Value.MetricsToken is not { Length: > 0 } token ? Problems.Of(ProblemCode.NotFound)
        : Knows(request.Headers.Authorization.ToString(), token) ? Results.Text(text.Read(), PrometheusText.ContentType)
        : Problems.Of(ProblemCode.NotSignedIn);

    private static bool Knows(string authorization, string token) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..])), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
