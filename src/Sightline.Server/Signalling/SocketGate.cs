using System.Net.WebSockets;
using Sightline.Server.Accounts;
using Sightline.Server.Hosting;

namespace Sightline.Server.Signalling;

/// <summary>
/// Who is behind a socket. A cookie counts only with the server's own <c>Origin</c>, for a browser sends it along from any
/// page; a bearer token or a one-time ticket was given on purpose and counts from anywhere.
/// </summary>
internal sealed class SocketGate(Tickets tickets)
{
    /// <summary>The person, or <c>null</c>; <c>Forbidden</c> when a foreign page tried to use the cookie.</summary>
    public async Task<(Guid? PersonId, bool Forbidden)> IdentifyAsync(HttpContext http)
    {
        if (http.Request.Query["ticket"] is [{ Length: > 0 } ticket])
        {
            return (await tickets.RedeemAsync(ticket, http.RequestAborted), Forbidden: false);
        }

        if (AntiforgeryGate.CameWithCookie(http) && Origins.IsForeign(http.Request))
        {
            return (PersonId: null, Forbidden: true);
        }

        return (http.User.Identity is { IsAuthenticated: true } ? http.User.PersonId() : null, Forbidden: false);
    }
}

internal static class SocketRefusal
{
    /// <summary>Opens the socket only to say why it closes: a browser cannot read the status of a refused upgrade.</summary>
    public static async Task RefuseAsync(this HttpContext http, CloseCode code, string reason)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        try
        {
            await socket.CloseAsync((WebSocketCloseStatus)(int)code, reason, http.RequestAborted);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // Gone before it was told.
        }
    }
}
