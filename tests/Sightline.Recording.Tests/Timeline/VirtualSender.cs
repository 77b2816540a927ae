using System.Buffers.Binary;
using Sightline.Recording.Journal;
using Sightline.Recording.Timeline;

namespace Sightline.Recording.Tests.Timeline;

/// <summary>One stream of a person's browser: what it captures at a true time becomes packets and reports by its own clocks.</summary>
internal sealed class VirtualStream(StreamFormat format, uint ssrc, ushort firstSequence = 0, uint firstTimestamp = 0)
{
    private ushort _sequence = firstSequence;

    /// <summary>How much faster than true time its timestamps run, in millionths.</summary>
    public double DriftPpm { get; init; }

    /// <summary>How far the computer's clock is ahead of true time.</summary>
    public TimeSpan ClockAhead { get; set; }

    public uint Ssrc => ssrc;

    public byte[] Packet(TimeSpan capturedAt, int payloadBytes = 1) =>
        Scene.Rtp(format.PayloadType, _sequence++, TimestampAt(capturedAt), ssrc, payloadBytes: payloadBytes);

    public SenderReport Report(TimeSpan sentAt)
    {
        var unix = (Scene.Start + sentAt + ClockAhead - DateTimeOffset.UnixEpoch).TotalSeconds + 2_208_988_800;
        return new SenderReport(ssrc, (ulong)(unix * 4_294_967_296.0), TimestampAt(sentAt), 0, 0);
    }

    private uint TimestampAt(TimeSpan at) =>
        unchecked(firstTimestamp + (uint)(long)Math.Round(at.TotalSeconds * (1 + (DriftPpm / 1e6)) * format.ClockRateHz));
}

/// <summary>A packet that the test keeps.</summary>
internal sealed record Placed(TimeSpan At, ushort Sequence, bool IsCut, byte PayloadType);

/// <summary>Hands records to a timeline, and keeps what comes out.</summary>
internal sealed class Track : IDisposable
{
    private readonly TrackTimeline _timeline;

    public Track(SenderClock sender, StreamFormat format, TimelineLimits? limits = null)
    {
        _timeline = new TrackTimeline(sender, Scene.Start, limits ?? TimelineLimits.Default);
        Format(format, TimeSpan.Zero);
    }

    public List<Placed> Packets { get; } = [];

    public GapList Gaps => _timeline.Gaps;

    public long Ignored => _timeline.IgnoredPackets;

    public void Packet(byte[] rtp, TimeSpan arrivedAt, uint lostBefore = 0) =>
        Add(new JournalRecord(RecordKind.Packet, 0, Scene.Start + arrivedAt, rtp) { LostBefore = lostBefore });

    public void Report(SenderReport report, TimeSpan arrivedAt)
    {
        var body = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(body, report.Ssrc);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(4), report.NtpTime);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), report.RtpTime);
        Event(RecordKind.SenderReport, arrivedAt, body);
    }

    public void Format(StreamFormat format, TimeSpan at)
    {
        var body = new byte[] { format.PayloadType, (byte)format.Codec, format.Channels, 0, 0, 0, 0, 0 };
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), format.ClockRateHz);
        Event(RecordKind.Format, at, body);
    }

    public void Layer(uint ssrc, TimeSpan at)
    {
        var body = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(body, ssrc);
        Event(RecordKind.LayerChanged, at, body);
    }

    public void Event(RecordKind kind, TimeSpan at, params byte[] body) => Add(new JournalRecord(kind, 0, Scene.Start + at, body));

    /// <summary>Nothing more comes.</summary>
    public Track End(TimeSpan at)
    {
        Event(RecordKind.Ended, at, 1);
        return this;
    }

    public void Dispose() => _timeline.Dispose();

    private void Add(in JournalRecord record)
    {
        _timeline.Add(record);
        while (_timeline.TryTake(out var packet))
        {
            var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet.Rtp[2..]);
            Packets.Add(new Placed(packet.At, sequence, packet.IsCut, packet.Format.PayloadType));
        }
    }
}
