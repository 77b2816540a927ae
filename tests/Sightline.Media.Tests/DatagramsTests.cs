using System.Net;
using System.Net.Sockets;
using Sightline.Rtc;

namespace Sightline.Media.Tests;

/// <summary>Datagrams are read together, each with where it came from.</summary>
public sealed class DatagramsTests : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
    private readonly Datagrams _datagrams;

    public DatagramsTests()
    {
        _socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        _datagrams = new Datagrams(_socket);
    }

    [Fact(Timeout = 60_000)]
    public void Each_has_its_bytes_and_its_sender_over_both_families_and_one_that_is_too_long_is_empty()
    {
        var port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        using var first = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var second = new UdpClient(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        first.Send([1, 2, 3], new IPEndPoint(IPAddress.Loopback, port));
        second.Send(new byte[3000], new IPEndPoint(IPAddress.IPv6Loopback, port));
        second.Send([4], new IPEndPoint(IPAddress.IPv6Loopback, port));
        first.Send([5, 6], new IPEndPoint(IPAddress.Loopback, port));

        var read = new List<(byte[] Bytes, TransportAddress From)>();
        while (read.Count < 4 && _socket.Poll(-1, SelectMode.SelectRead))
        {
            var count = _datagrams.Read();
            for (var i = 0; i < count; i++) read.Add((_datagrams[i].ToArray(), _datagrams.From(i)));
        }

        read.Select(one => one.Bytes).ShouldBe([[1, 2, 3], [], [4], [5, 6]]);
        var (a, b) = (TransportAddress.From((IPEndPoint)first.Client.LocalEndPoint!), TransportAddress.From((IPEndPoint)second.Client.LocalEndPoint!));
        read.Select(one => one.From).ShouldBe([a, b, b, a]);
    }

    public void Dispose()
    {
        _datagrams.Dispose();
        _socket.Dispose();
    }
}
