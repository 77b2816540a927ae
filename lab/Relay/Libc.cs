using System.Runtime.InteropServices;

namespace Sightline.Relay;

/// <summary>The few calls of Linux that .NET has no words for: tun(4), timerfd_create(2), read(2), write(2).</summary>
internal static partial class Libc
{
    public const int ReadWrite = 2;
    public const int CloseOnExec = 0x80000;
    public const int ClockMonotonic = 1;
    public const int AbsoluteTime = 1;
    public const uint TunSetInterface = 0x400454ca;
    public const int Interrupted = 4;
    public const int TryAgain = 11;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Ioctl(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    public static partial int CreateTimer(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    public static unsafe partial int SetTimer(int descriptor, int flags, TimerSpec* value, TimerSpec* old);

    [StructLayout(LayoutKind.Sequential)]
    public struct TimerSpec
    {
        public nint IntervalS;
        public nint IntervalNs;
        public nint AtS;
        public nint AtNs;
    }
}
