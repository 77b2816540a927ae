using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sightline.Server.Hosting;

/// <summary>What a feature tells the person who started the server, once it answers.</summary>
public interface IBannerLines
{
    /// <param name="address">Where the server answers, without a slash at the end.</param>
    IEnumerable<string> Lines(string address);
}

internal sealed class AddressLine : IBannerLines
{
    public IEnumerable<string> Lines(string address) => [$"Sightline is ready: {address}"];
}

internal static class Banner
{
    public static string For(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        var banner = new StringBuilder().AppendLine();
        foreach (var feature in app.Services.GetServices<IBannerLines>())
        {
            var lines = feature.Lines(address.TrimEnd('/')).ToList();
            foreach (var line in lines)
            {
                banner.Append("  ").AppendLine(line);
            }

            if (lines.Count > 0)
            {
                banner.AppendLine();
            }
        }

        return banner.Append("  Ctrl-C stops it.").AppendLine().ToString();
    }
}
