using System.Collections.Immutable;

namespace Sightline.Calls;

/// <summary>Where a call stands, as every participant sees it.</summary>
public enum CallState
{
    Ringing,
    Connecting,
    Connected,
    Reconnecting,
    Ended,
}

/// <summary>What the caller asked for; either side may turn a camera on later.</summary>
public enum CallType
{
    Audio,
    Video,
}

/// <summary>How a call ended: one list for the wire, the database, the screens and the metrics.</summary>
public enum Outcome
{
    Ended,
    Cancelled,
    Declined,
    Missed,
    Busy,
    AnsweredElsewhere,
    FailedSetup,
    ConnectionLost,
    Left,
}

/// <summary>What one person has to do with the call.</summary>
public enum Standing
{
    Ringing,
    Joined,
    Declined,

    /// <summary>In another call, and either did not want this one or had one waiting already.</summary>
    Busy,
    Missed,

    /// <summary>Was in, and went.</summary>
    Left,

    /// <summary>Was in, and the network took them.</summary>
    Lost,
}

/// <summary>What a participant's device last said of its media.</summary>
public enum MediaState
{
    None,
    Connected,
    Reconnecting,
    Failed,
}

/// <summary>One person in a call.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Standing">Whether the person is in, still rings, or is out.</param>
/// <param name="DeviceId">
/// The one device that takes part for this person; <c>null</c> until it joined or answered, and after it went.
/// </param>
/// <param name="RingExpiresAt">Set while the person rings: when that turns into <see cref="Standing.Missed"/>.</param>
/// <param name="AwayUntil">Set while the device has no socket: when it is given up.</param>
/// <param name="Media">What the device last said of its media.</param>
public sealed record Participant(
    Guid PersonId, Standing Standing, Guid? DeviceId, DateTimeOffset? RingExpiresAt, DateTimeOffset? AwayUntil, MediaState Media)
{
    /// <summary>Whether the person rings or is in: those count for how many a call may have.</summary>
    public bool Counts => Standing is Standing.Ringing or Standing.Joined;

    internal Participant Out(Standing standing) =>
        new(PersonId, standing, DeviceId: null, RingExpiresAt: null, AwayUntil: null, MediaState.None);
}

/// <summary>A recording of a call that runs.</summary>
/// <param name="StartedBy">Who wished for it.</param>
/// <param name="FolderId">Where its media is kept.</param>
/// <param name="EndsAt">When it is over if nobody stops it before.</param>
public sealed record CallRecording(Guid Id, Guid FolderId, Guid StartedBy, DateTimeOffset StartedAt, DateTimeOffset EndsAt);

/// <summary>
/// A call as a value. It changes only through <see cref="CallRules.Decide"/>; <see cref="WakeAt"/> says when it must be
/// woken with a <see cref="Tick"/> if nothing else happens before.
/// </summary>
public sealed record Call
{
    public required Guid Id { get; init; }
    public required CallType Type { get; init; }

    /// <summary>What everything that is recorded about the call carries; it decides nothing.</summary>
    public Guid TraceId { get; init; }

    public required Guid ChannelId { get; init; }
    public required Guid CallerId { get; init; }
    public required ImmutableArray<Participant> Participants { get; init; }
    public required CallState State { get; init; }

    /// <summary>Grows by one with every change; the store accepts a change only on top of the version it was decided on.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When nobody rings any more, unless more people are invited; each person's own time is <see
    /// cref="Participant.RingExpiresAt"/>.
    /// </summary>
    public required DateTimeOffset RingExpiresAt { get; init; }

    /// <summary>
    /// When an answered call that has not connected turns into <see cref="Outcome.FailedSetup"/>; <c>null</c> in every other
    /// state.
    /// </summary>
    public DateTimeOffset? SetupExpiresAt { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public Outcome? Outcome { get; init; }

    /// <summary>Whose act ended the call; <c>null</c> when time or the network did.</summary>
    public Guid? EndedBy { get; init; }

    /// <summary>Set while the call is being recorded; a call that is over is not.</summary>
    public CallRecording? Recording { get; init; }

    public bool IsOver => State == CallState.Ended;

    /// <summary>The earliest deadline that is still open, or <c>null</c> when only a person or a device can change the call.</summary>
    public DateTimeOffset? WakeAt
    {
        get
        {
            if (IsOver)
            {
                return null;
            }

            var wakeAt = Earlier(SetupExpiresAt, Recording?.EndsAt);
            foreach (var participant in Participants)
            {
                wakeAt = Earlier(Earlier(wakeAt, participant.RingExpiresAt), participant.AwayUntil);
            }

            return wakeAt;
        }
    }

    /// <summary>The participant who is this person, or <c>null</c>.</summary>
    public Participant? Find(Guid personId)
    {
        foreach (var participant in Participants)
        {
            if (participant.PersonId == personId)
            {
                return participant;
            }
        }

        return null;
    }

    internal Call With(Participant changed)
    {
        var participants = Participants;
        for (var i = 0; i < participants.Length; i++)
        {
            if (participants[i].PersonId == changed.PersonId)
            {
                return this with { Participants = participants.SetItem(i, changed) };
            }
        }

        throw new InvalidOperationException("Only a participant can be changed.");
    }

    internal int Count(Standing standing) => Participants.Count(participant => participant.Standing == standing);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
