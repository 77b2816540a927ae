using System.Buffers.Binary;

namespace Sightline.Recording.Journal;

/// <summary>What a record holds. The numbers stand in journals and never change; a reader skips those that it does not know.</summary>
public enum RecordKind : byte
{
    /// <summary>An RTP packet as it arrived, decrypted.</summary>
    Packet = 1,
    SenderReport = 2,

    /// <summary>What a payload type means from here on; each segment repeats those that hold.</summary>
    Format = 3,
    Muted = 4,
    Unmuted = 5,
    Interrupted = 6,
    Resumed = 7,

    /// <summary>Another of the sender's layers is recorded from here on.</summary>
    LayerChanged = 8,

    /// <summary>The wall clock moved against the clock of the records.</summary>
    ClockStepped = 9,

    /// <summary>Records that this node had no room for, because the disk took nothing.</summary>
    Dropped = 10,
    Ended = 11,
}

/// <summary>Whose journal it is.</summary>
public readonly record struct JournalIdentity(Guid RecordingId, Guid TrackId, TrackKind Kind);

/// <summary>What every segment begins with.</summary>
/// <param name="Segment">Counts from 0.</param>
/// <param name="FirstRecord">Number of its first record; numbers go on from segment to segment.</param>
public readonly record struct SegmentHeader(JournalIdentity Identity, uint Segment, uint FirstRecord, DateTimeOffset StartedAt);

/// <summary>The bytes of a journal: docs/recording-format.md. All numbers are little-endian, times are microseconds since 1970.</summary>
internal static class JournalFormat
{
    public const ushort Version = 1;
    public const int SegmentHeaderLength = 64;
    public const int RecordHeaderLength = 21;

    /// <summary>What a datagram brings and more; what a damaged length can cost is bounded by it.</summary>
    public const int MaxBodyLength = 2048;

    private const uint Magic = 0x524A_4C53; // "SLJR"
    private const ushort Marker = 0x4CA5;
    private const int CrcOffset = 16;
    private const int BodyOffset = 20; // The checksum covers what stands before it, and the kind and body behind it.

    public static void WriteHeader(Span<byte> to, in SegmentHeader header)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], SegmentHeaderLength);
        header.Identity.RecordingId.TryWriteBytes(to[8..], bigEndian: true, out _);
        header.Identity.TrackId.TryWriteBytes(to[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(to[40..], header.Segment);
        BinaryPrimitives.WriteUInt32LittleEndian(to[44..], header.FirstRecord);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], ToUs(header.StartedAt));
        BinaryPrimitives.WriteUInt32LittleEndian(to[56..], (uint)header.Identity.Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(to[60..], Crc32C.Of(to[..60]));
    }

    /// <summary>What is wrong with the header; <c>null</c> when it is sound.</summary>
    public static DamageKind? ReadHeader(ReadOnlySpan<byte> from, out SegmentHeader header)
    {
        header = default;
        if (from.Length < SegmentHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic ||
            BinaryPrimitives.ReadUInt32LittleEndian(from[60..]) != Crc32C.Of(from[..60]))
        {
            return DamageKind.Header;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(from[4..]) != Version)
            return DamageKind.Version;
        if (!TryToTime(BinaryPrimitives.ReadInt64LittleEndian(from[48..]), out var startedAt))
            return DamageKind.Header;
        var recordingId = new Guid(from.Slice(8, 16), bigEndian: true);
        var trackId = new Guid(from.Slice(24, 16), bigEndian: true);
        header = new SegmentHeader(
            new JournalIdentity(recordingId, trackId, (TrackKind)from[56]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[44..]),
            startedAt);
        return null;
    }

    /// <summary>Completes the record whose body already stands at <see cref="RecordHeaderLength"/>.</summary>
    public static void SealRecord(Span<byte> record, RecordKind kind, uint number, DateTimeOffset at)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record, Marker);
        BinaryPrimitives.WriteUInt16LittleEndian(record[2..], (ushort)(record.Length - RecordHeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], number);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], ToUs(at));
        record[BodyOffset] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(record[CrcOffset..], ChecksumOf(record));
    }

    /// <summary>The record that begins here, if a whole and sound one does.</summary>
    /// <param name="length">Of the record with its header.</param>
    public static bool TryReadRecord(ReadOnlySpan<byte> from, out JournalRecord record, out int length)
    {
        record = default;
        length = 0;
        if (from.Length < RecordHeaderLength || BinaryPrimitives.ReadUInt16LittleEndian(from) != Marker)
            return false;
        var bodyLength = BinaryPrimitives.ReadUInt16LittleEndian(from[2..]);
        if (bodyLength > MaxBodyLength || from.Length < RecordHeaderLength + bodyLength)
            return false;
        var whole = from[..(RecordHeaderLength + bodyLength)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(whole[CrcOffset..]) != ChecksumOf(whole) ||
            !TryToTime(BinaryPrimitives.ReadInt64LittleEndian(whole[8..]), out var at))
        {
            return false;
        }

        length = whole.Length;
        var number = BinaryPrimitives.ReadUInt32LittleEndian(whole[4..]);
        record = new JournalRecord((RecordKind)whole[BodyOffset], number, at, whole[RecordHeaderLength..]);
        return true;
    }

    /// <summary>Where the next record may begin; the length of <paramref name="bytes"/> when nowhere.</summary>
    public static int FindMarker(ReadOnlySpan<byte> bytes)
    {
        Span<byte> marker = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(marker, Marker);
        var at = bytes.IndexOf(marker);
        return at < 0 ? bytes.Length : at;
    }

    public static long ToUs(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static bool TryToTime(long us, out DateTimeOffset at)
    {
        const long maxUs = 253_402_300_799_999_999; // The last microsecond of the year 9999.
        at = us is >= 0 and <= maxUs ? DateTimeOffset.UnixEpoch.AddTicks(us * TimeSpan.TicksPerMicrosecond) : default;
        return us is >= 0 and <= maxUs;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> record) =>
        ~Crc32C.Add(Crc32C.Add(Crc32C.Start, record[..CrcOffset]), record[BodyOffset..]);
}
