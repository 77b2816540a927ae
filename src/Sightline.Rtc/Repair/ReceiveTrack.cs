using Sightline.Rtc.Codecs;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Repair;

/// <summary>What became of a packet that was handed in.</summary>
public enum Verdict
{
    /// <summary>It has its place, and comes out in order.</summary>
    Fresh,

    /// <summary>It came before.</summary>
    Duplicate,

    /// <summary>It came for the first time, after its place was told as part of a gap; it does not come out.</summary>
    Late,

    /// <summary>So old that nobody knows whether it came before.</summary>
    TooOld,

    /// <summary>
    /// Its number is far from all others: it is believed when the next one follows it (RFC 3550, A.1), and then comes out too.
    /// </summary>
    Suspect,

    /// <summary>Longer than a buffer, or all buffers are lent.</summary>
    NoRoom,

    /// <summary>A retransmission without a packet inside: a probe for bandwidth.</summary>
    Empty,
}

/// <summary>What became of a packet, and what it is.</summary>
/// <param name="packet">The packet itself; of a retransmission, the one inside. Valid until the next call.</param>
/// <param name="sequence">Unwrapped.</param>
public readonly ref struct Arrival(Verdict verdict, RtpPacket packet, long sequence)
{
    public Verdict Verdict { get; } = verdict;

    public RtpPacket Packet { get; } = packet;

    public long Sequence { get; } = sequence;

    /// <summary>The packet before, which was <see cref="Verdict.Suspect"/> until this one followed it; empty otherwise.</summary>
    public ReadOnlySpan<byte> Believed { get; init; }
}

/// <summary>What comes out of a track: the next packet in its order, or a gap in the packets' place.</summary>
public readonly ref struct TrackOutput
{
    internal TrackOutput(BufferedPacket packet)
    {
        Bytes = packet.Bytes is { } bytes ? bytes.AsSpan(0, packet.Length) : default;
        (Sequence, Timestamp, ArrivedAtUs, Repaired) = (packet.Sequence, packet.Timestamp, packet.ArrivedAtUs, packet.Repaired);
    }

    internal TrackOutput(Gap gap) => Gap = gap;

    /// <summary><c>null</c>: it is a packet.</summary>
    public Gap? Gap { get; }

    /// <summary>The whole RTP packet; valid until the next call. Empty where bytes are not kept.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Unwrapped.</summary>
    public long Sequence { get; }

    /// <summary>Unwrapped.</summary>
    public long Timestamp { get; }

    public long ArrivedAtUs { get; }

    /// <summary>It was lost once and came again.</summary>
    public bool Repaired { get; }
}

/// <summary>
/// One RTP stream as it is received: brought into order, repaired by NACK and retransmission, with what is lost for good told as
/// gaps. Hand in packets with the time, take out what there is, write the feedback that is due, and come again at
/// <see cref="WakeAtUs"/>. Times are µs of one monotonic clock and never go back. Memory is bounded by the settings.
/// </summary>
/// <param name="ssrc">Of the stream; whoever hands in packets has looked at theirs.</param>
public sealed class ReceiveTrack(uint ssrc, ReceiveTrackSettings settings, PacketPool pool)
{
    /// <summary>Jumps of more than this are believed only when a second packet follows (RFC 3550, A.1).</summary>
    private const int MaxDropout = 3000;

    private readonly JitterBuffer _buffer = new(settings.KeepBytes ? pool : null, settings.MaxPackets);
    private readonly NackGenerator _nacks = new(settings.FirstNackUs, settings.MaxNacks);
    private readonly KeyFrameRequester _keyFrames = new(settings.PictureLoss, settings.FullIntraRequest, settings.KeyFrameIntervalUs);
    private readonly SeenBefore _seen = new();
    private readonly byte[] _unwrapped = new byte[pool.BufferBytes];
    private readonly byte[] _suspect = new byte[pool.BufferBytes];
    private readonly long _maxJump = Math.Min(MaxDropout, settings.MaxPackets);
    private SequenceUnwrapper _sequences;
    private TimestampUnwrapper _timestamps;
    private ReceiveStatistics _statistics = new(settings.ClockRate);
    private byte[]? _lent;
    private int _suspectLength;
    private long _startAtUs;
    private long _takenTimestamp;
    private long _keyFrameWantedUpTo = long.MinValue;
    private bool _taken;
    private (SenderInfo Info, long AtUs)? _lastReport;

