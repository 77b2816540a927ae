using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sightline.Relay.Tests;

/// <summary>The real relay with a namespace on either side, and a socket in each.</summary>
internal sealed class Crossroads : IDisposable
{
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;
    private const int ReceiveBufferBytes = 8_000_000;
    private const int IpAndUdpBytes = 28;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IPEndPoint LeftAddress = new(IPAddress.Parse("10.99.0.1"), 5000);
    private static readonly IPEndPoint RightAddress = new(IPAddress.Parse("10.99.0.2"), 5000);

    private readonly Namespace _middle = new();
    private readonly Namespace _left = new();
    private readonly Namespace _right = new();
    private readonly Process _relay;
    private readonly Socket _sender;
    private readonly Socket _receiver;

    public Crossroads(ulong seed)
    {
        var relay = Path.Combine(AppContext.BaseDirectory, "Sightline.Relay.dll");
        string[] arguments = [relay, "--left", "left", "--right", "right", "--seed", $"{seed}"];
        _relay = _middle.Do(() => Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        try
        {
            _relay.StandardOutput.ReadLine().ShouldBe("""{"ready":true}""");
            Move("left", _left, LeftAddress, RightAddress);
            Move("right", _right, RightAddress, LeftAddress);
            _sender = _left.Do(() => Open(LeftAddress));
            _receiver = _right.Do(() => Open(RightAddress));
        }
        catch
        {
            _relay.Kill();
            throw;
        }
    }

    public static long NowNs => TimeProvider.System.GetTimestamp();

    /// <summary>Sets the conditions, and returns when they hold.</summary>
    public void Set(string toRight)
    {
        _relay.StandardInput.WriteLine($$"""{"toRight":{{toRight}}}""");
        _relay.StandardInput.Flush();
        _relay.StandardOutput.ReadLine().ShouldBe("""{"set":true}""");
    }

    /// <summary>
    /// Sends from left to right, then lifts all conditions and waits for a last packet. The order is kept, so nothing can
    /// come after it.
    /// </summary>
    /// <param name="lengthBytes">Of the IP packet.</param>
    /// <returns>When each was sent and when it came, in ns, or null for those that did not come.</returns>
    public List<(long SentNs, long? CameNs)> Send(string toRight, int packets, double everyMs, int lengthBytes)
    {
        Set(toRight);
        var sentNs = new long[packets];
        var cameNs = new long?[packets];
        var receiving = new Thread(() => Receive(cameNs)) { IsBackground = true };
        receiving.Start();

        var packet = new byte[lengthBytes - IpAndUdpBytes];
        var nextNs = NowNs;
        for (var number = 0; number < packets; number++)
        {
            while (NowNs < nextNs) Thread.Yield();
            sentNs[number] = NowNs;
            BitConverter.TryWriteBytes(packet, number);
            _sender.SendTo(packet, RightAddress);
            // Time that was lost is not made up for in a burst.
            nextNs = Math.Max(nextNs, sentNs[number] - 5_000_000) + (long)(everyMs * 1e6);
        }

        Set("{}");
        BitConverter.TryWriteBytes(packet, -1);
        _sender.SendTo(packet, RightAddress);
        receiving.Join(Patience).ShouldBeTrue("The last packet did not come.");
        return [.. sentNs.Zip(cameNs)];
    }

    /// <summary>Closes the relay's input, and returns its exit code.</summary>
    public int End()
    {
        _relay.StandardInput.Close();
        _relay.WaitForExit();
        return _relay.ExitCode;
    }

    public void Dispose()
    {
        _relay.Kill();
        _relay.Dispose();
        _sender.Dispose();
        _receiver.Dispose();
        _left.Dispose();
        _right.Dispose();
        _middle.Dispose();
    }

    private static Socket Open(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(ReceiveBufferBytes));
        socket.Bind(address);
        return socket;
    }

    private void Move(string device, Namespace side, IPEndPoint own, IPEndPoint other)
    {
        _middle.Ip($"link set {device} netns {side.Path}");
        // Packets of the kernel's own would be counted, and a short queue would lose some of ours on a busy machine.
        side.Ip($"link set {device} addrgenmode none txqueuelen 10000");
        side.Ip($"addr add {own.Address} peer {other.Address} dev {device}");
        side.Ip($"link set {device} up");
    }

    private void Receive(long?[] cameNs)
    {
        var packet = new byte[2000];
        while (true)
        {
            _receiver.Receive(packet);
            if (BitConverter.ToInt32(packet) is >= 0 and var number) cameNs[number] = NowNs;
            else return;
        }
    }
}
