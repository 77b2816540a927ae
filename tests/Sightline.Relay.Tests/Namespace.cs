using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Sightline.Relay.Tests;

/// <summary>
/// A network namespace without a name. It belongs to one thread and to what that thread opens and starts, so the kernel takes
/// it away with them, even when the tests are killed.
/// </summary>
internal sealed partial class Namespace : IDisposable
{
    private const int NewNetwork = 0x40000000;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public Namespace()
    {
        _thread = new Thread(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable()) action();
        })
        { IsBackground = true };
        _thread.Start();
        Path = Do(() => Unshare(NewNetwork) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/task/{ThreadId()}/ns/net")
            : throw new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    /// <summary>What <c>ip link set … netns</c> takes.</summary>
    public string Path { get; }

    /// <summary>Runs in the namespace: sockets that it opens and processes that it starts stay there.</summary>
    public T Do<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(action());
            }
#pragma warning disable CA1031 // Whatever went wrong goes to the caller's thread.
            catch (Exception wrong)
#pragma warning restore CA1031
            {
                done.SetException(wrong);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Runs ip(8) in the namespace.</summary>
    public void Ip(string arguments) => Do(() =>
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var complaint = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        return ip.ExitCode == 0 ? 0 : throw new InvalidOperationException($"ip {arguments}: {complaint}");
    });

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();
}
