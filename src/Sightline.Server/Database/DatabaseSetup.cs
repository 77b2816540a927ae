using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Sightline.Server.Database;

/// <summary>PostgreSQL: the one that is configured, or one that the server runs itself.</summary>
public static class DatabaseSetup
{
    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<DatabaseStart>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseStart>());
        services.AddSingleton(provider => NpgsqlDataSource.Create(provider.GetRequiredService<DatabaseStart>().ConnectionString));

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
}
