using System.Collections.Immutable;

namespace Sightline.Calls;

/// <summary>Something that happens to a call. The closed list of what <see cref="CallRules.Decide"/> understands.</summary>
public abstract record Command
{
    private protected Command()
    {
    }

    /// <summary>The name that goes into the call's history.</summary>
    internal abstract string Cause { get; }
}

/// <summary>What a person or a person's device does, as opposed to the passing of time.</summary>
public abstract record PersonCommand(Guid PersonId) : Command;

/// <summary>A device opened its call socket, for the first time or again.</summary>
public sealed record Join(Guid PersonId, Guid DeviceId) : PersonCommand(PersonId)
{
    internal override string Cause => "join";
}

/// <summary>A ringing person answers with this device, or somebody who is out comes back in.</summary>
public sealed record Accept(Guid PersonId, Guid DeviceId) : PersonCommand(PersonId)
{
    internal override string Cause => "accept";
}

/// <summary>Somebody who is in rings more people.</summary>
/// <param name="PersonId">Who invites.</param>
/// <param name="PersonIds">Who shall ring; those who ring or are in already are passed over.</param>
/// <param name="Busy">Those of them who are in a call and have another one waiting: they are not rung.</param>
public sealed record Invite(Guid PersonId, ImmutableArray<Guid> PersonIds, ImmutableHashSet<Guid> Busy) : PersonCommand(PersonId)
{
    internal override string Cause => "invite";
}

/// <summary>A ringing person does not want to talk; all their devices stop ringing.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="InAnotherCall">Whether that is because they talk to somebody else.</param>
public sealed record Decline(Guid PersonId, bool InAnotherCall = false) : PersonCommand(PersonId)
{
    internal override string Cause => "decline";
}

/// <summary>The caller gives up before the call is connected.</summary>
public sealed record Cancel(Guid PersonId) : PersonCommand(PersonId)
{
    internal override string Cause => "cancel";
}

/// <summary>A participant hangs up: of two, for both; of more, for themselves.</summary>
public sealed record End(Guid PersonId) : PersonCommand(PersonId)
{
    internal override string Cause => "end";
}

/// <summary>A device says goodbye because its page closes.</summary>
public sealed record Leave(Guid PersonId, Guid DeviceId) : PersonCommand(PersonId)
{
    internal override string Cause => "leave";
}

/// <summary>A device's call socket is gone without a goodbye.</summary>
public sealed record Lose(Guid PersonId, Guid DeviceId) : PersonCommand(PersonId)
{
    internal override string Cause => "lose";
}

/// <summary>A device says how its media does.</summary>
public sealed record ReportMedia(Guid PersonId, Guid DeviceId, MediaState Media) : PersonCommand(PersonId)
{
    internal override string Cause => Media switch
    {
        MediaState.None => "media_none",
        MediaState.Connected => "media_connected",
        MediaState.Reconnecting => "media_reconnecting",
        MediaState.Failed => "media_failed",
    };
}

/// <summary>Somebody who is in wants the call recorded; where it is already, that recording goes on.</summary>
/// <param name="PersonId">Whose wish it is.</param>
/// <param name="RecordingId">Of the recording that begins if none runs.</param>
/// <param name="FolderId">Where its media is to be kept.</param>
/// <param name="MaxLength">After which it is over if nobody stops it before.</param>
public sealed record StartRecording(Guid PersonId, Guid RecordingId, Guid FolderId, TimeSpan MaxLength) : PersonCommand(PersonId)
{
    internal override string Cause => "start_recording";
}

/// <summary>Somebody who is in wants the call recorded no more.</summary>
public sealed record StopRecording(Guid PersonId) : PersonCommand(PersonId)
{
    internal override string Cause => "stop_recording";
}

/// <summary>Time has passed; whatever is due happens.</summary>
public sealed record Tick : Command
{
    internal override string Cause => "timeout";
}
