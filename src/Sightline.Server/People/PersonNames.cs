using Microsoft.Extensions.Caching.Memory;

namespace Sightline.Server.People;

/// <summary>Display names by person, remembered for a while: every picture of a call carries them.</summary>
internal sealed class PersonNames(PeopleStore people) : IDisposable
{
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaxRemembered });

    /// <summary>The names of those people that exist.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> OfAsync(IEnumerable<Guid> personIds, CancellationToken cancel)
    {
        var names = new Dictionary<Guid, string>();
        var unknown = new HashSet<Guid>();
        foreach (var personId in personIds)
        {
            if (_cache.TryGetValue<string>(personId, out var known))
            {
                names[personId] = known!;
            }
            else
            {
                unknown.Add(personId);
            }
        }

        if (unknown.Count > 0)
        {
            foreach (var (personId, name) in await people.NamesOfAsync(unknown, cancel))
            {
                names[personId] = name;
                _cache.Set(personId, name, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Memory });
            }
        }

        return names;
    }

    public void Dispose() => _cache.Dispose();
}
