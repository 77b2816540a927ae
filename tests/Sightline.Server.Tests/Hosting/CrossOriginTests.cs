using System.Net.Http.Headers;
using Sightline.Server.Hosting;

namespace Sightline.Server.Tests.Hosting;

public class CrossOriginTests
{
    private const string Friend = "https://intranet.example.org";

    [Fact]
    public async Task A_page_of_a_configured_origin_may_use_the_api_with_a_token_and_never_with_the_cookie()
    {
        await using var server = await TestServer.StartAsync(("Cors:Origins:0", Friend));

        var friend = await PreflightAsync(server, Friend);
        friend.GetValues("Access-Control-Allow-Origin").ShouldHaveSingleItem().ShouldBe(Friend);
        friend.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        (await PreflightAsync(server, "https://evil.example")).Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Fact]
    public async Task Without_configured_origins_no_other_page_may()
    {
        await using var server = await TestServer.StartAsync();

        (await PreflightAsync(server, Friend)).Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Theory]
    [InlineData("intranet.example.org")]
    [InlineData("https://intranet.example.org/page")]
    [InlineData("*")]
    [InlineData("ftp://intranet.example.org")]
    public async Task Something_that_is_no_origin_stops_the_start_and_names_the_key(string origin) =>
        (await Should.ThrowAsync<StartupProblem>(() => TestServer.StartAsync(("Cors:Origins:0", origin)))).Message.ShouldStartWith("Cors:Origins:0");

    private static async Task<HttpResponseHeaders> PreflightAsync(TestServer server, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/calls/initiate");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return (await server.Browser().SendAsync(request, TestContext.Current.CancellationToken)).Headers;
    }
}