    public uint Ssrc => ssrc;

    public ReceiveTrackSettings Settings => settings;

    /// <summary>From asking for a packet to its coming, smoothed.</summary>
    public long RoundTripUs => _nacks.RoundTripUs;

    /// <summary>Packets asked for again, counted each time.</summary>
    public long Nacks => _nacks.Asked;

    public long KeyFrameRequests => _keyFrames.Asked;

    /// <summary>What the sender last said of its clock, and when that arrived.</summary>
    public (SenderInfo Info, long AtUs)? LastSenderReport => _lastReport;

    /// <summary>
    /// When <see cref="TryTake"/> or <see cref="WriteFeedback"/> may have something without another packet; <c>null</c>: never.
    /// </summary>
    public long? WakeAtUs
    {
        get
        {
            var wakeAtUs = Math.Min(Math.Min(FrontAtUs, KeyFrameAtUs), _keyFrames.WakeAtUs);
            if (settings.Nack) wakeAtUs = Math.Min(wakeAtUs, _nacks.WakeAtUs);
            return wakeAtUs == long.MaxValue ? null : wakeAtUs;
        }
    }

    private bool IsVideo => settings.Codec is not (null or MediaCodec.Opus);

    /// <summary>When the front is due: at once, at the end of a wait, or not before something comes.</summary>
    private long FrontAtUs =>
        _buffer.IsEmpty ? long.MaxValue
        : !_taken && !_buffer.IsOverfull ? _startAtUs
        : _buffer.FrontIsPacket || _buffer.FrontIsBreak || _buffer.IsOverfull ? long.MinValue
        : _buffer.FrontMissingSinceUs + settings.MissingWaitUs;

    /// <summary>When what is missing at the front has been missing for so long that a key frame is asked for, once.</summary>
    private long KeyFrameAtUs =>
        !IsVideo || _buffer.IsEmpty || _buffer.FrontIsPacket || _buffer.FrontIsBreak || _buffer.FrontSequence <= _keyFrameWantedUpTo
            ? long.MaxValue
            : _buffer.FrontMissingSinceUs + settings.KeyFrameAfterUs;

    /// <summary>Takes a packet of the stream itself.</summary>
    public Arrival Handle(in RtpPacket packet, long nowUs)
    {
        var sequence = _sequences.Peek(packet.SequenceNumber);
        if (IsFar(sequence)) return HandleSuspect(packet, nowUs);

        var verdict = Put(packet, nowUs, repaired: false);
        _statistics.Count(sequence, Timestamp(packet), nowUs);
        return new Arrival(verdict, packet, sequence);
    }

    /// <summary>Takes a packet of the stream that repairs this one (RFC 4588).</summary>
    /// <param name="payloadType">Of the packet inside.</param>
    public Arrival HandleRetransmission(in RtpPacket retransmission, byte payloadType, long nowUs)
    {
        if (!Rtx.TryUnwrap(retransmission, payloadType, ssrc, _unwrapped, out var length))
            return new Arrival(Verdict.Empty, retransmission, 0);

        // What was written from a packet is one.
        RtpPacket.Parse(_unwrapped.AsSpan(0, length), out var packet);
        var sequence = _sequences.Peek(packet.SequenceNumber);
        // A retransmission alone does not say that the numbers jumped, nor where a stream begins.
        var verdict = !_buffer.HasBegun || IsFar(sequence) ? Verdict.TooOld : Put(packet, nowUs, repaired: true);
        return new Arrival(verdict, packet, sequence);
    }

