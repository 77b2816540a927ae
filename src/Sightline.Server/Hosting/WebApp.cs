using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sightline.Server.Configuration;

namespace Sightline.Server.Hosting;

/// <summary>The section <c>WebApp</c>.</summary>
internal sealed class WebAppOptions
{
    /// <summary>Where the built web app lies.</summary>
    [Setting(Without = "web/app/dist beside the server")]
    public string? Folder { get; set; }
}

/// <summary>Serves the built web app, and its page for every address that the app itself understands.</summary>
internal static class WebApp
{
    /// <summary>Vite puts the hash of their content into the names of these.</summary>
    private const string HashedAssets = "/assets/";

    private const string Html = "text/html; charset=utf-8";

    private const string NotBuilt = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Sightline</title>
        <p>The server runs, but the web app is not built yet: <code>./sightline up</code> builds it.</p></html>
        """;

    public static void UseWebAppFiles(this WebApplication app)
    {
        if (FolderOf(app) is not { } folder)
        {
            return;
        }

        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(folder),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Path.StartsWithSegments(HashedAssets.TrimEnd('/'), StringComparison.Ordinal)
                    ? "public, max-age=31536000, immutable"
                    : "no-cache",
        });
    }

    /// <summary>Answers what no endpoint answers: with the app's page, or with a problem where it cannot be one of its addresses.</summary>
    public static void UseWebAppPages(this WebApplication app)
    {
        var page = FolderOf(app) is { } folder ? Path.Combine(folder, "index.html") : null;
        var apiRoots = new Lazy<HashSet<string>>(() => ApiRoots(app));

        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is not null)
            {
                return next(context);
            }

            var root = context.Request.Path.Value?.Split('/', 3) is [_, var first, ..] ? first : "";
            if (apiRoots.Value.Contains(root) || !AcceptsPage(context.Request))
            {
                return Problems.Of(ProblemCode.NotFound).ExecuteAsync(context);
            }

            context.Response.Headers.CacheControl = "no-cache";
            var answer = page is not null && File.Exists(page)
                ? Results.File(page, Html)
                : Results.Content(NotBuilt, Html, statusCode: StatusCodes.Status503ServiceUnavailable);
            return answer.ExecuteAsync(context);
        });
    }

    private static bool AcceptsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        // At the address itself there is nothing else, whoever asks: health checks and command lines name no type.
        && (request.Path == "/"
            || request.GetTypedHeaders().Accept.Any(accepted => accepted.IsSubsetOf(new MediaTypeHeaderValue("text/html"))));

    /// <summary>The first parts of the addresses that endpoints answer: nothing below them is a page of the app.</summary>
    private static HashSet<string> ApiRoots(WebApplication app) =>
        [.. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.RoutePattern.PathSegments.Count > 0
            let first = endpoint.RoutePattern.PathSegments[0]
            where first.IsSimple && first.Parts[0] is RoutePatternLiteralPart
            select ((RoutePatternLiteralPart)first.Parts[0]).Content];

    private static string? FolderOf(WebApplication app) =>
        app.Services.GetRequiredService<IOptions<WebAppOptions>>().Value.Folder is { Length: > 0 } configured
            ? Directory.Exists(configured)
                ? Path.GetFullPath(configured)
                : throw new StartupProblem($"WebApp:Folder does not exist: {configured}")
            : Repository.Find(Path.Combine("web", "app", "dist"));
}
