using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Sightline.Server.Configuration;
using Sightline.Server.Recordings;

namespace Sightline.Server.Hosting;

/// <summary>
/// <c>Sightline.Server</c> runs the server, <c>Sightline.Server media</c> a media node alone. <c>export-protocol FOLDER</c> writes the
/// protocol's machine-readable form and ends, <c>export-configuration FILE</c> the page about settings. Whoever can mend what stops
/// the start sees one sentence and exit code 1, not a stack trace.
/// </summary>
internal static class CommandLine
{
    private const string DefaultAddress = "http://localhost:5080";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is [ProtocolExport.Verb, var folder])
            {
                await ProtocolExport.WriteAsync(folder);
                return 0;
            }

            if (args is [ConfigurationPage.Verb, var file])
            {
                await ConfigurationPage.WriteAsync(file);
                return 0;
            }

            if (args is [NodeHost.Verb, .. var settings])
            {
                await NodeHost.RunAsync(settings);
                return 0;
            }

            await ServeAsync(CreateBuilder(args));
            return 0;
        }
        catch (Exception problem) when (SentenceFor(problem) is { } sentence)
        {
            await Console.Error.WriteLineAsync($"Sightline cannot start: {sentence}");
            return 1;
        }
    }

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // The settings are beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        string[] addresses = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];
        if (!addresses.Any(key => builder.Configuration.GetSection(key).Exists()))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        return builder;
    }

    private static async Task ServeAsync(WebApplicationBuilder builder)
    {
        await using var app = Program.Build(builder);

        // A closed terminal stops the server as Ctrl-C does.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            app.Lifetime.StopApplication();
        });

        try
        {
            await app.StartAsync();
            await Console.Out.WriteLineAsync(Banner.For(app));
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        await app.WaitForShutdownAsync();
    }

    private static string? SentenceFor(Exception problem) => problem switch
    {
        StartupProblem => problem.Message,
        OptionsValidationException options => string.Join(' ', options.Failures),
        // Says which key could not be read as what.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => problem.Message,
        // Kestrel: the address is taken, or not ours.
        IOException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => $"{problem.Message} Set another one with --urls.",
        _ => null,
    };
}
