using Npgsql;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

namespace Sightline.Server.Tests.Database;

public sealed class SchemaTests
{
    private static readonly SchemaFile First = new("0001_first.sql", "CREATE TABLE first (id int);");
    private static readonly SchemaFile Second = new("0002_second.sql", "CREATE TABLE second (id int);");

    [Fact]
    public async Task Servers_that_start_together_on_an_empty_database_all_come_up_and_share_their_sessions()
    {
        var options = new TestServerOptions { ConnectionString = await PrivatePostgres.NewDatabaseAsync() };

        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TestServer.StartAsync(options), TestContext.Current.CancellationToken)));

        var ada = await servers[0].SignUpAsync("Ada");
        foreach (var server in servers)
        {
            await server.Browser().Send(HttpMethod.Get, "/account/me", ("Cookie", ada.Cookie)).Json();
        }

        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Each_file_is_applied_once_and_in_order()
    {
        await using var database = NpgsqlDataSource.Create(await PrivatePostgres.NewDatabaseAsync());

        await ApplyAsync(database, First);
        await ApplyAsync(database, First, Second);
        await ApplyAsync(database, First, Second);

        await using var command = database.CreateCommand("SELECT string_agg(name, ' ' ORDER BY applied_at) FROM schema_versions");
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe("0001_first.sql 0002_second.sql");
    }

    [Fact]
    public async Task A_file_that_changed_after_it_was_applied_stops_the_start()
    {
        await using var database = NpgsqlDataSource.Create(await PrivatePostgres.NewDatabaseAsync());
        await ApplyAsync(database, First);

        var problem = await Should.ThrowAsync<StartupProblem>(() => ApplyAsync(database, First with { Sql = "CREATE TABLE another (id int);" }));

        problem.Message.ShouldStartWith("0001_first.sql has changed since it was applied");
    }

    [Fact]
    public async Task The_way_lines_end_is_no_change()
    {
        await using var database = NpgsqlDataSource.Create(await PrivatePostgres.NewDatabaseAsync());
        await ApplyAsync(database, new SchemaFile("0001_first.sql", "CREATE TABLE\nfirst (id int);\n"));

        await ApplyAsync(database, new SchemaFile("0001_first.sql", "CREATE TABLE\r\nfirst (id int);\r\n"));
    }

    [Fact]
    public async Task A_database_of_a_newer_server_stops_the_start()
    {
        await using var database = NpgsqlDataSource.Create(await PrivatePostgres.NewDatabaseAsync());
        await ApplyAsync(database, First, Second);

        var problem = await Should.ThrowAsync<StartupProblem>(() => ApplyAsync(database, First));

        problem.Message.ShouldStartWith("the database has 0002_second.sql, which this server does not know");
    }

    [Fact]
    public async Task A_file_that_fails_half_way_leaves_nothing()
    {
        await using var database = NpgsqlDataSource.Create(await PrivatePostgres.NewDatabaseAsync());
        var broken = new SchemaFile("0001_first.sql", "CREATE TABLE first (id int); CREATE TABLE first (id int);");

        await Should.ThrowAsync<PostgresException>(() => ApplyAsync(database, broken));
        await ApplyAsync(database, First);

        await using var command = database.CreateCommand("SELECT count(*)::int FROM first");
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    private static Task ApplyAsync(NpgsqlDataSource database, params SchemaFile[] files) =>
        Schema.ApplyAsync(database, files, () => { }, TestContext.Current.CancellationToken);
}
