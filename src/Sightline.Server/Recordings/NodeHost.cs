using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Sightline.Media.Recording;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;

namespace Sightline.Server.Recordings;

/// <summary>
/// <c>sightline media</c>: the media node as a process of its own, for servers with <c>Recording:SeparateNode</c>. It takes the
/// section <c>Recording</c> as the server does, and orders only through the socket in its folder.
/// </summary>
internal static class NodeHost
{
    public const string Verb = "media";

    /// <summary>For what the disk still has to take, beyond the node's own limit.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddConciseConsole();
        Catalogue.Add<DataOptions>(builder, "Data");
        Catalogue.Add<RecordingOptions>(builder, RecordingOptions.Section);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IValidateOptions<RecordingOptions>, RecordingOptionsValidator>()
            .AddSingleton<DataFolder>()
            .AddSingleton<RecordingFolder>()
            .AddSingleton<RecordingParts>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.UseSockets(options => options.CreateBoundListenSocket = Bind);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = HostingSetup.MaxRequestBodyBytes;
        });

        await using var app = builder.Build();
        var folder = app.Services.GetRequiredService<RecordingFolder>().FullPath;
        using var claim = Claim(folder);
        app.Urls.Add($"http://unix:{NodeSocket.In(folder)}");
        await using var node = StartNode(app.Services.GetRequiredService<RecordingParts>());
        Map(app, node);

        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            app.Lifetime.StopApplication();
        });
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"\n  The media node is ready: {folder}\n\n  Ctrl-C stops it.\n");
        await app.WaitForShutdownAsync();
    }

    private static Socket Bind(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        // Before it listens: nobody else can have connected.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(endpoint.ToString()!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return socket;
    }

    /// <summary>One node at a time has a folder, until it ends, however it ends.</summary>
    /// <exception cref="StartupProblem">The folder cannot be written, its path is too long, or another node has it.</exception>
    private static FileStream Claim(string folder)
    {
        if (Encoding.UTF8.GetByteCount(NodeSocket.In(folder)) > NodeSocket.MaxPathBytes)
        {
            throw new StartupProblem($"the path of Recording:Folder is too long for the socket in it: {NodeSocket.MaxPathBytes} bytes with its name.");
        }

        var path = Path.Combine(folder, "node-lock");
        try
        {
            RecordingFolder.Create(folder);
            var claim = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // Left by a node that was killed.
            File.Delete(NodeSocket.In(folder));
            return claim;
        }
        catch (IOException cause) when (File.Exists(path))
        {
            throw new StartupProblem($"another media node is using {folder}; stop it, or set Recording:Folder to another folder.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StartupProblem($"the folder of recordings cannot be written ({cause.Message}); set Recording:Folder to one that can.", cause);
        }
    }

    private static RecordingNode StartNode(RecordingParts parts)
    {
        try
        {
            return parts.NewNode();
        }
        catch (Exception cause) when (cause is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new StartupProblem($"the media node cannot be had ({cause.Message}); see Recording:Folder and Recording:Port.", cause);
        }
    }

    private static void Map(WebApplication app, RecordingNode node)
    {
        app.MapPost(NodeSocket.OfferPath, (NodeSocket.OfferOrder order, CancellationToken cancel) => node.OfferAsync(order.Leg, order.Offer, cancel));
        app.MapPost(NodeSocket.RemovePath, async (LegName leg) => new NodeSocket.RemoveResult(await node.RemoveAsync(leg)));
        app.MapPost(NodeSocket.StopPath, (NodeSocket.StopOrder order) => node.StopAsync(order.RecordingId));
        app.MapGet(NodeSocket.StatePath, () => new NodeSocket.NodeState(node.IsDraining, node.ReadAll()));
    }
}
