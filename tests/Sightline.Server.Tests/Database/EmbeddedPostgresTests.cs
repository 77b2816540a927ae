using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

namespace Sightline.Server.Tests.Database;

/// <summary>The private PostgreSQL comes up whatever happened before.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-postgres-").FullName;
    private readonly CapturedLogs _logs = new();

    public void Dispose()
    {
        _logs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await RunAsync(_folder, WriteAsync);

        (await RunAsync(_folder, ReadAsync)).ShouldBe(1);
    }

    [Fact]
    public async Task It_runs_for_nobody_but_us_and_stops_with_the_server()
    {
        var postmaster = await RunAsync(_folder, async database =>
        {
            (await ScalarAsync(database, "SHOW listen_addresses")).ShouldBe("");
            (await ScalarAsync(database, "SHOW fsync")).ShouldBe("on");
            (await ScalarAsync(database, "SHOW lc_ctype")).ShouldBe("C.UTF-8");
            (await ScalarAsync(database, "SELECT lower('ÀÉ')")).ShouldBe("àé");
            File.GetUnixFileMode(Path.Combine(_folder, "socket")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.GetUnixFileMode(Path.Combine(_folder, "postgres")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return Postmaster(_folder);
        });

        await Processes.UntilAsync(() => !Processes.IsAlive(postmaster));
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_reach_it_before_the_server_has_stopped() =>
        await RunAsync(_folder, async database =>
        {
            var session = (await File.ReadAllTextAsync($"/proc/{Postmaster(_folder)}/stat", TestContext.Current.CancellationToken)).Split(") ")[1].Split(' ')[3];
            var own = (await File.ReadAllTextAsync("/proc/self/stat", TestContext.Current.CancellationToken)).Split(") ")[1].Split(' ')[3];

            (session == own).ShouldBeFalse();
            return await ScalarAsync(database, "SELECT 1");
        });

    [Fact]
    public async Task After_the_server_was_killed_the_next_start_takes_over_what_still_runs()
    {
        await using var server = StartServer();
        await server.Ready;
        var postmaster = Postmaster(_folder);
        await server.KillAsync();
        Processes.IsAlive(postmaster).ShouldBeTrue();

        var accounts = await RunAsync(_folder, async database =>
        {
            Postmaster(_folder).ShouldBe(postmaster);
            return await ScalarAsync(database, "SELECT count(*)::int FROM accounts");
        });

        accounts.ShouldBe(2, "the demo people");
        _logs.Lines.ShouldContain(line => line.Contains("taken over", StringComparison.Ordinal));
        // Who takes over also stops.
        await Processes.UntilAsync(() => !Processes.IsAlive(postmaster));
    }

    [Fact]
    public async Task After_server_and_postgres_were_killed_the_next_start_recovers()
    {
        await using var server = StartServer();
        await server.Ready;
        var postmaster = Postmaster(_folder);
        await server.KillAsync();
        await Processes.KillAsync(postmaster);

        var accounts = await RunAsync(_folder, database => ScalarAsync(database, "SELECT count(*)::int FROM accounts"));

        accounts.ShouldBe(2, "the demo people");
    }

    [Fact]
    public async Task A_postgres_that_is_killed_while_the_server_runs_comes_back() =>
        await RunAsync(_folder, async database =>
        {
            await WriteAsync(database);
            var killed = Postmaster(_folder);
            await Processes.KillAsync(killed);

            // It writes "ready" into this file when it takes connections again.
            await Processes.UntilAsync(() => File.Exists(PidFile(_folder))
                && Postmaster(_folder) != killed
                && File.ReadAllText(PidFile(_folder)).Contains("ready", StringComparison.Ordinal));

            return await ReadAsync(database);
        });

    [Fact]
    public async Task A_process_that_has_the_number_of_a_killed_postgres_is_left_alone()
    {
        await RunAsync(_folder, WriteAsync);
        using var bystander = Process.Start("sleep", ["600"]);
        await File.WriteAllTextAsync(PidFile(_folder), $"{bystander.Id}\n{_folder}/postgres\n1\n5432\n{_folder}/socket\n\n", TestContext.Current.CancellationToken);

        (await RunAsync(_folder, ReadAsync)).ShouldBe(1);

        bystander.HasExited.ShouldBeFalse();
        bystander.Kill();
    }

    [Fact]
    public async Task A_socket_that_somebody_tidied_away_is_no_obstacle()
    {
        await using var server = StartServer();
        await server.Ready;
        await server.KillAsync();
        Directory.Delete(Path.Combine(_folder, "socket"), recursive: true);

        (await RunAsync(_folder, database => ScalarAsync(database, "SELECT count(*)::int FROM accounts"))).ShouldBe(2);
    }

    [Fact]
    public async Task A_first_start_that_was_cut_short_begins_again()
    {
        var half = Directory.CreateDirectory(Path.Combine(_folder, "postgres.new"));
        await File.WriteAllTextAsync(Path.Combine(half.FullName, "PG_VERSION"), "15", TestContext.Current.CancellationToken);

        await RunAsync(_folder, WriteAsync);

        half.Refresh();
        half.Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_says_so() =>
        await RunAsync(_folder, async database =>
        {
            using var second = new DataFolder(_folder);

            Should.Throw<StartupProblem>(second.Claim).Message.ShouldBe($"another Sightline server is using {_folder}; stop it, or set Data:Folder to another folder.");
            return await ScalarAsync(database, "SELECT 1");
        });

    [Theory]
    [InlineData("with spaces, commas and 'quotes'")]
    [InlineData("a path that is far too long for the address of a socket because an address has room for little more than one hundred characters")]
    public async Task A_folder_of_any_name_will_do(string name)
    {
        LetOthersThrough(_folder);

        (await RunAsync(Path.Combine(_folder, name), database => ScalarAsync(database, "SELECT 1"))).ShouldBe(1);
    }

    [Fact]
    public async Task As_root_a_folder_that_the_other_user_cannot_reach_says_so()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "An ordinary user runs PostgreSQL itself.");

        var problem = await Should.ThrowAsync<StartupProblem>(() => RunAsync(Path.Combine(_folder, "below"), database => ScalarAsync(database, "SELECT 1")));

        problem.Message.ShouldStartWith("PostgreSQL does not run as root, and the user ");
        problem.Message.ShouldContain("set Data:Folder");
    }

    [Fact]
    public async Task A_folder_whose_name_a_shell_would_read_is_refused()
    {
        var problem = await Should.ThrowAsync<StartupProblem>(() => RunAsync(Path.Combine(_folder, "$(touch x)"), database => ScalarAsync(database, "SELECT 1")));

        problem.Message.ShouldStartWith("Data:Folder may not have quotes, dollars");
    }

    [Fact]
    public async Task Somebody_elses_files_are_not_touched()
    {
        var theirs = Directory.CreateDirectory(Path.Combine(_folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(theirs.FullName, "precious"), "", TestContext.Current.CancellationToken);

        var problem = await Should.ThrowAsync<StartupProblem>(() => RunAsync(_folder, database => ScalarAsync(database, "SELECT 1")));

        problem.Message.ShouldContain("is there but is no PostgreSQL data");
        File.Exists(Path.Combine(theirs.FullName, "precious")).ShouldBeTrue();
    }

    [Fact]
    public async Task Data_of_a_version_that_is_not_installed_says_which_is_missing()
    {
        var files = Directory.CreateDirectory(Path.Combine(_folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "PG_VERSION"), "7\n", TestContext.Current.CancellationToken);

        var problem = await Should.ThrowAsync<StartupProblem>(() => RunAsync(_folder, database => ScalarAsync(database, "SELECT 1")));

        problem.Message.ShouldStartWith("the data was made by PostgreSQL 7, and only ");
    }

    [Fact]
    public async Task Its_log_names_nobody()
    {
        await RunAsync(_folder, async database =>
        {
            await ScalarAsync(database, "CREATE TABLE people (email text UNIQUE)");
            await ScalarAsync(database, "INSERT INTO people VALUES ('ada@example.org')");
            await Should.ThrowAsync<PostgresException>(() => ScalarAsync(database, "INSERT INTO people VALUES ('ada@example.org')"));
            return 0;
        });

        (await File.ReadAllTextAsync(Path.Combine(_folder, "postgres", "server.log"), TestContext.Current.CancellationToken)).ShouldNotContain("ada@");
    }

    private ServerProcess StartServer() => ServerProcess.Start(
        ("ASPNETCORE_ENVIRONMENT", "Development"), ("Data:Folder", _folder), ("Ice:Servers:0:Urls:0", "stun:stun.example.org"));

    private async Task<T> RunAsync<T>(string path, Func<NpgsqlDataSource, Task<T>> use)
    {
        using var folder = new DataFolder(path);
        await using var postgres = new EmbeddedPostgres(folder, configuredBinaries: null, TimeProvider.System, _logs.CreateLogger("postgres"));
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false }.ConnectionString);
        return await use(database);
    }

    private static async Task<object?> WriteAsync(NpgsqlDataSource database) => await ScalarAsync(database, "CREATE TABLE kept AS SELECT 1 AS one");

    private static async Task<object?> ReadAsync(NpgsqlDataSource database) => await ScalarAsync(database, "SELECT one FROM kept");

    private static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static void LetOthersThrough(string folder) => File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);

    private static string PidFile(string folder) => Path.Combine(folder, "postgres", "postmaster.pid");

    private static int Postmaster(string folder) => int.Parse(File.ReadLines(PidFile(folder)).First(), CultureInfo.InvariantCulture);
}
