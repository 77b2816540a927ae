using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sightline.Server.Tests;

/// <summary>What a test wants otherwise than the rest.</summary>
public sealed record TestServerOptions
{
    /// <summary>Neither Development, with its demo people, nor Production, with its TLS.</summary>
    public string Environment { get; init; } = "Test";

    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>Null for the real one; see <see cref="ManualClock"/>.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Parts that take the place of the real ones.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Null for a new database; another server's for a second node.</summary>
    public string? ConnectionString { get; init; }
}

/// <summary>
/// The server as it is, in this process: put together as Program does it, on Kestrel and a free port, with a real database.
/// <code>await using var server = await TestServer.StartAsync(); var ada = await server.SignUpAsync("Ada");</code>
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    private const int CheapHashIterations = 1000;

    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];
    private int _people;

    private TestServer(WebApplication app, string connectionString, CapturedLogs logs)
    {
        _app = app;
        ConnectionString = connectionString;
        Logs = logs;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public string ConnectionString { get; }

    public IServiceProvider Services => _app.Services;

    public CapturedLogs Logs { get; }

    public static Task<TestServer> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(new TestServerOptions { Settings = settings });

    public static async Task<TestServer> StartAsync(TestServerOptions options)
    {
        var connectionString = options.ConnectionString ?? await PrivatePostgres.NewDatabaseAsync();
        var app = Program.Build(CreateBuilder(options, connectionString));
        try
        {
            var logs = new CapturedLogs();
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
            await app.StartAsync();
            return new TestServer(app, connectionString, logs);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A browser that nobody has signed in with yet: keeps cookies, follows no redirect.</summary>
    public TestClient Browser()
    {
        var client = new TestClient(Address);
        _clients.Add(client);
        return client;
    }

    /// <summary>Somebody new, signed in with a cookie in <see cref="TestPerson.Client"/>.</summary>
    public async Task<TestPerson> SignUpAsync(string displayName)
    {
        var email = $"person{Interlocked.Increment(ref _people)}-{Guid.NewGuid():N}@example.org";
        var password = $"password of {displayName}";
        var browser = Browser();
        var response = await browser.PostAsJsonAsync("/account/sign-up", new { email, password, display_name = displayName });
        response.EnsureSuccessStatusCode();
        var me = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        browser.UseAntiforgery((string)me["antiforgery_token"]!);
        return new TestPerson(this, (Guid)me["person_id"]!, displayName, email, password, browser);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplicationBuilder CreateBuilder(TestServerOptions options, string connectionString)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = options.Environment,
            ContentRootPath = AppContext.BaseDirectory,
        });
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConnectionStrings:Sightline"] = connectionString,
            ["Accounts:AttemptsPerMinute"] = "1000000",
            ["Ice:Servers:0:Urls:0"] = "stun:stun.example.org",
            ["Logging:Console:LogLevel:Default"] = "None",
        };
        foreach (var (key, value) in options.Settings)
        {
            settings[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = CheapHashIterations);
        options.Services(builder.Services);
        if (options.Clock is not null)
        {
            builder.Services.AddSingleton(options.Clock);
        }

        return builder;
    }
}
