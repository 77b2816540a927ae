using Microsoft.EntityFrameworkCore;
using Sightline.Server.Database;

namespace Sightline.Server.People;

/// <summary>What others may know of an account.</summary>
public sealed record PersonName(Guid PersonId, string DisplayName)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(PersonName);
}

public sealed class PeopleStore(IDbContextFactory<SightlineDb> databases)
{
    /// <summary>Those whose name contains the text, in whatever case: <paramref name="first"/> first, then sorted by name.</summary>
    public async Task<IReadOnlyList<PersonName>> FindAsync(
        string contained, Guid except, IReadOnlyCollection<Guid> first, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var others = database.Users.Where(account => account.Id != except);
        if (contained.Length > 0)
        {
            var pattern = $"%{contained.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
            others = others.Where(account => EF.Functions.ILike(account.DisplayName, pattern, @"\"));
        }

        return await others
#pragma warning disable MA0011 // Becomes lower() in SQL.
            .OrderByDescending(account => first.Contains(account.Id))
            .ThenBy(account => account.DisplayName.ToLower())
#pragma warning restore MA0011
            .ThenBy(account => account.Id)
            .Take(limit)
            .Select(account => new PersonName(account.Id, account.DisplayName))
            .ToListAsync(cancellationToken);
    }

    /// <returns>Id → display name of those that exist.</returns>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesOfAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Users
            .Where(account => ids.Contains(account.Id))
            .Select(account => new { account.Id, account.DisplayName })
            .ToDictionaryAsync(account => account.Id, account => account.DisplayName, cancellationToken);
    }
}
