using System.Collections.Immutable;

namespace Sightline.Calls;

/// <summary>Why a command was refused.</summary>
public enum RejectReason
{
    /// <summary>This person has nothing to do with the call.</summary>
    NotAParticipant,

    /// <summary>The command does not fit the call's state or the person's standing.</summary>
    InvalidTransition,

    /// <summary>This person takes part with another device.</summary>
    AnsweredElsewhere,

    /// <summary>The call is over.</summary>
    CallOver,

    /// <summary>The call has as many people as a call can have.</summary>
    NoRoom,

    /// <summary>A call needs one to <see cref="CallRules.MaxParticipants"/> people besides the caller's own seat, each once.</summary>
    WrongParticipants,
}

/// <summary>What the shell must do besides storing the call.</summary>
public abstract record Effect
{
    private protected Effect()
    {
    }
}

/// <summary>Ring every device of this person.</summary>
public sealed record Ring(Guid PersonId) : Effect;

/// <summary>Show the call's new picture to every device of every participant.</summary>
public sealed record Announce : Effect;

/// <summary>Add a line to the call's history: its state or somebody's standing has changed.</summary>
/// <param name="At">When the change happened.</param>
/// <param name="From">The state before; <c>null</c> for the first line.</param>
/// <param name="To">The state after; the same when only somebody came or went.</param>
/// <param name="By">Whose act it was; <c>null</c> when time did it.</param>
/// <param name="Cause">The command's name.</param>
public sealed record WriteHistory(DateTimeOffset At, CallState? From, CallState To, Guid? By, string Cause) : Effect;

/// <summary>Keep that a recording runs from now on.</summary>
public sealed record RecordingBegun(CallRecording Recording) : Effect;

/// <summary>Keep that a recording is over, and make files of it.</summary>
public sealed record RecordingEnded(CallRecording Recording, DateTimeOffset At) : Effect;

/// <summary>The answer to a command.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>The command holds. The call is the same object where there was nothing to change.</summary>
    public sealed record Accepted(Call Call, ImmutableArray<Effect> Effects) : Decision;

    /// <summary>The command is refused and the call is as it was.</summary>
    public sealed record Rejected(RejectReason Reason) : Decision;
}
