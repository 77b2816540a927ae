using System.Diagnostics;

namespace Sightline.Server.Tests;

/// <summary>What other processes do tells nobody: it has to be looked at.</summary>
internal static class Processes
{
    /// <summary>Only ever reached by a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>A process that has ended and that nobody has asked about yet is a zombie: it does not live.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>kill -9.</summary>
    public static async Task KillAsync(int process)
    {
        using (var kill = Process.Start("kill", ["-9", $"{process}"]))
        {
            await kill.WaitForExitAsync();
        }

        await UntilAsync(() => !IsAlive(process));
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(LookInterval, TimeProvider.System, patience.Token);
        }
    }
}
