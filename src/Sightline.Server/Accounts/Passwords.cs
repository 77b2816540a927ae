using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Sightline.Server.Hosting;

namespace Sightline.Server.Accounts;

/// <summary>Makes accounts and checks passwords. Either gives an account, or the problem to answer with.</summary>
internal sealed class Passwords(
    UserManager<Account> accounts, SignInManager<Account> signIn, IPasswordHasher<Account> hasher, Operators operators, TimeProvider clock)
{
    private static readonly Account Nobody = new() { DisplayName = "" };
    private static string? _nobodysHash;

    public async Task<(Account? Account, Problem? Problem)> SignUpAsync(SignUpRequest request)
    {
        var email = request.Email?.Trim();
        var displayName = request.DisplayName?.Trim();
        var fields = new Fields()
            .CheckText("email", email, minChars: 1, Account.MaxEmailChars)
            .Check("email", LooksLikeEmail(email), "is not an e-mail address")
            .CheckText("display_name", displayName, minChars: 1, Account.MaxDisplayNameChars)
            .CheckLength("password", request.Password, Account.MinPasswordChars, Account.MaxPasswordChars);
        return fields.Problem is { } problem ? (null, problem)
            : operators.Names(email!) ? (null, Problems.Of(ProblemCode.EmailTaken))
            : await CreateAsync(email!, displayName!, request.Password!, isDemo: false);
    }

    public async Task<(Account? Account, Problem? Problem)> CreateAsync(string email, string displayName, string password, bool isDemo)
    {
        var now = clock.GetUtcNow();
        var account = new Account
        {
            Id = Guid.CreateVersion7(now),
            Email = email,
            DisplayName = displayName,
            IsDemo = isDemo,
            CreatedAt = now,
        };
        try
        {
            var made = await accounts.CreateAsync(account, password);
            return made.Succeeded ? (account, null) : throw new InvalidOperationException(made.ToString());
        }
        catch (DbUpdateException cause) when (cause.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return (null, Problems.Of(ProblemCode.EmailTaken));
        }
    }

    public async Task<(Account? Account, Problem? Problem)> CheckAsync(SignInRequest request)
    {
        var fields = new Fields()
            .Check("email", request.Email is not null, "is missing")
            .Check("password", request.Password is not null, "is missing");
        if (fields.Problem is { } problem)
        {
            return (null, problem);
        }

        // A password that nobody can have costs nothing to refuse, and an endless one would cost a lot to hash.
        var email = request.Email!.Trim();
        var password = request.Password!;
        var possible = email.Length <= Account.MaxEmailChars && !email.Any(char.IsControl) && password.Length <= Account.MaxPasswordChars;
        var account = possible ? await accounts.FindByEmailAsync(email) : null;
        if (account is null)
        {
            // As slow as for an account that exists, so that the time does not tell which e-mails have one.
            _nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
            _ = hasher.VerifyHashedPassword(Nobody, _nobodysHash, possible ? password : "");
            return (null, Problems.Of(ProblemCode.WrongCredentials));
        }

        var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        return result switch
        {
            { Succeeded: true } => (account, null),
            { IsLockedOut: true } => (null, Problems.Of(ProblemCode.LockedOut, retryAfter: account.LockoutEnd - clock.GetUtcNow())),
            _ => (null, Problems.Of(ProblemCode.WrongCredentials)),
        };
    }

    /// <summary>Only a letter to the address could prove it: this catches slips.</summary>
    public static bool LooksLikeEmail(string? email) =>
        email?.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && !email.Any(char.IsWhiteSpace);
}
