using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

namespace Sightline.Server.Accounts;

/// <summary>
/// Two people for a first look, in Development only: made when there are no accounts at all, and signed in with a link that holds
/// a random token. The tokens live as long as the process.
/// </summary>
internal sealed class DemoPeople(IServiceScopeFactory scopes) : IHostedService, IBannerLines
{
    private const int TokenBytes = 32;
    private static readonly string[] Names = ["Ada Lovelace", "Grace Hopper"];

    private FrozenDictionary<string, Account> _byToken = FrozenDictionary<string, Account>.Empty;

    public IReadOnlyList<DemoLink> Links { get; private set; } = [];

    public Account? Find(string token) => _byToken.GetValueOrDefault(token);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<SightlineDb>();
        if (!await database.Users.AnyAsync(cancellationToken))
        {
            await MakeAsync(scope.ServiceProvider.GetRequiredService<Passwords>());
        }

        var people = await database.Users.AsNoTracking()
            .Where(account => account.IsDemo)
            .OrderBy(account => account.DisplayName)
            .ToListAsync(cancellationToken);
        var tokens = people.Select(account => (Token: RandomToken(), Account: account)).ToList();
        _byToken = tokens.ToFrozenDictionary(pair => pair.Token, pair => pair.Account, StringComparer.Ordinal);
        Links = [.. tokens.Select(pair => new DemoLink(pair.Account.DisplayName, $"/demo/sign-in?token={pair.Token}"))];
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IEnumerable<string> Lines(string address) => Links.Count == 0
        ? []
        : Links.Select(link => $"{link.DisplayName,-14} {address}{link.Url}")
            .Prepend("Sign in with one click, in two windows of different browsers or one of them private:");

    private static async Task MakeAsync(Passwords passwords)
    {
        foreach (var name in Names)
        {
            // Another server that starts at the same moment may make them too; then the e-mail is taken, and all is well.
            var email = $"{name.Split(' ')[0].ToLowerInvariant()}@demo.invalid";
            await passwords.CreateAsync(email, name, RandomToken(), isDemo: true);
        }
    }

    private static string RandomToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
}

internal static class DemoEndpoints
{
    public static void MapDemoPeople(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        var demo = app.MapGroup("/demo").WithTags("Demo, in Development only").AllowAnonymous();
        demo.MapGet("/people", (DemoPeople people) => TypedResults.Ok(new DemoLinks(people.Links)))
            .WithSummary("Links that sign the demo people in");
        demo.MapGet("/sign-in", SignInAsync).WithSummary("Signs a demo person in")
            .Produces(StatusCodes.Status302Found)
            .MayFailWith(ProblemCode.NotFound);
    }

    private static async Task<Results<RedirectHttpResult, Problem>> SignInAsync(
        string? token, DemoPeople people, SignInManager<Account> signIn)
    {
        if (people.Find(token ?? "") is not { } account)
        {
            return Problems.Of(ProblemCode.NotFound, "This link is from an earlier start of the server.");
        }

        await signIn.SignInAsync(account, isPersistent: true);
        return TypedResults.Redirect("/");
    }
}
