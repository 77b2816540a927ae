using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Tests.Hosting;

/// <summary>What stops the start is one sentence that names what to change, and an exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_database_that_does_not_answer_is_named_by_its_key_without_the_password() =>
        ShouldNotStartAsync(
            "Sightline cannot start: the database of ConnectionStrings:Sightline cannot be used",
            ("ConnectionStrings:Sightline", "Host=127.0.0.1;Port=1;Username=sightline;Password=the-password;Database=sightline"));

    [Fact]
    public Task A_database_that_does_not_exist_is_named_by_its_key() =>
        ShouldNotStartAsync(
            "Sightline cannot start: the database of ConnectionStrings:Sightline cannot be used (3D000: database \"missing\" does not exist)",
            ("ConnectionStrings:Sightline", PrivatePostgres.ConnectionStringOf("missing")));

    [Fact]
    public Task A_connection_string_that_is_none_is_named_by_its_key() =>
        ShouldNotStartAsync(
            "Sightline cannot start: ConnectionStrings:Sightline is not a connection string",
            ("ConnectionStrings:Sightline", "Host=db;the-password"));

    [Fact]
    public Task Production_needs_relays() =>
        ShouldNotStartAsync("Sightline cannot start: Ice:Servers is missing", ("Ice:Servers:0:Urls:0", ""), ("ASPNETCORE_ENVIRONMENT", "Production"));

    [Fact]
    public Task A_wrong_relay_is_named_by_its_key() =>
        ShouldNotStartAsync(
            "Sightline cannot start: Ice:Servers:0:Urls:1 is not a STUN or TURN URL: \"http://relay.example.org\"",
            ("Ice:Servers:0:Urls:1", "http://relay.example.org"));

    [Fact]
    public Task A_relay_without_its_secret_is_named_by_the_key_of_the_secret() =>
        ShouldNotStartAsync(
            "Sightline cannot start: Ice:TurnSecret is missing: it is the static-auth-secret of the TURN servers in Ice:Servers.",
            ("Ice:Servers:0:Urls:1", "turn:relay.example.org"));

    [Fact]
    public Task A_value_of_the_wrong_kind_is_named_by_its_key() =>
        ShouldNotStartAsync("Ice:CredentialLifetime", ("Ice:CredentialLifetime", "a day"));

    [Fact]
    public Task A_limit_that_lets_nobody_in_is_named_by_its_key() =>
        ShouldNotStartAsync("Sightline cannot start: Accounts:AttemptsPerMinute", ("Accounts:AttemptsPerMinute", "0"));

    [Fact]
    public Task A_proxy_that_is_none_is_named_by_its_key() =>
        ShouldNotStartAsync("Sightline cannot start: Proxies:0 is neither an address nor a network such as 10.0.0.0/8: \"nginx\"", ("Proxies:0", "nginx"));

    [Fact]
    public async Task An_address_that_is_taken_says_so()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await ShouldNotStartAsync("address already in use", ("ASPNETCORE_URLS", $"http://{taken.LocalEndpoint}"), ("ConnectionStrings:Sightline", await PrivatePostgres.NewDatabaseAsync()));
    }

    [Fact]
    public Task A_web_app_that_is_not_there_is_named_by_its_key() =>
        ShouldNotStartAsync("Sightline cannot start: WebApp:Folder does not exist", ("WebApp:Folder", Path.Combine(_folder, "missing")));

    [Fact]
    public Task A_data_folder_that_cannot_be_is_named_by_its_key()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        return ShouldNotStartAsync("set Data:Folder to one that can", ("ConnectionStrings:Sightline", ""), ("Data:Folder", Path.Combine(file, "data")));
    }

    [Fact]
    public Task A_missing_postgres_is_named_by_its_key() =>
        ShouldNotStartAsync(
            "Sightline cannot start: Database:PostgresFolder has no initdb, pg_ctl and postgres in it",
            ("ConnectionStrings:Sightline", ""),
            ("Data:Folder", Path.Combine(_folder, "data")),
            ("Database:PostgresFolder", _folder));

    /// <param name="settings">Beside the usual ones; an empty value leaves a usual one out.</param>
    private static async Task ShouldNotStartAsync(string sentence, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ConnectionStrings:Sightline"] = "Host=127.0.0.1;Port=1",
            ["Ice:Servers:0:Urls:0"] = "stun:stun.example.org",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        await using var server = ServerProcess.Start([.. all.Where(setting => setting.Value.Length > 0).Select(setting => (setting.Key, setting.Value))]);
        var (exitCode, errors) = await server.EndAsync();

        exitCode.ShouldBe(1);
        errors.ShouldContain(sentence);
        errors.ShouldNotContain("   at ", customMessage: "a stack trace helps nobody here");
        errors.ShouldNotContain("the-password");
        errors.Split('\n').ShouldHaveSingleItem();
    }
}
