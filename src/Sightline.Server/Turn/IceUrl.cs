using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Sightline.Server.Turn;

/// <summary>A STUN or TURN URL (RFC 7064, RFC 7065): <c>stun:host</c>, <c>turns:host:443?transport=tcp</c>.</summary>
public static partial class IceUrl
{
    public static bool IsValid(string url)
    {
        var match = Pattern().Match(url);
        var (address, port) = (match.Groups["ip6"], match.Groups["port"]);
        return match.Success
            && (!port.Success || (ushort.TryParse(port.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            && (!address.Success || (IPAddress.TryParse(address.ValueSpan, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6));
    }

    /// <summary>Whether it needs a credential.</summary>
    public static bool IsTurn(string url) => url.StartsWith("turn", StringComparison.Ordinal);

    [GeneratedRegex(
        """
        \A
        (stuns?|(?<turn>turns?)):
        (\[(?<ip6>[0-9A-Fa-f:.]+)\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?)
        (:(?<port>[0-9]{1,5}))?
        (?(turn)(\?transport=(udp|tcp))?)
        \z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Pattern();
}
