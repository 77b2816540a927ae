using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sightline.Server.Hosting;
using Sightline.Server.Turn;

namespace Sightline.Server.Tests.Turn;

/// <summary>The configuration in <c>deploy/coturn</c>, filled in as its README says, in a real coturn.</summary>
public sealed class DeliveredCoturnTests : IAsyncLifetime
{
    private const string Secret = "a-secret-as-long-as-the-readme-asks-for";
    private const string Name = "turn.test";
    private const int MaxStartAttempts = 10;

    private static readonly Guid Ada = Guid.NewGuid();

    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-delivered-").FullName;
    private readonly TurnCredential _credential = TurnCredentials.Issue(Secret, Ada, TimeProvider.System.GetUtcNow().AddHours(1));
    private Process _coturn = null!;
    private int _port;
    private int _tlsPort;

    public async ValueTask InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());

        // A port that was free may be taken by now.
        for (var attempt = 1; ; attempt++)
        {
            (_port, _tlsPort) = (FreePort(), FreePort());
            await File.WriteAllTextAsync(Path.Combine(_folder, "turnserver.conf"), await FilledInAsync());
            _coturn = Process.Start(new ProcessStartInfo(
                EmbeddedCoturn.FindProgram()!,
                [
                    "-c", Path.Combine(_folder, "turnserver.conf"),
                    "--listening-ip=127.0.0.1",
                    $"--userdb={Path.Combine(_folder, "db")}",
                    $"--pidfile={Path.Combine(_folder, "pid")}",
                ])
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            _coturn.BeginOutputReadLine();
            _coturn.BeginErrorReadLine();
            if (await ListensAsync())
            {
                return;
            }

            _coturn.Dispose();
            attempt.ShouldBeLessThan(MaxStartAttempts, "coturn ends at its start");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _coturn.Kill();
        await _coturn.WaitForExitAsync();
        _coturn.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Relays_over_udp_tcp_and_tls_for_whom_the_server_signed_a_credential()
    {
        var (username, credential) = _credential;

        (await AllocateClient.AllocateAsync(_port, username, credential)).ShouldBe(0);
        await using var tcp = await ConnectAsync(_port);
        (await AllocateClient.AllocateAsync(tcp, username, credential)).ShouldBe(0);
        await using var tls = await SecureAsync(await ConnectAsync(_tlsPort));
        (await AllocateClient.AllocateAsync(tls, username, credential)).ShouldBe(0);
        await using var stranger = await SecureAsync(await ConnectAsync(_tlsPort));
        (await AllocateClient.AllocateAsync(stranger, username, "a guess")).ShouldBe(401);
    }

    [Fact]
    public async Task Sends_to_the_internet_and_never_into_the_network_that_it_stands_in()
    {
        await using var stream = await ConnectAsync(_port);
        string[] peers = ["198.51.100.7", "127.0.0.1", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.20.0.1", "192.168.1.1", "224.0.0.1"];

        var codes = await AllocateClient.PermitAsync(stream, _credential.Username, _credential.Credential, peers.Select(IPAddress.Parse));

        codes[0].ShouldBe(0);
        codes.Skip(1).ShouldAllBe(code => code == 403);
    }

    private async Task<string> FilledInAsync()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Find("deploy/coturn")!, "turnserver.conf"));
        return new (string Delivered, string Here)[]
        {
            ("static-auth-secret=REPLACE-WITH-A-LONG-RANDOM-SECRET", $"static-auth-secret={Secret}"),
            ("realm=turn.example.org", $"realm={Name}"),
            ("cert=/etc/coturn/fullchain.pem", $"cert={Path.Combine(_folder, "cert.pem")}"),
            ("pkey=/etc/coturn/privkey.pem", $"pkey={Path.Combine(_folder, "key.pem")}"),
            ("\nlistening-port=3478\n", string.Create(CultureInfo.InvariantCulture, $"\nlistening-port={_port}\n")),
            ("tls-listening-port=443", string.Create(CultureInfo.InvariantCulture, $"tls-listening-port={_tlsPort}")),
        }.Aggregate(text, (filled, line) =>
        {
            filled.ShouldContain(line.Delivered);
            return filled.Replace(line.Delivered, line.Here, StringComparison.Ordinal);
        });
    }

    /// <returns><c>false</c> when coturn ended instead.</returns>
    private async Task<bool> ListensAsync()
    {
        var listens = false;
        await Processes.UntilAsync(() => _coturn.HasExited || (listens = Accepts(_port) && Accepts(_tlsPort)));
        return listens;

        static bool Accepts(int port)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<NetworkStream> ConnectAsync(int port)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return new NetworkStream(client, ownsSocket: true);
    }

    private async Task<SslStream> SecureAsync(Stream stream)
    {
        using var expected = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, "cert.pem"));
        var thumbprint = expected.Thumbprint;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            certificate is X509Certificate2 { } shown && shown.Thumbprint == thumbprint);
        await tls.AuthenticateAsClientAsync(Name);
        return tls;
    }
}
