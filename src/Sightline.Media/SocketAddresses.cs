using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sightline.Rtc;

namespace Sightline.Media;

/// <summary>Socket addresses (struct sockaddr_in and sockaddr_in6) to values and back, without allocation.</summary>
internal static class SocketAddresses
{
    private const int PortAt = 2;
    private const int IPv4At = 4;
    private const int IPv6At = 8;

    public static TransportAddress Read(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortAt..]);
        return address.Family == AddressFamily.InterNetwork
            ? TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[IPv4At..]), port)
            : new TransportAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes[IPv6At..]), port);
    }

    /// <param name="address">Of the socket's family.</param>
    public static void Write(TransportAddress value, SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortAt..], value.Port);
        if (address.Family == AddressFamily.InterNetwork)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[IPv4At..], value.IPv4);
        else
            BinaryPrimitives.WriteUInt128BigEndian(bytes[IPv6At..], value.Ip);
    }
}
