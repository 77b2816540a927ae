using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sightline.Server.Hosting;
using Sightline.Server.Turn;

namespace Sightline.Server.Tests.Turn;

/// <summary>Our credentials against a real coturn.</summary>
public sealed class EmbeddedCoturnTests : IAsyncLifetime
{
    private const string Current = "the-secret-of-this-month";
    private const string Previous = "the-secret-of-last-month";

    private static readonly Guid Ada = Guid.NewGuid();

    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-coturn-").FullName;
    private DataFolder _data = null!;
    private EmbeddedCoturn _coturn = null!;

    public async ValueTask InitializeAsync()
    {
        _data = new DataFolder(_folder);
        var options = new IceOptions { TurnSecret = Current, PreviousTurnSecret = Previous };
        _coturn = new EmbeddedCoturn(_data, Options.Create(options), TimeProvider.System, NullLogger<EmbeddedCoturn>.Instance);
        await _coturn.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _coturn.StopAsync(CancellationToken.None);
        _coturn.Dispose();
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Credentials_of_the_current_and_the_previous_secret_are_accepted_and_others_are_not()
    {
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

        (await AllocateAsync(TurnCredentials.Issue(Current, Ada, tomorrow))).ShouldBe(0);
        (await AllocateAsync(TurnCredentials.Issue(Previous, Ada, tomorrow))).ShouldBe(0);
        (await AllocateAsync(TurnCredentials.Issue("a secret that nobody knows", Ada, tomorrow))).ShouldBe(401);
        (await AllocateAsync(TurnCredentials.Issue(Current, Ada, yesterday))).ShouldBe(401);

        var credential = TurnCredentials.Issue(Current, Ada, tomorrow);
        var (expiry, opaque) = (credential.Username.Split(':')[0], credential.Username.Split(':')[1]);
        (await AllocateAsync(credential with { Username = $"{expiry}9:{opaque}" })).ShouldBe(401, "whoever stretches the expiry breaks the signature");
    }

    [Fact]
    public async Task A_coturn_that_runs_answers_this_server_and_one_that_does_not_is_named()
    {
        await AllocateAsync(TurnCredentials.Issue(Current, Ada, TimeProvider.System.GetUtcNow().AddHours(1)));
        using var own = new TurnReach(Options.Create(new IceOptions()), _coturn, TimeProvider.System);
        (await own.FindSilentAsync()).ShouldBeEmpty();

        using var taken = new System.Net.Sockets.UdpClient(0, System.Net.Sockets.AddressFamily.InterNetwork);
        var silent = $"stun:127.0.0.1:{((System.Net.IPEndPoint)taken.Client.LocalEndPoint!).Port}";
        var servers = new IceOptions { Servers = [new() { Urls = [$"stun:127.0.0.1:{_coturn.Running!.Port}", silent] }] };
        using var none = new EmbeddedCoturn(_data, Options.Create(servers), TimeProvider.System, NullLogger<EmbeddedCoturn>.Instance);
        using var both = new TurnReach(Options.Create(servers), none, TimeProvider.System);
        (await both.FindSilentAsync()).ShouldBe(["Ice:Servers:0:Urls:1"]);
    }

    [Fact]
    public async Task A_coturn_that_dies_is_started_again()
    {
        var credential = TurnCredentials.Issue(Current, Ada, TimeProvider.System.GetUtcNow().AddHours(1));
        (await AllocateAsync(credential)).ShouldBe(0);
        var pidFile = Path.Combine(_folder, "coturn", "pid");
        var first = int.Parse(await File.ReadAllTextAsync(pidFile, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);

        using (var process = System.Diagnostics.Process.GetProcessById(first))
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await AllocateAsync(credential)).ShouldBe(0);
    }

    [Fact]
    public void Its_secrets_are_readable_by_nobody_else()
    {
        var mode = File.GetUnixFileMode(Path.Combine(_folder, "coturn", "turnserver.conf"));

        mode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Task<int> AllocateAsync(TurnCredential credential) =>
        AllocateClient.AllocateAsync(_coturn.Running!.Port, credential.Username, credential.Credential);
}