    public void HandleSenderReport(in SenderInfo info, long nowUs) => _lastReport = (info, nowUs);

    /// <summary>Asks for a key frame, as whoever comes to watch later needs one.</summary>
    public void WantKeyFrame() => _keyFrames.Want();

    /// <summary>The next packet or gap, if there is one by now.</summary>
    public bool TryTake(long nowUs, out TrackOutput output)
    {
        output = default;
        GiveBack();
        if (nowUs < FrontAtUs) return false;

        if (!_buffer.FrontIsPacket)
        {
            output = new TrackOutput(TakeGap(nowUs));
            return true;
        }

        var packet = _buffer.TakePacket();
        _seen.Set(packet.Sequence, came: true);
        (_taken, _takenTimestamp, _lent) = (true, packet.Timestamp, packet.Bytes);
        output = new TrackOutput(packet);
        return true;
    }

    /// <summary>Writes the NACK and the request for a key frame that are due.</summary>
    /// <param name="ownSsrc">Of the one who asks.</param>
    public void WriteFeedback(ref RtcpWriter writer, uint ownSsrc, long nowUs)
    {
        if (KeyFrameAtUs <= nowUs) WantKeyFrameForLoss();
        if (settings.Nack && _nacks.WakeAtUs <= nowUs)
        {
            Span<ushort> sequences = stackalloc ushort[NackGenerator.MaxInPacket];
            var count = _nacks.Take(sequences, nowUs);
            writer.Nack(ownSsrc, ssrc, sequences[..count]);
        }

        _keyFrames.Write(ref writer, ownSsrc, ssrc, nowUs);
    }

    /// <summary>How the stream was received since the last report; <c>null</c> before its first packet.</summary>
    public ReportBlock? Report(long nowUs)
    {
        if (!_statistics.HasBegun) return null;

        var delay = _lastReport is { } last ? (uint)Math.Min((nowUs - last.AtUs) * 65_536 / 1_000_000, uint.MaxValue) : 0;
        return _statistics.Report(ssrc, _lastReport?.Info.MiddleOfNtpTime ?? 0, delay);
    }

    /// <summary>Gives all that is held back to the pool: the track is over.</summary>
    public void Close()
    {
        GiveBack();
        _buffer.Clear();
        _nacks.Clear();
    }

    private bool IsFar(long sequence) =>
        _buffer.HasBegun && (sequence - _buffer.EndSequence > _maxJump || _buffer.EndSequence - sequence > SeenBefore.Window);

    private long Timestamp(in RtpPacket packet) => _timestamps.Unwrap(packet.Timestamp);

    private Verdict Put(in RtpPacket packet, long nowUs, bool repaired)
    {
        var bytes = packet.Bytes;
        if (bytes.Length > pool.BufferBytes) return Verdict.NoRoom;

        if (!_buffer.HasBegun)
        {
            _buffer.Begin(_sequences.Peek(packet.SequenceNumber));
            _startAtUs = nowUs + settings.StartWaitUs;
        }

        var sequence = _sequences.Unwrap(packet.SequenceNumber);
        if (sequence < _buffer.FirstSequence && !TryBeginEarlier(sequence, nowUs)) return Verdict.TooOld;
        if (_buffer.IsPast(sequence)) return HandleLate(sequence);
        if (sequence < _buffer.EndSequence && _buffer.Has(sequence)) return Verdict.Duplicate;

        var end = _buffer.EndSequence;
        if (!_buffer.TryExtend(sequence, nowUs)) return Verdict.NoRoom;
        if (sequence > end) _nacks.Add(end, sequence, nowUs);
        if (!_buffer.TryPut(bytes, sequence, Timestamp(packet), nowUs, repaired)) return Verdict.NoRoom;
        if (sequence < end) _nacks.Remove(sequence, nowUs);
        if (_keyFrames.IsWanted && sequence >= _keyFrameWantedUpTo && BeginsKeyFrame(packet)) _keyFrames.Arrived();
        return Verdict.Fresh;
    }

