using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sightline.Server.Accounts;

/// <summary>Somebody who can sign in.</summary>
public sealed class Account : IdentityUser<Guid>
{
    public const int MaxEmailChars = 254;
    public const int MaxDisplayNameChars = 64;
    public const int MinPasswordChars = 8;
    public const int MaxPasswordChars = 128;

    public Account()
    {
        // Not a column: everybody can be locked out.
        LockoutEnabled = true;
    }

    public required string DisplayName { get; set; }

    /// <summary>One of the people that a fresh Development server makes for a first look.</summary>
    public bool IsDemo { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("accounts");

        // People sign in with their e-mail; what Identity has beyond that is not used and not stored.
        builder.Ignore(account => account.UserName);
        builder.Ignore(account => account.NormalizedUserName);
        builder.Ignore(account => account.EmailConfirmed);
        builder.Ignore(account => account.PhoneNumber);
        builder.Ignore(account => account.PhoneNumberConfirmed);
        builder.Ignore(account => account.TwoFactorEnabled);
        builder.Ignore(account => account.LockoutEnabled);
    }
}
