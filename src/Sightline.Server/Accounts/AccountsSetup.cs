using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sightline.Server.Configuration;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

namespace Sightline.Server.Accounts;

/// <summary>Who somebody is: accounts, and how a request shows whose it is.</summary>
public static class AccountsSetup
{
    public const string AntiforgeryHeader = "X-Sightline-Antiforgery";
    internal const string AttemptsPolicy = "attempts";

    private const string EitherScheme = "Sightline";
    private const int MaxFailedPasswords = 10;
    private const int PasswordHashIterations = 210_000;
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(14);
    private static readonly TimeSpan AccessTokenLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan StampCheckInterval = TimeSpan.FromMinutes(5);

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddIdentityCore<Account>(Configure).AddEntityFrameworkStores<SightlineDb>().AddSignInManager()
            .AddClaimsPrincipalFactory<AccountClaims>();
        // E-mail and password are checked where they come in, and the database keeps e-mails unique.
        services.RemoveAll<IUserValidator<Account>>();
        services.RemoveAll<IPasswordValidator<Account>>();
        // OWASP's advice for PBKDF2 with HMAC-SHA-512.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordHashIterations);
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = StampCheckInterval);

        AddSessions(services, builder.Environment);
        AddAttemptsLimit(builder);
        Operators.Add(builder);

        services.AddScoped<Passwords>();
        services.AddScoped<BearerTokens>();
        services.AddSingleton<Tickets>();
        if (builder.Environment.IsDevelopment())
        {
            services.AddSingleton<DemoPeople>();
            services.AddHostedService(provider => provider.GetRequiredService<DemoPeople>());
            services.AddSingleton<IBannerLines>(provider => provider.GetRequiredService<DemoPeople>());
        }
    }

    private static void Configure(IdentityOptions identity)
    {
        identity.Lockout.MaxFailedAccessAttempts = MaxFailedPasswords;
        identity.Lockout.DefaultLockoutTimeSpan = Lockout;
    }

    private static void AddSessions(IServiceCollection services, IHostEnvironment environment)
    {
        // On a developer's machine and in the local network of a first look there is no TLS.
        var secure = environment.IsProduction() ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, displayName: null, either => either.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                    ? IdentityConstants.BearerScheme
                    : IdentityConstants.ApplicationScheme)
            .AddBearerToken(IdentityConstants.BearerScheme, bearer => bearer.BearerTokenExpiration = AccessTokenLifetime)
            .AddCookie(IdentityConstants.ApplicationScheme, cookie =>
            {
                cookie.Cookie.Name = "sightline-session";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = secure;
                cookie.ExpireTimeSpan = SessionLifetime;
                cookie.SlidingExpiration = true;
                cookie.Events = new CookieAuthenticationEvents
                {
                    OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync,
                    OnRedirectToLogin = context => Answer(context.HttpContext, StatusCodes.Status401Unauthorized),
                    OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden),
                };
            });

        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = AntiforgeryHeader;
            antiforgery.SuppressReadingTokenFromFormBody = true;
            antiforgery.SuppressXFrameOptionsHeader = true;
            antiforgery.Cookie.Name = "sightline-antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            // The session is what has to be kept; this half of a token is worth nothing without it.
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });

        // The body follows as a problem document; a browser is never redirected by an API.
        static Task Answer(HttpContext context, int status)
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }
    }

    private static void AddAttemptsLimit(WebApplicationBuilder builder)
    {
        Catalogue.Add<AccountsOptions>(builder, AccountsOptions.Section)
            .Validate(options => options.AttemptsPerMinute > 0, "Accounts:AttemptsPerMinute must be greater than 0.");
        var services = builder.Services;
        services.AddSingleton<Attempts>();
        services.AddRateLimiter(limiter =>
        {
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Attempts.Window;
                await Problems.Of(ProblemCode.TooManyRequests, "Wait a moment before the next attempt.", wait).ExecuteAsync(rejected.HttpContext);
            };
            limiter.AddPolicy(AttemptsPolicy, context =>
                context.RequestServices.GetRequiredService<Attempts>().Of(ClientOf(context.Connection.RemoteIpAddress)));
        });
    }

    /// <summary>Whoever has one IPv6 address has all of its /64.</summary>
    private static string ClientOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}

public sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>Sign-ups, sign-ins and token requests of one client address together, per minute, at all servers.</summary>
    public int AttemptsPerMinute { get; set; } = 10;
}
