using System.Diagnostics;

namespace Sightline.Server.Telemetry;

/// <summary>
/// What a request's own span says: method, route and status, and never the address itself, which may hold a ticket or a name
/// that somebody looks for. Sockets live as long as calls, and probes come every few seconds: neither is a span.
/// </summary>
internal sealed class RequestTrace(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (Activity.Current is not { } activity)
        {
            await next(http);
            return;
        }

        // A client's own words.
        activity.TraceStateString = null;
        try
        {
            await next(http);
        }
        finally
        {
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            if (route is null || route.StartsWith("/ws/", StringComparison.Ordinal) || route.StartsWith("/health", StringComparison.Ordinal)
                || route.StartsWith("/metrics", StringComparison.Ordinal))
            {
                activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }

            activity.DisplayName = $"{http.Request.Method} {route}";
            activity.SetTag("http.request.method", http.Request.Method);
            activity.SetTag("http.route", route);
            activity.SetTag("http.response.status_code", http.Response.StatusCode);
        }
    }
}
