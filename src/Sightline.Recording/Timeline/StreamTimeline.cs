using System.Buffers.Binary;

namespace Sightline.Recording.Timeline;

/// <summary>
/// One run of one SSRC: puts packets into order, unwraps their numbers, and converts timestamps into this node's time by way
/// of the sender's clock.
/// </summary>
internal sealed class StreamTimeline : IDisposable
{
    /// <summary>A report that differs by more is of a stream whose clock stood still or jumped.</summary>
    private const long JumpTicks = TimeSpan.TicksPerSecond / 2;

    private readonly SenderClock _sender;
    private readonly TimelineLimits _limits;
    private readonly PacketOrder _order;
    private readonly SteeredClock _clock = new(TimeSpan.FromSeconds(20));
    private readonly int _clockRateHz;
    private readonly long _firstTimestamp;

    private Unwrapper _sequences = new(16);
    private Unwrapper _timestamps = new(32);
    private bool _isTaken;
    private long _lastMediaTicks = long.MinValue;
    private long _lastNodeTicks;

    public StreamTimeline(SenderClock sender, TimelineLimits limits, int clockRateHz, ReadOnlySpan<byte> firstRtp, DateTimeOffset now)
    {
        _sender = sender;
        _limits = limits;
        _order = new PacketOrder(limits.MaxWaiting);
        _clockRateHz = clockRateHz;
        Ssrc = SsrcOf(firstRtp);
        BeganAt = now;
        _firstTimestamp = _timestamps.Unwrap(TimestampOf(firstRtp));
        _order.StartAt(_sequences.Unwrap(SequenceOf(firstRtp)));
    }

    public uint Ssrc { get; }

    public DateTimeOffset BeganAt { get; }

    public bool IsEmpty => _order.Count == 0;

    /// <summary><c>false</c> when the packet cannot be of this run: the sender has begun to count anew.</summary>
    public bool TryAdd(ReadOnlySpan<byte> rtp, in StreamFormat format, DateTimeOffset arrivedAt)
    {
        var before = _sequences;
        var sequence = _sequences.Unwrap(SequenceOf(rtp));
        if (!_order.HasRoomFor(sequence) || format.ClockRateHz != _clockRateHz)
        {
            _sequences = before;
            return false;
        }

        if (!_isTaken && sequence < _order.Next)
            _order.StartAt(sequence);
        _order.Add(sequence, rtp, format, arrivedAt);
        return true;
    }

    public void Report(in SenderReport report, DateTimeOffset arrivedAt)
    {
        if (!_sender.TryRead(report.NtpTime, arrivedAt.UtcTicks, out var sentTicks))
            return;
        var timestamps = _timestamps;
        var mediaTicks = ToTicks(timestamps.Unwrap(report.RtpTime));
        if (!_clock.IsKnown || Math.Abs(_clock.Error(mediaTicks, sentTicks)) > JumpTicks)
            _clock.Anchor(mediaTicks, sentTicks);
        else
            _clock.Observe(mediaTicks, sentTicks);
    }

    /// <param name="isClosing">Nothing more is waited for.</param>
    /// <param name="missing">Packets between the one before and this one.</param>
    /// <param name="nodeTicks">When it would have arrived without delay.</param>
    public bool TryTake(DateTimeOffset now, bool isClosing, out WaitingPacket packet, out long missing, out long nodeTicks)
    {
        (packet, missing, nodeTicks) = (default, 0, 0);
        isClosing |= _order.IsNearlyFull;
        if (_order.Count == 0 || (!_clock.IsKnown && !isClosing && now - BeganAt < _limits.HoldForReport))
            return false;
        if (!_order.HasNext && !isClosing && now - _order.First.ArrivedAt < _limits.ReorderFor)
            return false;
        if (!_clock.IsKnown)
            AnchorByArrival();

        var expected = _order.Next;
        packet = _order.Take();
        missing = packet.Sequence - expected;
        _isTaken = true;
        nodeTicks = ToNode(packet);
        return true;
    }

    public void Dispose() => _order.Dispose();

    private long ToNode(in WaitingPacket packet)
    {
        var mediaTicks = ToTicks(_timestamps.Unwrap(TimestampOf(packet.Bytes)));
        // All packets of a frame have one time, even when a report comes between them.
        if (mediaTicks == _lastMediaTicks)
            return _lastNodeTicks;
        var arrivedTicks = packet.ArrivedAt.UtcTicks;
        var sentTicks = _clock.Map(mediaTicks);
        var nodeTicks = _sender.ToNode(sentTicks);
        if (Math.Abs(arrivedTicks - nodeTicks) > _limits.MaxSkew.Ticks)
        {
            sentTicks = _sender.FromNode(arrivedTicks);
            _clock.Anchor(mediaTicks, sentTicks);
            nodeTicks = arrivedTicks;
        }

        _sender.Observe(sentTicks, arrivedTicks);
        (_lastMediaTicks, _lastNodeTicks) = (mediaTicks, nodeTicks);
        return nodeTicks;
    }

    /// <summary>Without a report, the packet that was quickest on its way says when the others were sent.</summary>
    private void AnchorByArrival()
    {
        var timestamps = _timestamps;
        var (media, arrived) = (0L, long.MaxValue);
        foreach (ref readonly var packet in _order.Slots)
        {
            if (packet.Buffer is null)
                continue;
            var mediaTicks = ToTicks(timestamps.Unwrap(TimestampOf(packet.Bytes)));
            if (arrived == long.MaxValue || packet.ArrivedAt.UtcTicks - mediaTicks < arrived - media)
                (media, arrived) = (mediaTicks, packet.ArrivedAt.UtcTicks);
        }

        if (!_sender.IsKnown)
            _sender.Anchor(arrived, arrived);
        _clock.Anchor(media, _sender.FromNode(arrived));
    }

    private long ToTicks(long timestamp) => (timestamp - _firstTimestamp) * TimeSpan.TicksPerSecond / _clockRateHz;

    public static uint SsrcOf(ReadOnlySpan<byte> rtp) => BinaryPrimitives.ReadUInt32BigEndian(rtp[8..]);

    private static ushort SequenceOf(ReadOnlySpan<byte> rtp) => BinaryPrimitives.ReadUInt16BigEndian(rtp[2..]);

    private static uint TimestampOf(ReadOnlySpan<byte> rtp) => BinaryPrimitives.ReadUInt32BigEndian(rtp[4..]);
}
