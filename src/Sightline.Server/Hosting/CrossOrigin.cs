using Sightline.Server.Configuration;

namespace Sightline.Server.Hosting;

/// <summary>The section <c>Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    /// <summary>Origins of other pages that may use the API with a bearer token: <c>https://intranet.example.org</c>.</summary>
    [Setting(Without = "the server's own pages only")]
    public IReadOnlyList<string> Origins { get; set; } = [];
}

/// <summary>
/// Lets pages of the origins in <c>Cors:Origins</c> use the API with a bearer token. Never with the cookie: what a page of
/// another origin does, it does on purpose and in its own name.
/// </summary>
internal static class CrossOrigin
{
    private const string Key = "Cors:Origins";
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromMinutes(10);

    public static void AddCrossOrigin(this WebApplicationBuilder builder)
    {
        Catalogue.Add<CrossOriginOptions>(builder, "Cors");
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(ReadOrigins(builder.Configuration))
            .WithMethods("GET", "POST")
            .WithHeaders("Authorization", "Content-Type", "traceparent")
            .WithExposedHeaders("Retry-After")
            .SetPreflightMaxAge(PreflightMaxAge)));
    }

    /// <exception cref="StartupProblem">One of them is not an origin.</exception>
    private static string[] ReadOrigins(ConfigurationManager configuration)
    {
        var origins = configuration.GetSection(Key).Get<string[]>() ?? [];
        for (var i = 0; i < origins.Length; i++)
        {
            if (!Uri.TryCreate(origins[i], UriKind.Absolute, out var uri)
                || !(uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
                || uri.GetLeftPart(UriPartial.Authority) != origins[i])
            {
                throw new StartupProblem($"{Key}:{i} is not an origin such as \"https://intranet.example.org\": \"{origins[i]}\".");
            }
        }

        return origins;
    }
}
