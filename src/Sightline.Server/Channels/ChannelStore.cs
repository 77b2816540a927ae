using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using Sightline.Server.Database;

namespace Sightline.Server.Channels;

/// <summary>That a person belongs to a channel.</summary>
internal sealed class ChannelMember
{
    public required Guid ChannelId { get; init; }
    public required Guid PersonId { get; init; }
}

internal sealed class ChannelMemberMapping : IEntityTypeConfiguration<ChannelMember>
{
    public void Configure(EntityTypeBuilder<ChannelMember> builder) =>
        builder.ToTable("channel_members").HasKey(member => new { member.ChannelId, member.PersonId });
}

/// <summary>
/// Channels are where calls happen. A direct channel is the one of two people, a group channel that of exactly these three or
/// four; there is never a second.
/// </summary>
public sealed class ChannelStore(IDbContextFactory<SightlineDb> databases, TimeProvider clock)
{
    /// <summary>The newest channels of a person; more than anybody scrolls through.</summary>
    private const int MaxListed = 500;

    /// <summary>Finds or makes the channel of two people; both may ask for it at once.</summary>
    /// <returns>Null when one of them does not exist.</returns>
    public async Task<(Guid ChannelId, bool IsNew)?> OpenDirectAsync(Guid one, Guid other, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        try
        {
            var made = await database.Database.SqlQuery<Guid>(
                $"""
                WITH made AS (
                    INSERT INTO channels (id, person_low, person_high, created_at)
                    VALUES ({Guid.CreateVersion7(now)}, least({one}, {other}), greatest({one}, {other}), {now})
                    ON CONFLICT (person_low, person_high) DO NOTHING
                    RETURNING id, person_low, person_high),
                members AS (
                    INSERT INTO channel_members (channel_id, person_id)
                    SELECT id, person_low FROM made UNION ALL SELECT id, person_high FROM made)
                SELECT id FROM made
                """).ToListAsync(cancellationToken);
            if (made is [var id])
            {
                return (id, IsNew: true);
            }
        }
        catch (PostgresException unknown) when (unknown.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null;
        }

        var existing = await database.Database
            .SqlQuery<Guid>($"SELECT id FROM channels WHERE person_low = least({one}, {other}) AND person_high = greatest({one}, {other})")
            .ToListAsync(cancellationToken);
        return existing is [var found] ? (found, IsNew: false) : null;
    }

    /// <summary>Finds or makes the channel of three or four people; all may ask for it at once.</summary>
    /// <returns>Null when one of them does not exist.</returns>
    public async Task<(Guid ChannelId, bool IsNew)?> OpenGroupAsync(IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        Guid[] members = [.. people.Order()];
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        try
        {
            var made = await database.Database.SqlQuery<Guid>(
                $"""
                WITH made AS (
                    INSERT INTO channels (id, group_members, created_at) VALUES ({Guid.CreateVersion7(now)}, {members}, {now})
                    ON CONFLICT (group_members) DO NOTHING
                    RETURNING id),
                members AS (
                    INSERT INTO channel_members (channel_id, person_id) SELECT made.id, person FROM made, unnest({members}) AS person)
                SELECT id FROM made
                """).ToListAsync(cancellationToken);
            if (made is [var id])
            {
                return (id, IsNew: true);
            }
        }
        catch (PostgresException unknown) when (unknown.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null;
        }

        var existing = await database.Database
            .SqlQuery<Guid>($"SELECT id FROM channels WHERE group_members = {members}")
            .ToListAsync(cancellationToken);
        return existing is [var found] ? (found, IsNew: false) : null;
    }

    /// <returns>The ids of its members; empty when there is no such channel.</returns>
    public async Task<IReadOnlyList<Guid>> MembersOfAsync(Guid channelId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<ChannelMember>()
            .Where(member => member.ChannelId == channelId)
            .OrderBy(member => member.PersonId)
            .Select(member => member.PersonId)
            .ToListAsync(cancellationToken);
    }

    /// <returns>Channel → the ids of its members, for the channels that a person belongs to, newest first.</returns>
    public async Task<IReadOnlyList<IGrouping<Guid, Guid>>> ListAsync(Guid personId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var members = database.Set<ChannelMember>();

        // The ids of channels grow with time.
        var own = members.Where(member => member.PersonId == personId).Select(member => member.ChannelId).OrderDescending().Take(MaxListed);
        var rows = await members
            .Where(member => own.Contains(member.ChannelId))
            .OrderByDescending(member => member.ChannelId).ThenBy(member => member.PersonId)
            .ToListAsync(cancellationToken);
        return [.. rows.GroupBy(member => member.ChannelId, member => member.PersonId)];
    }
}
