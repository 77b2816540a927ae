using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Sightline.Server.Accounts;

namespace Sightline.Server.Hosting;

/// <summary>
/// A browser adds the session cookie to requests that other pages make it send; only our own page knows the antiforgery token.
/// One gate for every endpoint, so that none can forget it.
/// </summary>
internal sealed class AntiforgeryGate(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (ChangesSomething(context.Request.Method) && CameWithCookie(context) && !await antiforgery.IsRequestValidAsync(context))
        {
            await Problems.Of(ProblemCode.Antiforgery).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private static bool ChangesSomething(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
            // CONNECT opens a WebSocket over HTTP/2: the sockets check the Origin themselves.
            || HttpMethods.IsConnect(method));

    /// <summary>Anything that is not a bearer token counts as a cookie: an unknown scheme must not slip through.</summary>
    public static bool CameWithCookie(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Ticket is { } ticket
        && !string.Equals(ticket.AuthenticationScheme, BearerTokens.AccessTokenScheme, StringComparison.Ordinal);
}
