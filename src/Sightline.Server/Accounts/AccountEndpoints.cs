using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Sightline.Server.Hosting;

namespace Sightline.Server.Accounts;

internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var account = app.MapGroup("/account").WithTags("Being someone");

        // Without a session there is no antiforgery token yet: a cookie is given only for JSON, which no form can send, and only to
        // our own pages.
        var attempts = account.MapGroup("").AllowAnonymous().RequireRateLimiting(AccountsSetup.AttemptsPolicy)
            .MayFailWith(ProblemCode.Validation, ProblemCode.Malformed, ProblemCode.TooManyRequests);
        attempts.MapPost("/sign-up", SignUpAsync).WithSummary("Makes an account and signs it in").FromOwnPagesOnly()
            .MayFailWith(ProblemCode.Antiforgery, ProblemCode.EmailTaken);
        attempts.MapPost("/sign-in", SignInAsync).WithSummary("Signs a browser in with a cookie").FromOwnPagesOnly()
            .MayFailWith(ProblemCode.Antiforgery, ProblemCode.WrongCredentials, ProblemCode.LockedOut);
        attempts.MapPost("/token", TokenAsync).WithSummary("Signs another client in with a bearer token")
            .MayFailWith(ProblemCode.WrongCredentials, ProblemCode.LockedOut);

        account.MapPost("/token/refresh", RefreshAsync).WithSummary("Gives a new access token for a refresh token").AllowAnonymous()
            .MayFailWith(ProblemCode.Validation, ProblemCode.Malformed, ProblemCode.NotSignedIn);
        account.MapPost("/sign-out", SignOutAsync).WithSummary("Clears the cookie").AllowAnonymous()
            .MayFailWith(ProblemCode.Antiforgery);
        account.MapGet("/me", MeAsync).WithSummary("Who is signed in")
            .MayFailWith(ProblemCode.NotSignedIn);
    }

    private static async Task<Results<Created<Me>, Problem>> SignUpAsync(
        SignUpRequest request, Passwords passwords, SignInManager<Account> signIn, IAntiforgery antiforgery, HttpContext context)
    {
        var (account, problem) = await passwords.SignUpAsync(request);
        return account is null
            ? problem!
            : TypedResults.Created("/account/me", await StartSessionAsync(account, signIn, antiforgery, context));
    }

    private static async Task<Results<Ok<Me>, Problem>> SignInAsync(
        SignInRequest request, Passwords passwords, SignInManager<Account> signIn, IAntiforgery antiforgery, HttpContext context)
    {
        var (account, problem) = await passwords.CheckAsync(request);
        return account is null ? problem! : TypedResults.Ok(await StartSessionAsync(account, signIn, antiforgery, context));
    }

    private static async Task<NoContent> SignOutAsync(SignInManager<Account> signIn)
    {
        await signIn.SignOutAsync();
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Me>, Problem>> MeAsync(
        ClaimsPrincipal person, UserManager<Account> accounts, IAntiforgery antiforgery, HttpContext context) =>
        await accounts.GetUserAsync(person) is { } account
            ? TypedResults.Ok(Describe(account, antiforgery, context))
            : Problems.Of(ProblemCode.NotSignedIn);

    private static async Task<Results<Ok<TokenResponse>, Problem>> TokenAsync(
        SignInRequest request, Passwords passwords, BearerTokens tokens)
    {
        var (account, problem) = await passwords.CheckAsync(request);
        return account is null ? problem! : TypedResults.Ok(await tokens.IssueAsync(account));
    }

    private static async Task<Results<Ok<TokenResponse>, Problem>> RefreshAsync(RefreshRequest request, BearerTokens tokens)
    {
        if (request.RefreshToken is null)
        {
            return Problems.Validation("refresh_token", "is missing");
        }

        return await tokens.FindByRefreshTokenAsync(request.RefreshToken) is { } account
            ? TypedResults.Ok(await tokens.IssueAsync(account))
            : Problems.Of(ProblemCode.NotSignedIn, "The refresh token is wrong or expired.");
    }

    private static async Task<Me> StartSessionAsync(
        Account account, SignInManager<Account> signIn, IAntiforgery antiforgery, HttpContext context)
    {
        // From here on the request is that person's: the antiforgery token is made for them.
        await signIn.SignInAsync(account, isPersistent: true);
        return Describe(account, antiforgery, context);
    }

    private static Me Describe(Account account, IAntiforgery antiforgery, HttpContext context) => new(
        account.Id,
        account.Email!,
        account.DisplayName,
        context.RequestServices.GetRequiredService<Operators>().Names(account.Email!),
        antiforgery.GetAndStoreTokens(context).RequestToken!);
}
