using System.ComponentModel;
using System.Diagnostics;

namespace Sightline.Server.Hosting;

/// <param name="Output">What it printed, standard output and errors together.</param>
internal sealed record CommandResult(int ExitCode, string Output)
{
    /// <summary>The line that says most: programs end with what went wrong.</summary>
    public string LastLine =>
        Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?? $"exit code {ExitCode}";
}

/// <summary>Runs the small programs that come with PostgreSQL, coturn and the system.</summary>
internal static class Command
{
    /// <param name="user">Who runs it; null for the server's own user.</param>
    /// <exception cref="StartupProblem">There is no such program.</exception>
    public static async Task<CommandResult> RunAsync(
        ServiceUser? user, string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Prepare(user, program, arguments) };
        Start(process);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new CommandResult(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static async Task RunOrFailAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(user: null, program, arguments, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new StartupProblem($"{program} failed: {result.LastLine}");
        }
    }

    public static ProcessStartInfo Prepare(ServiceUser? user, string program, IEnumerable<string> arguments)
    {
        string[] words = [.. user?.Prefix ?? [], program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The folder that the server was started in may be closed to the other user.
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory),
        };

        // The person's own PostgreSQL settings are not meant for ours, and messages are to be read by us.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }

    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception cause)
        {
            throw new StartupProblem($"{process.StartInfo.FileName} cannot be run ({cause.Message}).", cause);
        }
    }
}
