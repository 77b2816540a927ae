using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Sightline.Server.Turn;

/// <summary>A STUN or TURN URL (RFC 7064, RFC 7065): <c>stun:host</c>, <c>turns:host:443?transport=tcp</c>.</summary>
public static partial class IceUrl
{
    public static bool IsValid(string url) =>
        Pattern().Match(url) is { Success: true } match
        && (!match.Groups["port"].Success || ushort.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        && (!match.Groups["ip6"].Success || IPAddress.TryParse(match.Groups["ip6"].ValueSpan, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6);

    /// <summary>Whether it needs a credential.</summary>
    public static bool IsTurn(string url) => url.StartsWith("turn", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\A(?:stuns?|(?<turn>turns?)):(?:\[(?<ip6>[0-9A-Fa-f:.]+)\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?)(?::(?<port>[0-9]{1,5}))?(?(turn)(?:\?transport=(?:udp|tcp))?)\z",
        RegexOptions.None,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex Pattern();
}
