using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Push;

/// <summary>
/// Where a push may go: anybody signed in names an address that this server then sends to, so it must not be one of the
/// server's own network.
/// </summary>
internal static class PushAddress
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            // Of IPv6 only 2000::/3 is public; in it, what carries an IPv4 address and what is for examples is not.
            "::/3", "4000::/2", "8000::/1", "2001::/32", "2001:db8::/32", "2002::/16",
        }.Select(IPNetwork.Parse),
    ];

    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Array.Exists(NotPublic, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Whether this may be an endpoint, as far as can be told without asking the DNS.</summary>
    public static bool IsEndpoint(string text, bool anywhere)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return false;
        }

        if (anywhere)
        {
            return uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp;
        }

        return uri.Scheme == Uri.UriSchemeHttps && (IPAddress.TryParse(uri.DnsSafeHost, out var address)
            ? IsPublic(address)
            : uri.HostNameType == UriHostNameType.Dns && !uri.IsLoopback && uri.Host.TrimEnd('.').Contains('.', StringComparison.Ordinal));
    }

    /// <summary>Connects to a public address of the host: to the very address that was looked at, whatever the DNS says next.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancel)
    {
        var addresses = Array.FindAll(await Dns.GetHostAddressesAsync(host.Host, cancel), IsPublic);
        if (addresses.Length == 0)
        {
            throw new HttpRequestException("The endpoint is not on the public internet.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
