namespace Sightline.Server.Hosting;

/// <summary>Which pages a request comes from. Browsers set <c>Origin</c> by themselves and pages cannot forge it.</summary>
public static class Origins
{
    /// <summary>
    /// Whether the request says that it comes from a page of another host. The scheme is not compared: a proxy in front may end TLS.
    /// </summary>
    public static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin is not [{ Length: > 0 } origin, ..])
        {
            return false;
        }

        return !Uri.TryCreate(origin, UriKind.Absolute, out var page)
            || !string.Equals(page.Authority, WithoutDefaultPort(request, page.Scheme), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Refuses requests of pages of other hosts: those that need no session yet, such as signing in.</summary>
    public static TBuilder FromOwnPagesOnly<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) => IsForeign(context.HttpContext.Request)
                ? Problems.Of(ProblemCode.ForbiddenOrigin)
                : await next(context))
            .MayFailWith(ProblemCode.ForbiddenOrigin);

    private static string WithoutDefaultPort(HttpRequest request, string scheme)
    {
        var defaultPort = string.Equals(scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) ? 443 : 80;
        return request.Host.Port == defaultPort ? request.Host.Host : request.Host.Value ?? "";
    }
}
