using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sightline.Server.Tests;

/// <summary>The server as people start it: a process of its own, which can be killed.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>Only ever reached by a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _errors = [];

    private ServerProcess(Process process)
    {
        _process = process;
    }

    /// <summary>Completes with the address once the server says that it is ready.</summary>
    public Task<Uri> Ready => _ready.Task.WaitAsync(Patience);

    public static ServerProcess Start(params (string Key, string Value)[] settings) => Start([], settings);

    /// <summary>A media node by itself. <see cref="Ready"/> does not tell of it.</summary>
    public static ServerProcess StartNode(params (string Key, string Value)[] settings) => Start(["media"], settings);

    private static ServerProcess Start(string[] words, (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Sightline.Server.dll"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, line) => server.Read(line.Data);
        server._process.ErrorDataReceived += (_, line) => server._errors.Add(line.Data ?? "");
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code and what it wrote to standard error.</returns>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, string.Join('\n', _errors).Trim());
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>As Ctrl-C or a service manager does it.</summary>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        return (await EndAsync()).ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync();
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is not null && ReadyPattern().Match(line) is { Success: true } match)
        {
            _ready.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"(?<=Sightline is ready: )\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadyPattern();
}
