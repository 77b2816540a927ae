using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Sightline.Server.Configuration;
using IPNetwork = System.Net.IPNetwork;

namespace Sightline.Server.Hosting;

/// <summary>The key <c>Proxies</c>.</summary>
internal sealed class ProxiesOptions
{
    /// <summary>Addresses or networks of proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    [Setting(Without = "only this machine's own")]
    public IReadOnlyList<string> Proxies { get; set; } = [];
}

/// <summary>
/// Behind a proxy such as nginx every request would come from the proxy, and without TLS. What it says in <c>X-Forwarded-For</c> and
/// <c>X-Forwarded-Proto</c> is believed where it runs on this machine or in a network of <c>Proxies</c>, and of nobody else.
/// </summary>
internal static class Proxies
{
    private const string Key = "Proxies";

    public static void AddProxies(this WebApplicationBuilder builder)
    {
        Catalogue.Add<ProxiesOptions>(builder, section: "");
        var networks = (builder.Configuration.GetSection(Key).Get<string[]>() ?? []).Select(Parse).ToList();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var network in networks)
            {
                options.KnownIPNetworks.Add(network);
            }
        });
    }

    private static IPNetwork Parse(string text, int index)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new StartupProblem($"{Key}:{index} is neither an address nor a network such as 10.0.0.0/8: \"{text}\"");
    }
}
