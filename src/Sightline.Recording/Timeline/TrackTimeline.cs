using Sightline.Recording.Journal;

namespace Sightline.Recording.Timeline;

/// <summary>
/// Makes one line of time out of what arrived on a track, whatever the network, the person's computer and this node did
/// meanwhile: packets come out in the order in which they were sent, each with its place in the recording, and what is missing
/// is listed. Mute and DTX keep their length; renegotiated and reconnected streams go on in the same line. Hand in a record,
/// take packets until there are none, hand in the next. Records of one person's tracks are handed in about as they arrived,
/// because their tracks share a <see cref="SenderClock"/>. What it keeps does not grow with the recording's length.
/// </summary>
/// <param name="start">When the recording began, by the clock of the records.</param>
public sealed class TrackTimeline(SenderClock sender, DateTimeOffset start, TimelineLimits limits) : IDisposable
{
    private const int MaxStreams = 4;

    private readonly StreamFormat?[] _formats = new StreamFormat?[128];
    private readonly List<StreamTimeline> _streams = [];
    private readonly GapFinder _gaps = new(limits);

    private uint? _layer;
    private bool _isComplete;
    private DateTimeOffset _now;
    private WaitingPacket _taken;
    private StreamTimeline? _takenFrom;
    private DateTimeOffset _lastArrivedAt;
    private TimeSpan _lastAt;

    /// <summary>What is missing, as far as packets were taken.</summary>
    public GapList Gaps => _gaps.List;

    /// <summary>What is missing until then, when an interruption has not ended; <c>null</c> when none is under way.</summary>
    public Gap? GapUntil(DateTimeOffset end) => _takenFrom is null ? null : _gaps.Last(_lastAt, ToPosition(end), _lastArrivedAt);

    /// <summary>Packets that could not be placed: of unknown payload types, or of layers that are not recorded.</summary>
    public long IgnoredPackets { get; private set; }

    /// <summary>Where the line has come to.</summary>
    public TimeSpan Position => _lastAt;

    /// <summary>When something happened, in the recording's time; for events that have no timestamp of the sender's.</summary>
    public TimeSpan ToPosition(DateTimeOffset at) => at > start ? at - start : TimeSpan.Zero;

    public void Add(in JournalRecord record)
    {
        if (record.LostBefore > 0)
            _gaps.Caused(GapCause.Disk, _now, record.At);
        _now = record.At > _now ? record.At : _now;
        switch (record.Kind)
        {
            case RecordKind.Packet:
                // Who was removed may come again.
                _isComplete = false;
                AddPacket(record.Body, record.At);
                break;
            case RecordKind.SenderReport:
                AddReport(record.SenderReport, record.At);
                break;
            case RecordKind.Format:
                _formats[record.Format.PayloadType & 127] = record.Format;
                break;
            case RecordKind.LayerChanged:
                _layer = record.LayerSsrc;
                break;
            case RecordKind.Interrupted:
                _gaps.Interrupted(record.InterruptionCause == InterruptionCause.Node ? GapCause.Node : GapCause.Connection, record.At);
                break;
            case RecordKind.Resumed:
                _gaps.Resumed(record.At);
                break;
            case RecordKind.Dropped:
                _gaps.Caused(GapCause.Disk, record.DroppedSince, record.At);
                break;
            case RecordKind.Ended:
                Complete();
                break;
            case RecordKind.Muted or RecordKind.Unmuted or RecordKind.ClockStepped:
            default:
                break;
        }
    }

    /// <summary>Time goes on though nothing came: what waits for nothing any more can be taken.</summary>
    public void Advance(DateTimeOffset now) => _now = now > _now ? now : _now;

    /// <summary>Nothing more comes: what waits comes out.</summary>
    public void Complete() => _isComplete = true;

    /// <summary>The next packet, if its turn has come.</summary>
    public bool TryTake(out TimedPacket packet)
    {
        PacketOrder.Return(_taken);
        _taken = default;
        while (_streams.Count > 0)
        {
            var stream = _streams[0];
            var isOver = _streams.Count > 1 &&
                (_isComplete || _streams.Count > MaxStreams || _now - _streams[1].BeganAt >= limits.ReorderFor);
            if (stream.TryTake(_now, _isComplete || isOver, out _taken, out var missing, out var nodeTicks))
            {
                packet = Place(stream, missing, nodeTicks);
                return true;
            }

            if (!isOver || !stream.IsEmpty)
                break;
            stream.Dispose();
            _streams.RemoveAt(0);
        }

        packet = default;
        return false;
    }

    public void Dispose()
    {
        PacketOrder.Return(_taken);
        _taken = default;
        foreach (var stream in _streams)
            stream.Dispose();
        _streams.Clear();
    }

    private TimedPacket Place(StreamTimeline stream, long missing, long nodeTicks)
    {
        var at = new TimeSpan(nodeTicks - start.UtcTicks);
        // Times never go back, whatever was learnt about clocks since.
        at = at > _lastAt ? at : _lastAt;
        var isFirst = !ReferenceEquals(stream, _takenFrom);
        Gap? gap = null;
        if (isFirst && _takenFrom is not null)
            gap = _gaps.Restarted(_lastAt, at, _lastArrivedAt, _taken.ArrivedAt);
        else if (missing > 0)
            gap = _gaps.Found(_lastAt, at, missing, _lastArrivedAt, _taken.ArrivedAt);

        (_takenFrom, _lastAt, _lastArrivedAt) = (stream, at, _taken.ArrivedAt);
        return new TimedPacket { Rtp = _taken.Bytes, Format = _taken.Format, At = at, IsCut = isFirst || missing > 0, Gap = gap };
    }

    private void AddPacket(ReadOnlySpan<byte> rtp, DateTimeOffset arrivedAt)
    {
        if (rtp.Length < 12 || _formats[rtp[1] & 127] is not { } format || !TryAddToStream(rtp, format, arrivedAt))
            IgnoredPackets++;
    }

    private bool TryAddToStream(ReadOnlySpan<byte> rtp, in StreamFormat format, DateTimeOffset arrivedAt)
    {
        var ssrc = StreamTimeline.SsrcOf(rtp);
        if (_streams.Count > 0 && _streams[^1].Ssrc == ssrc && _streams[^1].TryAdd(rtp, format, arrivedAt))
            return true;
        // What was sent before a change may arrive behind it.
        for (var i = _streams.Count - 2; i >= 0 && ssrc != _layer; i--)
        {
            if (_streams[i].Ssrc == ssrc && _streams[i].TryAdd(rtp, format, arrivedAt))
                return true;
        }

        if (_layer is not null && _layer != ssrc)
            return false;
        var stream = new StreamTimeline(sender, limits, format.ClockRateHz, rtp, arrivedAt);
        _streams.Add(stream);
        return stream.TryAdd(rtp, format, arrivedAt);
    }

    private void AddReport(in SenderReport report, DateTimeOffset arrivedAt)
    {
        for (var i = _streams.Count - 1; i >= 0; i--)
        {
            if (_streams[i].Ssrc == report.Ssrc)
            {
                _streams[i].Report(report, arrivedAt);
                return;
            }
        }
    }
}
