using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sightline.Relay;

/// <summary>One thread waits for a moment that others may move: to some ten µs, where .NET's own timers know ms.</summary>
internal sealed class Alarm
{
    private const long SecondNs = 1_000_000_000;

    private readonly int _descriptor = Libc.CreateTimer(Libc.ClockMonotonic, Libc.CloseOnExec);

    public Alarm()
    {
        if (_descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>ns of the monotonic clock, the one that the timer runs on.</summary>
    public static long NowNs => TimeProvider.System.GetTimestamp();

    /// <summary>Rings at this moment, at once if it is over, whatever was set before.</summary>
    public unsafe void Set(long atNs)
    {
        var (seconds, rest) = Math.DivRem(Math.Max(atNs, 1), SecondNs);
        var value = new Libc.TimerSpec { AtS = (nint)seconds, AtNs = (nint)rest };
        if (Libc.SetTimer(_descriptor, Libc.AbsoluteTime, &value, null) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    public unsafe void Wait()
    {
        ulong rings;
        while (Libc.Read(_descriptor, (byte*)&rings, sizeof(ulong)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted) throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
