using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Sightline.Calls;

namespace Sightline.Server.Calls;

/// <summary>A call as PostgreSQL keeps it. <see cref="ToCall"/> and <see cref="Take"/> are the only ways in and out.</summary>
internal sealed class CallRow
{
    public Guid Id { get; init; }
    public CallType CallType { get; init; }
    public Guid ChannelId { get; init; }
    public Guid CallerId { get; init; }
    public CallState State { get; set; }
    public int Version { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset RingExpiresAt { get; init; }
    public DateTimeOffset? SetupExpiresAt { get; set; }
    public DateTimeOffset? ConnectedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public Outcome? Outcome { get; set; }
    public Guid? EndedBy { get; set; }

    /// <summary>A copy of <see cref="Call.WakeAt"/>, so that the database can find what is due.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    public List<ParticipantRow> Participants { get; init; } = [];

    public static CallRow From(Call call)
    {
        var row = new CallRow
        {
            Id = call.Id,
            CallType = call.Type,
            ChannelId = call.ChannelId,
            CallerId = call.CallerId,
            CreatedAt = call.CreatedAt,
            RingExpiresAt = call.RingExpiresAt,
        };
        foreach (var participant in call.Participants)
        {
            row.Participants.Add(new ParticipantRow { CallId = call.Id, PersonId = participant.PersonId, Seat = (short)row.Participants.Count });
        }

        row.Take(call);
        return row;
    }

    public Call ToCall() => new()
    {
        Id = Id,
        Type = CallType,
        ChannelId = ChannelId,
        CallerId = CallerId,
        State = State,
        Version = Version,
        CreatedAt = CreatedAt,
        RingExpiresAt = RingExpiresAt,
        SetupExpiresAt = SetupExpiresAt,
        ConnectedAt = ConnectedAt,
        EndedAt = EndedAt,
        Outcome = Outcome,
        EndedBy = EndedBy,
        Participants = [.. Participants.OrderBy(p => p.Seat).Select(p => new Participant(p.PersonId, p.Standing, p.DeviceId, p.AwayUntil, p.Media))],
    };

    /// <summary>Takes over everything about <paramref name="call"/> that can change.</summary>
    public void Take(Call call)
    {
        State = call.State;
        Version = call.Version;
        SetupExpiresAt = call.SetupExpiresAt;
        ConnectedAt = call.ConnectedAt;
        EndedAt = call.EndedAt;
        Outcome = call.Outcome;
        EndedBy = call.EndedBy;
        WakeAt = call.WakeAt;
        foreach (var row in Participants)
        {
            var participant = call.Find(row.PersonId)!;
            row.Standing = participant.Standing;
            row.DeviceId = participant.DeviceId;
            row.AwayUntil = participant.AwayUntil;
            row.Media = participant.Media;
        }
    }
}

internal sealed class ParticipantRow
{
    public Guid CallId { get; init; }
    public Guid PersonId { get; init; }

    /// <summary>The order in which people were asked: the caller sits on 0.</summary>
    public short Seat { get; init; }

    public Standing Standing { get; set; }
    public Guid? DeviceId { get; set; }
    public DateTimeOffset? AwayUntil { get; set; }
    public MediaState Media { get; set; }
}

internal sealed class HistoryRow
{
    public long Id { get; init; }
    public Guid CallId { get; init; }
    public DateTimeOffset At { get; init; }
    public CallState? From { get; init; }
    public CallState To { get; init; }
    public Guid? By { get; init; }
    public required string Cause { get; init; }
}

internal sealed class CallTables : IEntityTypeConfiguration<CallRow>, IEntityTypeConfiguration<ParticipantRow>, IEntityTypeConfiguration<HistoryRow>
{
    public void Configure(EntityTypeBuilder<CallRow> builder)
    {
        builder.ToTable("calls");
        builder.Property(call => call.CallType).HasConversion(Words<CallType>());
        builder.Property(call => call.State).HasConversion(Words<CallState>());
        builder.Property(call => call.Outcome).HasConversion(Words<Outcome>());
        // The UPDATE names the version that was read: the first of two writers wins, the second decides again.
        builder.Property(call => call.Version).IsConcurrencyToken();
        builder.HasMany(call => call.Participants).WithOne().HasForeignKey(participant => participant.CallId);
        builder.HasMany<HistoryRow>().WithOne().HasForeignKey(line => line.CallId);
    }

    public void Configure(EntityTypeBuilder<ParticipantRow> builder)
    {
        builder.ToTable("call_participants");
        builder.HasKey(participant => new { participant.CallId, participant.PersonId });
        builder.Property(participant => participant.Standing).HasConversion(Words<Standing>());
        builder.Property(participant => participant.Media).HasConversion(Words<MediaState>());
    }

    public void Configure(EntityTypeBuilder<HistoryRow> builder)
    {
        builder.ToTable("call_history");
        builder.Property(line => line.Id).ValueGeneratedOnAdd();
        builder.Property(line => line.From).HasConversion(Words<CallState>());
        builder.Property(line => line.To).HasConversion(Words<CallState>());
    }

    private static ValueConverter<T, string> Words<T>()
        where T : struct, Enum => new(value => Word.Of(value), word => Word.Parse<T>(word));
}
