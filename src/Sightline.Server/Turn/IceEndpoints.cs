using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sightline.Server.Accounts;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;

namespace Sightline.Server.Turn;

/// <summary>One entry of the browser's <c>RTCConfiguration.iceServers</c>; TURN entries carry a credential.</summary>
public sealed record IceServer(
    IReadOnlyList<string> Urls,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credential = null)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(IceServer);
}

/// <param name="ExpiresAt">When the credentials end; ask again before.</param>
public sealed record IceServersResponse(IReadOnlyList<IceServer> IceServers, DateTimeOffset ExpiresAt);

/// <summary><c>/ice-servers</c>, and the server's own coturn where no servers are configured.</summary>
public static class IceEndpoints
{
    public static void AddTurn(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        Catalogue.Add<IceOptions>(builder, IceOptions.Section);
        services.AddSingleton<IValidateOptions<IceOptions>, IceOptionsValidator>();
        services.AddSingleton<EmbeddedCoturn>();
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedCoturn>());
    }

    public static void MapIceServers(this IEndpointRouteBuilder app) =>
        app.MapGet("/ice-servers", Answer).WithTags("Calls").WithSummary("STUN and TURN servers with short-lived credentials")
            .MayFailWith(ProblemCode.NotSignedIn);

    private static Ok<IceServersResponse> Answer(
        ClaimsPrincipal person, HttpRequest request, IOptions<IceOptions> options, EmbeddedCoturn embedded, TimeProvider clock)
    {
        var ice = options.Value;
        var expiresAt = clock.GetUtcNow() + ice.CredentialLifetime;
        var lists = embedded.Running is { } own ? [own.UrlsFor(request.Host.Host)] : (ice.Servers ?? []).Select(server => server.Urls);
        var secret = embedded.Running?.Secret ?? ice.TurnSecret;
        var servers = lists.SelectMany(urls => Describe(urls, secret, person.PersonId(), expiresAt));
        return TypedResults.Ok(new IceServersResponse([.. servers], expiresAt));
    }

    /// <summary>STUN asks for no credential, so it is given none.</summary>
    private static IEnumerable<IceServer> Describe(IReadOnlyList<string> urls, string? secret, Guid personId, DateTimeOffset expiresAt)
    {
        var isTurn = urls.ToLookup(IceUrl.IsTurn);
        if (isTurn[false].Any())
        {
            yield return new IceServer([.. isTurn[false]]);
        }

        if (isTurn[true].Any() && secret is not null)
        {
            var (username, credential) = TurnCredentials.Issue(secret, personId, expiresAt);
            yield return new IceServer([.. isTurn[true]], username, credential);
        }
    }
}
