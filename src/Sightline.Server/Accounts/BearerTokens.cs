using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Accounts;

/// <summary>Tokens for clients that are no browsers: ASP.NET Core's own, in the shape that the protocol documents.</summary>
internal sealed class BearerTokens(IOptionsMonitor<BearerTokenOptions> options, SignInManager<Account> signIn, TimeProvider clock)
{
    /// <summary>The scheme on the tickets inside access tokens, as ASP.NET Core's handler expects it.</summary>
    public static readonly string AccessTokenScheme = IdentityConstants.BearerScheme + ":AccessToken";

    private static readonly string RefreshTokenScheme = IdentityConstants.BearerScheme + ":RefreshToken";

    private readonly BearerTokenOptions _options = options.Get(IdentityConstants.BearerScheme);

    public async Task<TokenResponse> IssueAsync(Account account)
    {
        var principal = await signIn.CreateUserPrincipalAsync(account);
        return new TokenResponse(
            _options.BearerTokenProtector.Protect(Ticket(principal, AccessTokenScheme, _options.BearerTokenExpiration)),
            "Bearer",
            (long)_options.BearerTokenExpiration.TotalSeconds,
            _options.RefreshTokenProtector.Protect(Ticket(principal, RefreshTokenScheme, _options.RefreshTokenExpiration)));
    }

    /// <returns>The account, or null when the token is wrong, expired, or from before a change of password.</returns>
    public async Task<Account?> FindByRefreshTokenAsync(string refreshToken)
    {
        var ticket = _options.RefreshTokenProtector.Unprotect(refreshToken);
        return ticket?.Properties.ExpiresUtc > clock.GetUtcNow() ? await signIn.ValidateSecurityStampAsync(ticket.Principal) : null;
    }

    private AuthenticationTicket Ticket(ClaimsPrincipal principal, string scheme, TimeSpan lifetime) =>
        new(principal, new AuthenticationProperties { ExpiresUtc = clock.GetUtcNow() + lifetime }, scheme);
}
