namespace Sightline.Recording.Journal;

public enum JournalStepKind
{
    /// <summary>Nothing until <see cref="JournalWriter.WakeAt"/>, or until a step that is under way is reported.</summary>
    Wait,

    /// <summary>Append the bytes to the segment, then report with <see cref="JournalWriter.Wrote"/>.</summary>
    Write,

    /// <summary>Make the segment durable (fsync), then report with <see cref="JournalWriter.Synced"/>.</summary>
    Sync,

    /// <summary>The segment is complete and durable, and may leave; nothing to report.</summary>
    Close,
}

/// <summary>What the owner of a <see cref="JournalWriter"/> is to do next.</summary>
/// <param name="Bytes">To write; unchanged until the step is reported.</param>
public readonly record struct JournalStep(JournalStepKind Kind, uint Segment, ReadOnlyMemory<byte> Bytes);
