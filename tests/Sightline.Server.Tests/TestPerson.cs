using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sightline.Server.Tests.Signalling;

namespace Sightline.Server.Tests;

/// <summary>Somebody with an account.</summary>
public sealed class TestPerson(TestServer server, Guid personId, string displayName, string email, string password, TestClient client)
{
    public Guid PersonId => personId;

    public string DisplayName => displayName;

    public string Email => email;

    public string Password => password;

    /// <summary>The browser that this person is signed in with: cookie and antiforgery header.</summary>
    public TestClient Client => client;

    /// <summary>The session as a Cookie header.</summary>
    public string Cookie => client.Cookies.GetCookieHeader(server.Address);

    /// <summary>Another client of this person, which is no browser: a bearer token.</summary>
    public async Task<HttpClient> BearerAsync()
    {
        var response = await server.Browser().PostAsJsonAsync("/account/token", new { email, password });
        response.EnsureSuccessStatusCode();
        var token = (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!;
        var bearer = server.Browser();
        bearer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return bearer;
    }

    /// <summary>A socket as this person's browser opens it.</summary>
    internal Task<DeviceSocket> OpenSocketAsync(string path) =>
        DeviceSocket.OpenAsync(new UriBuilder(new Uri(server.Address, path)) { Scheme = "ws" }.Uri, ("Cookie", Cookie));
}

/// <summary>An HttpClient like a browser: it keeps cookies, and it shows redirects instead of following them.</summary>
public sealed class TestClient : HttpClient
{
    public const string AntiforgeryHeader = "X-Sightline-Antiforgery";

    public TestClient(Uri address)
        : this(address, new CookieContainer())
    {
    }

    private TestClient(Uri address, CookieContainer cookies)
        : base(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false })
    {
        Cookies = cookies;
        BaseAddress = address;
    }

    public CookieContainer Cookies { get; }

    public void UseAntiforgery(string token)
    {
        DefaultRequestHeaders.Remove(AntiforgeryHeader);
        DefaultRequestHeaders.Add(AntiforgeryHeader, token);
    }
}
