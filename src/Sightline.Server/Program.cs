using Sightline.Server.Accounts;
using Sightline.Server.Calls;
using Sightline.Server.Channels;
using Sightline.Server.Configuration;
using Sightline.Server.Database;
using Sightline.Server.Hosting;
using Sightline.Server.People;
using Sightline.Server.Push;
using Sightline.Server.Recordings;
using Sightline.Server.Reports;
using Sightline.Server.Settings;
using Sightline.Server.Signalling;
using Sightline.Server.Telemetry;
using Sightline.Server.Turn;

namespace Sightline.Server;

/// <summary>The table of contents: what the server is made of and what it answers, a folder a line.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddHosting();
        builder.AddTelemetry();
        builder.AddDatabase();
        builder.AddAccounts();
        builder.AddPeople();
        builder.AddChannels();
        builder.AddTurn();
        builder.AddPush();
        builder.AddSettings();
        builder.AddSignalling();
        builder.AddCalls();
        builder.AddRecordings();
        builder.AddReports();
        builder.AddSelfCheck();

        var app = builder.Build();
        app.UseHosting();

        app.MapHealth();
        app.MapProtocol();
        app.MapAccounts();
        app.MapTickets();
        app.MapDemoPeople();
        app.MapPeople();
        app.MapChannels();
        app.MapIceServers();
        app.MapPush();
        app.MapSettings();
        app.MapCalls();
        app.MapRecordings();
        app.MapReports();
        app.MapSignalling();
        app.MapTelemetry();
        return app;
    }
}
