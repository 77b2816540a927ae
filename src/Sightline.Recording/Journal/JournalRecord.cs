using System.Buffers.Binary;

namespace Sightline.Recording.Journal;

/// <summary>A record as the reader found it. Which of the properties may be read follows from <see cref="Kind"/>.</summary>
public readonly ref struct JournalRecord(RecordKind kind, uint number, DateTimeOffset at, ReadOnlySpan<byte> body)
{
    public RecordKind Kind { get; } = kind;

    /// <summary>Counts the track's records from 0.</summary>
    public uint Number { get; } = number;

    /// <summary>When the packet arrived, or the event happened.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>Records that are missing between the one read before and this one.</summary>
    public uint LostBefore { get; init; }

    /// <summary>Of a <see cref="RecordKind.Packet"/>: the RTP packet. Valid as long as the segment's bytes are.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    public SenderReport SenderReport => new(
        BinaryPrimitives.ReadUInt32LittleEndian(Body),
        BinaryPrimitives.ReadUInt64LittleEndian(Body[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(Body[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(Body[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(Body[20..]));

    public StreamFormat Format => new(Body[0], (Codec)Body[1], BinaryPrimitives.ReadInt32LittleEndian(Body[4..]), Body[2]);

    public InterruptionCause InterruptionCause => (InterruptionCause)Body[0];

    /// <summary>Of a <see cref="RecordKind.LayerChanged"/>: the stream that is recorded from here on.</summary>
    public uint LayerSsrc => BinaryPrimitives.ReadUInt32LittleEndian(Body);

    /// <summary>Of a <see cref="RecordKind.ClockStepped"/>: how far the wall clock moved forward.</summary>
    public TimeSpan ClockStep => TimeSpan.FromTicks(unchecked(BinaryPrimitives.ReadInt64LittleEndian(Body) * TimeSpan.TicksPerMicrosecond));

    /// <summary>Of a <see cref="RecordKind.Dropped"/>: how many records had no room.</summary>
    public uint DroppedRecords => BinaryPrimitives.ReadUInt32LittleEndian(Body);

    /// <summary>Of a <see cref="RecordKind.Dropped"/>: when the first of them would have been written.</summary>
    public DateTimeOffset DroppedSince =>
        JournalFormat.TryToTime(BinaryPrimitives.ReadInt64LittleEndian(Body[4..]), out var since) ? since : At;

    public EndReason EndReason => (EndReason)Body[0];

    /// <summary>A sound checksum on a body of the wrong shape is somebody else's record.</summary>
    internal bool HasItsShape => Kind switch
    {
        RecordKind.Packet => Body.Length >= 12,
        RecordKind.SenderReport => Body.Length == 24,
        RecordKind.Format => Body.Length == 8 && Format is { ClockRateHz: > 0, Codec: >= Codec.Opus and <= Codec.H264 },
        RecordKind.Muted or RecordKind.Unmuted or RecordKind.Resumed => Body.Length == 0,
        RecordKind.Interrupted or RecordKind.Ended => Body.Length == 1,
        RecordKind.LayerChanged => Body.Length == 4,
        RecordKind.ClockStepped => Body.Length == 8,
        RecordKind.Dropped => Body.Length == 12,
        _ => false,
    };
}
