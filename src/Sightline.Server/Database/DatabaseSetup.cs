using System.Data.Common;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using Sightline.Server.Configuration;

namespace Sightline.Server.Database;

/// <summary>PostgreSQL: the one that is configured, or one that the server runs itself.</summary>
public static class DatabaseSetup
{
    private const int MaxPreparedStatements = 50;
    private const int UsesBeforePreparing = 2;
    private const int ConnectionsKeptOpen = 4;

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        Catalogue.Add<ConnectionOptions>(builder, "ConnectionStrings");
        Catalogue.Add<DatabaseOptions>(builder, "Database");
        services.AddSingleton<DatabaseStart>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseStart>());
        services.AddSingleton(provider => CreateDataSource(provider.GetRequiredService<DatabaseStart>().ConnectionString));

        services.AddPooledDbContextFactory<SightlineDb>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            // Whoever catches an expected failure answers it; the rest is logged once, as an unhandled exception.
            .ConfigureWarnings(warnings => warnings.Log(
                (RelationalEventId.CommandError, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug))));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<SightlineDb>>().CreateDbContext());

        // In the database, so that sessions and tokens outlive a restart and hold on every node.
        services.AddDataProtection().SetApplicationName("Sightline");
        services.AddSingleton<IXmlRepository, KeyRepository>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = provider.GetRequiredService<IXmlRepository>()));
    }

    /// <summary>
    /// Statements that come again are prepared, and a few connections stay open, for people wait for both. Whoever says
    /// otherwise in the connection string (a pooler that cannot prepare, say) is heard.
    /// </summary>
    private static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var said = new DbConnectionStringBuilder { ConnectionString = settings.ConnectionString };
        Default("Max Auto Prepare", MaxPreparedStatements);
        Default("Auto Prepare Min Usages", UsesBeforePreparing);
        Default("Minimum Pool Size", Math.Min(ConnectionsKeptOpen, settings.MaxPoolSize));
        return NpgsqlDataSource.Create(settings);

        void Default(string key, int value)
        {
            if (!said.ContainsKey(key))
            {
                settings[key] = value;
            }
        }
    }
}
