using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;
using Sightline.Server.Configuration;

namespace Sightline.Server.Accounts;

/// <summary>The key <c>Operators</c>.</summary>
internal sealed class OperatorsOptions
{
    /// <summary>
    /// E-mails of accounts whose owners see which calls there were and may open the report of each; of recordings they see nothing.
    /// The account has to be there first: nobody can sign up with an address that is named here.
    /// </summary>
    [Setting(Secret = true, Without = "reports are for those who were in the call")]
    public IReadOnlyList<string> Operators { get; set; } = [];
}

/// <summary>Those who look after this server, by <c>Operators</c>.</summary>
internal sealed partial class Operators(
    IOptions<OperatorsOptions> options, ILookupNormalizer normalizer, NpgsqlDataSource database, ILogger<Operators> log)
{
    private const string Find = "SELECT 1 FROM accounts WHERE id = $1 AND normalized_email = ANY ($2)";

    private readonly string[] _emails = [.. options.Value.Operators.Select(email => normalizer.NormalizeEmail(email.Trim()))];

    public static void Add(WebApplicationBuilder builder)
    {
        Catalogue.Add<OperatorsOptions>(builder, section: "").Validate(
            options => options.Operators.All(email => Passwords.LooksLikeEmail(email.Trim())),
            "Operators must be e-mail addresses, one an entry: Operators:0, Operators:1 and so on.");
        builder.Services.AddScoped<Operators>();
    }

    /// <summary>Whether this is an operator's address: nobody proves at sign-up that an address is theirs.</summary>
    public bool Names(string email) => _emails.Contains(normalizer.NormalizeEmail(email), StringComparer.Ordinal);

    /// <summary>Whether this person may read the report of a call of others. That it was read is logged, and by whom is not.</summary>
    public async Task<bool> MayReadAsync(Guid callId, Guid personId, CancellationToken cancel)
    {
        var may = await IncludesAsync(personId, cancel);
        if (may)
        {
            LogRead(callId);
        }

        return may;
    }

    public async Task<bool> IncludesAsync(Guid personId, CancellationToken cancel)
    {
        if (_emails is [])
        {
            return false;
        }

        await using var find = database.CreateCommand(Find);
        find.Parameters.Add(new NpgsqlParameter { Value = personId });
        find.Parameters.Add(new NpgsqlParameter { Value = _emails });
        return await find.ExecuteScalarAsync(cancel) is not null;
    }

    [LoggerMessage(1, LogLevel.Information, "Call {CallId}: an operator reads its report")]
    private partial void LogRead(Guid callId);
}
