using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sightline.Server.Hosting;
using Sightline.Server.Turn;

namespace Sightline.Server.Tests.Turn;

/// <summary>A Development server without <c>Ice:Servers</c> brings its own relay, and takes it along when it goes.</summary>
public sealed class OwnRelayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-relay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_it_hands_out_works_and_a_killed_server_leaves_no_relay_behind()
    {
        await using var server = ServerProcess.Start(
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("ConnectionStrings:Sightline", await PrivatePostgres.NewDatabaseAsync()), ("Data:Folder", _folder));
        using var ada = new TestClient(await server.Ready);
        var link = (string)(await ada.Get("/demo/people").Json())["links"]![0]!["url"]!;
        (await ada.Get(link)).StatusCode.ShouldBe(HttpStatusCode.Found);

        var servers = (await ada.Get("/ice-servers").Json())["ice_servers"]!.AsArray();
        servers.Count.ShouldBe(2);
        var stun = (string)servers[0]!["urls"]!.AsArray().ShouldHaveSingleItem()!;
        var port = int.Parse(stun.Split(':')[2], CultureInfo.InvariantCulture);
        stun.ShouldBe($"stun:127.0.0.1:{port}");
        servers[1]!["urls"]!.AsArray().Select(url => (string?)url).ShouldBe([$"turn:127.0.0.1:{port}?transport=udp", $"turn:127.0.0.1:{port}?transport=tcp"]);
        (await AllocateClient.AllocateAsync(port, (string)servers[1]!["username"]!, (string)servers[1]!["credential"]!)).ShouldBe(0);

        var relay = int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "coturn", "pid"), TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        Processes.IsAlive(relay).ShouldBeTrue();
        (await File.ReadAllTextAsync($"/proc/{relay}/cmdline", TestContext.Current.CancellationToken)).ShouldNotContain(await File.ReadAllTextAsync(Path.Combine(_folder, "turn-secret"), TestContext.Current.CancellationToken));
        await server.KillAsync();
        await Processes.UntilAsync(() => !Processes.IsAlive(relay));
    }

    [Fact]
    public async Task A_port_that_was_chosen_and_is_taken_is_named_by_its_key()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;
        using var folder = new DataFolder(_folder);
        using var coturn = new EmbeddedCoturn(folder, Options.Create(new IceOptions { EmbeddedPort = port }), TimeProvider.System, NullLogger<EmbeddedCoturn>.Instance);

        var problem = await Should.ThrowAsync<StartupProblem>(() => coturn.StartAsync(TestContext.Current.CancellationToken));

        problem.Message.ShouldStartWith($"Ice:EmbeddedPort {port} is taken");
    }

    [Fact]
    public async Task Its_secret_outlives_the_server_so_that_credentials_do_too()
    {
        var first = await SecretAsync();

        (await SecretAsync()).ShouldBe(first);
        first.Length.ShouldBe(64);
        File.GetUnixFileMode(Path.Combine(_folder, "turn-secret")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task<string> SecretAsync()
    {
        using var folder = new DataFolder(_folder);
        using var coturn = new EmbeddedCoturn(folder, Options.Create(new IceOptions()), TimeProvider.System, NullLogger<EmbeddedCoturn>.Instance);
        await coturn.StartAsync(TestContext.Current.CancellationToken);
        await coturn.StopAsync(CancellationToken.None);
        return coturn.Running!.Secret;
    }
}
