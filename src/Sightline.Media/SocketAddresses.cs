using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sightline.Rtc;

namespace Sightline.Media;

/// <summary>Socket addresses (struct sockaddr_in and sockaddr_in6) to values and back, without allocation.</summary>
internal static class SocketAddresses
{
    /// <summary>AF_INET; on the BSDs the byte before it is the length of the whole.</summary>
    private const byte IPv4Family = 2;

    private static readonly int FamilyAt = OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 1 : 0;
    private const int PortAt = 2;
    private const int IPv4At = 4;
    private const int IPv6At = 8;

    public static TransportAddress Read(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[PortAt..]);
        return address[FamilyAt] == IPv4Family
            ? TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address[IPv4At..]), port)
            : new TransportAddress(BinaryPrimitives.ReadUInt128BigEndian(address[IPv6At..]), port);
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