    private bool BeginsKeyFrame(in RtpPacket packet) =>
        settings.Codec is { } codec && Depacketiser.BeginsKeyFrame(codec, packet.Payload);

    /// <summary>The first packet overtook this one, and nothing was taken yet.</summary>
    private bool TryBeginEarlier(long sequence, long nowUs)
    {
        var first = _buffer.FirstSequence;
        if (_taken || first - sequence > _maxJump || !_buffer.TryBeginEarlier(sequence, nowUs)) return false;

        _nacks.Add(sequence + 1, first, nowUs);
        return true;
    }

    private Verdict HandleLate(long sequence)
    {
        if (_buffer.EndSequence - sequence > SeenBefore.Window) return Verdict.TooOld;
        if (_seen.Has(sequence)) return Verdict.Duplicate;

        _seen.Set(sequence, came: true);
        return Verdict.Late;
    }

    /// <summary>The first packet far from the others is held; when the second follows it, both are believed.</summary>
    private Arrival HandleSuspect(in RtpPacket packet, long nowUs)
    {
        var number = packet.SequenceNumber;
        RtpPacket.Parse(_suspect.AsSpan(0, _suspectLength), out var before);
        if (_suspectLength == 0 || number != (ushort)(before.SequenceNumber + 1))
        {
            if (packet.Bytes.Length > _suspect.Length) return new Arrival(Verdict.NoRoom, packet, 0);

            packet.Bytes.CopyTo(_suspect);
            _suspectLength = packet.Bytes.Length;
            return new Arrival(Verdict.Suspect, packet, 0);
        }

        _suspectLength = 0;
        if (!TryJump(before.SequenceNumber)) return new Arrival(Verdict.NoRoom, packet, 0) { Believed = before.Bytes };

        Put(before, nowUs, repaired: false);
        return Handle(packet, nowUs) with { Believed = before.Bytes };
    }

    private bool TryJump(ushort number)
    {
        var sequence = _sequences.Peek(number);
        var end = _buffer.EndSequence;
        var isRestart = sequence < end;
        var restarted = _sequences;
        if (isRestart)
        {
            restarted.Restart(number);
            sequence = restarted.Highest;
        }

        if (!_buffer.TryBreak(sequence, isRestart ? 0 : sequence - end, isRestart ? GapCause.Restart : GapCause.Outage)) return false;

        _sequences = restarted;
        _nacks.Clear();
        if (isRestart) _statistics.Restart();
        return true;
    }

    private Gap TakeGap(long nowUs)
    {
        var (first, cause, packets) = (_buffer.FrontSequence, _buffer.FrontCause, 0L);
        if (_buffer.FrontIsBreak)
        {
            packets = _buffer.FrontSkipped;
            _buffer.Skip();
        }
        else
        {
            cause = _buffer.IsOverfull ? GapCause.NoRoom : settings.Nack ? GapCause.NotRepaired : GapCause.NotRepairable;
            while (!_buffer.FrontIsPacket && !_buffer.FrontIsBreak && FrontAtUs <= nowUs)
            {
                _seen.Set(_buffer.FrontSequence, came: false);
                _buffer.Skip();
                packets++;
            }

            _nacks.RemoveBelow(first + packets);
        }

        if (IsVideo) WantKeyFrameForLoss();
        var before = _taken ? _takenTimestamp : _buffer.FirstTimestamp() ?? 0;
        _taken = true;
        return new Gap(first, packets, cause, before, _buffer.FirstTimestamp() ?? before);
    }

    private void WantKeyFrameForLoss()
    {
        _keyFrameWantedUpTo = _buffer.EndSequence;
        _keyFrames.Want();
    }

    private void GiveBack()
    {
        if (_lent is null) return;

        pool.Return(_lent);
        _lent = null;
    }
}
