using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Sightline.Relay;

/// <summary>
/// A network device whose other end is this process. It is made in the network namespace of whoever opens it, may be moved to
/// another one, and is gone with the process.
/// </summary>
internal sealed class TunDevice
{
    /// <summary>The most that IPv4 and IPv6 put into a packet; a longer buffer is never filled.</summary>
    public const int MaxPacketBytes = 65_575;

    /// <summary>IFNAMSIZ without the closing zero.</summary>
    public const int MaxNameLength = 15;

    private const int RequestBytes = 40;
    private const short TunWithoutHeader = 0x0001 | 0x1000;

    private readonly int _descriptor;

    /// <exception cref="Win32Exception">Not root, no /dev/net/tun, or the name is taken.</exception>
    public unsafe TunDevice(string name)
    {
        Name = name;
        _descriptor = Libc.Open("/dev/net/tun", Libc.ReadWrite | Libc.CloseOnExec);
        if (_descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());

        Span<byte> request = stackalloc byte[RequestBytes];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..MaxNameLength]);
        BitConverter.TryWriteBytes(request[(MaxNameLength + 1)..], TunWithoutHeader);
        fixed (byte* start = request)
        {
            if (Libc.Ioctl(_descriptor, Libc.TunSetInterface, start) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public string Name { get; }

    /// <summary>Waits for the next IP packet that the namespace sends, and returns its length; 0 when the device is gone.</summary>
    public unsafe int Read(Span<byte> packet)
    {
        fixed (byte* start = packet)
        {
            while (true)
            {
                var length = Libc.Read(_descriptor, start, packet.Length);
                if (length > 0) return (int)length;
                if (Marshal.GetLastPInvokeError() is not (Libc.Interrupted or Libc.TryAgain)) return 0;
            }
        }
    }

    /// <summary>Gives the namespace an IP packet. A device that is not up takes none, and the packet is gone as on a dead line.</summary>
    public unsafe void Write(ReadOnlySpan<byte> packet)
    {
        fixed (byte* start = packet)
        {
            while (Libc.Write(_descriptor, start, packet.Length) < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
            {
            }
        }
    }
}
