namespace Sightline.Recording.Journal;

public enum DamageKind
{
    /// <summary>Bytes at the end of a segment that are no whole record: what a killed writer leaves.</summary>
    TornTail,

    /// <summary>Bytes between sound records.</summary>
    Corrupt,

    /// <summary>The segment's header is not sound; its records are read all the same.</summary>
    Header,

    /// <summary>The segment is of a version, or of a track, that this reader does not read: none of it is.</summary>
    Version,
    ForeignSegment,

    /// <summary>Segments are missing, or come in the wrong order.</summary>
    MissingSegment,
}

/// <summary>Something in a journal that could not be read.</summary>
/// <param name="Offset">In the segment; 0 for what concerns all of it.</param>
/// <param name="LostRecords">As the numbers on both sides say; 0 where there is no other side.</param>
/// <param name="From">The last sound record before it; <c>null</c> when there is none.</param>
/// <param name="To">The first sound record behind it; <c>null</c> when there is none yet.</param>
public sealed record JournalDamage(
    DamageKind Kind, uint Segment, long Offset, long Bytes, long LostRecords, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>What became of a journal.</summary>
/// <param name="Damages">In order; at most <see cref="JournalReader.MaxDamages"/>.</param>
/// <param name="HasEnd">The track was ended, and not only left.</param>
/// <param name="UnknownRecords">Sound records of kinds that this version does not know.</param>
public sealed record JournalReport(
    long Records, long LostRecords, long UnknownRecords, bool HasEnd, IReadOnlyList<JournalDamage> Damages)
{
    public bool IsSound => Damages.Count == 0 && LostRecords == 0;
}
