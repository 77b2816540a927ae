using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Sightline.Server.Accounts;

namespace Sightline.Server.Database;

/// <summary>
/// The tables as objects. The tables themselves are made by the SQL files in <c>Schema/</c>; each feature maps its own with an
/// <see cref="IEntityTypeConfiguration{TEntity}"/>, and a property <c>RingExpiresAt</c> is the column <c>ring_expires_at</c>.
/// </summary>
public sealed class SightlineDb(DbContextOptions<SightlineDb> options) : IdentityUserContext<Account, Guid>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        // Accounts have neither claims nor external logins: one table does.
        builder.Ignore<IdentityUserClaim<Guid>>();
        builder.Ignore<IdentityUserLogin<Guid>>();
        builder.Ignore<IdentityUserToken<Guid>>();

        builder.ApplyConfigurationsFromAssembly(typeof(SightlineDb).Assembly);
        NameColumns(builder);
    }

    private static void NameColumns(ModelBuilder builder)
    {
        var unnamed = from entity in builder.Model.GetEntityTypes()
                      from property in entity.GetProperties()
                      where property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null
                      select property;
        foreach (IMutableProperty property in unnamed)
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
