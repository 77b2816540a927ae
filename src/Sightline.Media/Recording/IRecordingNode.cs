namespace Sightline.Media.Recording;

/// <summary>Where the media of recorded calls goes: what a server asks of a media node.</summary>
public interface IRecordingNode
{
    /// <summary>Offers are refused from now on; who sends already goes on until the recording is stopped.</summary>
    bool IsDraining { get; }

    /// <summary>
    /// Takes the offer of a device that sends its media to a recording. The first offer of a recording begins it, also after a
    /// crash: what is there already is continued. Another offer of a device goes on with its connection, or begins it anew.
    /// </summary>
    /// <param name="offer">SDP. Its first audio section is the microphone, the first video section the camera, the second the screen.</param>
    Task<LegAnswer> OfferAsync(LegName leg, string offer, CancellationToken cancel);

    /// <summary>The device has gone for good; <c>false</c> when it was not there.</summary>
    Task<bool> RemoveAsync(LegName leg);

    /// <summary>
    /// Ends a recording: says goodbye to whoever still sends, and is done when everything is durable on the disk. A recording
    /// that this node does not know is done at once.
    /// </summary>
    Task StopAsync(Guid recordingId);

    /// <summary>How it goes; <c>null</c> when this node does not know the recording.</summary>
    RecordingHealth? Read(Guid recordingId);
}

/// <summary>One device of one person in one recording. Its person and device only name folders here.</summary>
public readonly record struct LegName(Guid RecordingId, Guid PersonId, Guid DeviceId);

public enum LegRefusal
{
    None,

    /// <summary>It is no SDP that can be answered: the offer is at fault.</summary>
    BadOffer,

    /// <summary>The node has as many connections as it may.</summary>
    Full,

    /// <summary>There is no room for what would arrive.</summary>
    DiskFull,

    /// <summary>The node is about to stop: another, or later.</summary>
    Draining,
}

/// <param name="Sdp">The answer; <c>null</c> when it was refused.</param>
public sealed record LegAnswer(string? Sdp, LegRefusal Refusal)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(LegAnswer);
}

/// <param name="Connected">Devices whose media arrives or may arrive.</param>
/// <param name="Bytes">In journals, by now.</param>
/// <param name="DroppedRecords">What the disk did not take.</param>
/// <param name="LastArrivalAt">Of media of anybody; <c>null</c> before the first.</param>
public sealed record RecordingHealth(int Connected, long Bytes, long DroppedRecords, DateTimeOffset? LastArrivalAt);
