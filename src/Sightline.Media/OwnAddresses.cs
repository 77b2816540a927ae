using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Sightline.Media;

/// <summary>Where this machine is reached when nobody says it.</summary>
internal static class OwnAddresses
{
    /// <summary>An answer names no more than these.</summary>
    public const int Max = 8;

    /// <summary>Those of its networks; of a machine without any, its loopback.</summary>
    public static IReadOnlyList<IPAddress> Read()
    {
        IPAddress[] addresses =
        [
            .. from card in NetworkInterface.GetAllNetworkInterfaces()
               where card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback
               from address in card.GetIPProperties().UnicastAddresses
               where address.Address is { AddressFamily: AddressFamily.InterNetwork } or { IsIPv6LinkLocal: false }
               select address.Address,
        ];
        return addresses.Length > 0 ? [.. addresses.Take(Max)] : [IPAddress.Loopback];
    }
}
