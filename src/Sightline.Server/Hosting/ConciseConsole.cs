using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Sightline.Server.Hosting;

/// <summary>One line a message: <c>20:15:03 warn EmbeddedCoturn: coturn ended with code 1</c>.</summary>
internal sealed class ConciseConsole(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "concise";

    /// <summary>The host says it with a stack trace; <see cref="CommandLine"/> says it in one sentence.</summary>
    private const string StartupFaulted = "HostedServiceStartupFaulted";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (string.Equals(logEntry.EventId.Name, StartupFaulted, StringComparison.Ordinal))
        {
            return;
        }

        var source = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        textWriter.Write($"{clock.GetLocalNow():HH:mm:ss} {Word(logEntry.LogLevel)} {source}: ");
        textWriter.WriteLine(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        LogLevel.None => "",
    };
}

internal static class ConciseConsoleSetup
{
    public static void AddConciseConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsole(console =>
        {
            console.FormatterName = ConciseConsole.FormatterName;
            // A console that is slower than the server must not hold up calls.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.AddConsoleFormatter<ConciseConsole, ConsoleFormatterOptions>();
    }
}
