using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Accounts;

/// <summary>What a session or token says about its person: the id, and the stamp that a changed password replaces.</summary>
internal sealed class AccountClaims(IOptions<IdentityOptions> options) : IUserClaimsPrincipalFactory<Account>
{
    public Task<ClaimsPrincipal> CreateAsync(Account user)
    {
        var names = options.Value.ClaimsIdentity;
        var identity = new ClaimsIdentity(IdentityConstants.ApplicationScheme, names.UserNameClaimType, names.RoleClaimType);
        identity.AddClaim(new Claim(names.UserIdClaimType, user.Id.ToString()));
        identity.AddClaim(new Claim(names.SecurityStampClaimType, user.SecurityStamp ?? ""));
        return Task.FromResult(new ClaimsPrincipal(identity));
    }
}

/// <summary>For every feature that wants to know who asks.</summary>
public static class PersonClaims
{
    /// <exception cref="InvalidOperationException">Nobody is signed in; endpoints that need it are not reached then.</exception>
    public static Guid PersonId(this ClaimsPrincipal principal) =>
        principal.FindPersonId() ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <returns>Null when nobody is signed in.</returns>
    public static Guid? FindPersonId(this ClaimsPrincipal principal) =>
        principal.Identity?.IsAuthenticated == true && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? id
            : null;
}
