using System.ComponentModel.DataAnnotations;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <param name="Offer">SDP: the first audio section is the microphone, the first video section the camera, the second the screen.</param>
public sealed record LegRequest(Guid DeviceId, [property: Required] string? Offer)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(LegRequest);
}

public sealed record LegResponse(string Answer)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(LegResponse);
}

public sealed record RecordingList(IReadOnlyList<RecordingView> Recordings);

public enum RecordingFileKind
{
    /// <summary>Everybody, in one picture.</summary>
    Combined,

    /// <summary>One person's microphone and camera.</summary>
    Person,

    /// <summary>One person's shared screen.</summary>
    Screen,
}

/// <param name="PersonId">Whose it is; <c>null</c> of the combined one.</param>
/// <param name="FromMs">Where its beginning stands in the recording.</param>
public sealed record RecordingFile(
    string Name, RecordingFileKind Kind, Guid? PersonId, string ContentType, long Bytes, long FromMs, long LengthMs);

public enum RecordingTrack
{
    Microphone,
    Camera,
    Screen,
}

public enum RecordingGapCause
{
    /// <summary>Packets that never came.</summary>
    Network,

    /// <summary>The device's connection was away.</summary>
    Connection,

    /// <summary>The server was away.</summary>
    Node,

    /// <summary>The disk did not take it.</summary>
    Disk,
}

/// <summary>A part of somebody's track that is not there, in the recording's time.</summary>
public sealed record RecordingGap(Guid PersonId, RecordingTrack Track, long AtMs, long LengthMs, long Packets, RecordingGapCause Cause);

/// <summary>A recording with what was made of it.</summary>
public sealed record RecordingDetails : RecordingView
{
    internal RecordingDetails(RecordingView view, RecordingOutcome? made)
        : base(view)
    {
        (Files, Gaps, CombinedProblem) = made is null ? ([], [], null) : (made.Files, made.Gaps, made.CombinedProblem);
    }

    /// <summary>Empty until it is ready; the combined one first.</summary>
    public IReadOnlyList<RecordingFile> Files { get; }

    public IReadOnlyList<RecordingGap> Gaps { get; }

    /// <summary>Why there is no combined file, for people.</summary>
    public string? CombinedProblem { get; }
}

/// <summary>What was made of a recording.</summary>
internal sealed record RecordingOutcome(
    IReadOnlyList<RecordingFile> Files, IReadOnlyList<RecordingGap> Gaps, string? CombinedProblem);
