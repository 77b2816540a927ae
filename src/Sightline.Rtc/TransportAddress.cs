using System.Buffers.Binary;
using System.Net;

namespace Sightline.Rtc;

/// <summary>An IP address and a UDP port as a value, so that comparing and passing them on allocates nothing.</summary>
/// <param name="Ip">The address; IPv4 in its IPv6-mapped form.</param>
/// <param name="Port">0 to 65535.</param>
public readonly record struct TransportAddress(UInt128 Ip, ushort Port)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    public bool IsIPv4 => Ip >> 32 == MappedPrefix >> 32;

    /// <summary>The address in IPv4; only where <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Ip;

    public static TransportAddress FromIPv4(uint ip, ushort port) => new(MappedPrefix | ip, port);

    public static TransportAddress From(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new(BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)endPoint.Port);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Ip);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>Says no more than the family: addresses are personal data, and this is what ends up in logs.</summary>
    public override string ToString() => IsIPv4 ? "an IPv4 address" : "an IPv6 address";
}
