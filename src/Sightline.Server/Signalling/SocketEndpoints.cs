using Sightline.Server.Hosting;
using Sightline.Server.Nodes;
using Sightline.Server.People;
using Sightline.Server.Telemetry;

namespace Sightline.Server.Signalling;

/// <summary>The two sockets: identity first, then the upgrade, then the socket's own loop until either side goes.</summary>
internal static class SocketEndpoints
{
    /// <summary>How often a silent socket is asked for a sign of life, and how long it may take to give one.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static void AddSignalling(this WebApplicationBuilder builder) => builder.Services
        .Configure<WebSocketOptions>(options =>
        {
            options.KeepAliveInterval = Heartbeat;
            options.KeepAliveTimeout = Heartbeat;
        })
        .AddSingleton<Switchboard>()
        .AddSingleton<IPresence>(provider => provider.GetRequiredService<Switchboard>())
        .AddSingleton<Attendance>()
        .AddSingleton<SocketGate>()
        .AddSingleton<NotificationSocket>()
        .AddSingleton<CallSocket>()
        .AddSingleton<NodeQueue>()
        .AddSingleton<INodeBus>(provider => provider.GetRequiredService<NodeQueue>())
        .AddSingleton<NodeInbox>()
        .AddHostedService<NodeLink>();

    public static void MapSignalling(this WebApplication app)
    {
        app.UseWebSockets();
        app.Map("/ws/notifications", (HttpContext http, NotificationSocket socket) =>
            ServeAsync(http, "notification", socket.RunAsync)).AllowAnonymous().ExcludeFromDescription();
        app.Map("/ws/call/{callId}", (HttpContext http, string callId, CallSocket socket, Switchboard switchboard) =>
        {
            var serial = switchboard.NextSerial();
            return ServeAsync(http, "call", (personId, connection, cancel) => socket.RunAsync(personId, callId, serial, connection, cancel));
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ServeAsync(HttpContext http, string kind, Func<Guid, SocketConnection, CancellationToken, Task> run)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            return Problems.Of(ProblemCode.Malformed, "This address speaks WebSocket.");
        }

        var (personId, forbidden) = await http.RequestServices.GetRequiredService<SocketGate>().IdentifyAsync(http);
        if (forbidden)
        {
            return Problems.Of(ProblemCode.ForbiddenOrigin, "A page of another origin needs a ticket.");
        }

        if (personId is null)
        {
            await http.RefuseAsync(CloseCode.NotSignedIn, "Not signed in.");
            return Results.Empty;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var metrics = http.RequestServices.GetRequiredService<ServerMetrics>();
        await using var connection = new SocketConnection(socket, http.RequestServices.GetRequiredService<TimeProvider>(), metrics);
        connection.Start();

        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await using var goingAway = stopping.Register(() => connection.Close(CloseCode.GoingAway, "The server restarts."));
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(connection.Gone, http.RequestAborted);
        metrics.Opened(kind);
        try
        {
            await run(personId.Value, connection, gone.Token);
        }
        finally
        {
            metrics.Closed(kind);
        }

        return Results.Empty;
    }
}
