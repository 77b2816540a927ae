using Sightline.Recording;
using Sightline.Recording.Journal;
using Sightline.Recording.Timeline;
using Sightline.Rtc.Codecs;
using Sightline.Rtc.Rtp;

namespace Sightline.Media.Finishing;

/// <summary>Takes whole frames with their place on the timeline.</summary>
internal interface IFrameSink
{
    /// <param name="at">From the timeline's origin. Of one track, it never goes back.</param>
    void Add(TrackKind track, Codec codec, TimeSpan at, in Frame frame);
}

/// <summary>Makes frames of one track's records: those that can be decoded, in their order, each with its place in the recording.</summary>
internal sealed class TrackFrames(TrackKind kind, SenderClock clock, DateTimeOffset origin, IFrameSink sink) : IDisposable
{
    /// <summary>A node asks for what is missing for four seconds: what comes back so late still has its place.</summary>
    public static TimelineLimits Limits { get; } = TimelineLimits.Default with { ReorderFor = TimeSpan.FromSeconds(5) };

    private readonly TrackTimeline _timeline = new(clock, origin, Limits);
    private readonly FrameChain _chain = new();
    private readonly FrameGaps _gaps = new(Limits.MaxGaps);
    private IDepacketiser? _depacketiser;
    private Codec _codec;
    private uint _ssrc;
    private bool _isRemoved;

    public TrackKind Kind { get; } = kind;

    /// <summary>What is missing; who was lost and did not come back is missed until the end.</summary>
    /// <param name="end">Of the whole recording.</param>
    public IEnumerable<Gap> GapsUntil(DateTimeOffset end) => _gaps.Until(_isRemoved ? null : _timeline.GapUntil(end));

    public void Add(in JournalRecord record)
    {
        if (record.Kind == RecordKind.Ended)
            _isRemoved = record.EndReason == EndReason.Removed;
        _timeline.Add(record);
        Take();
    }

    /// <summary>Time goes on though this track is silent: what waits for nothing any more comes out.</summary>
    public void Advance(DateTimeOffset now)
    {
        _timeline.Advance(now);
        Take();
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete()
    {
        _timeline.Complete();
        Take();
    }

    public void Dispose() => _timeline.Dispose();

    private void Take()
    {
        while (_timeline.TryTake(out var packet))
            Add(packet);
    }

    private void Add(in TimedPacket timed)
    {
        if (timed.Gap is { } gap)
            _gaps.Missing(gap);
        if (RtpPacket.Parse(timed.Rtp, out var packet) != RtpFault.None)
            return;
        if (_depacketiser is null || _codec != timed.Format.Codec)
        {
            _codec = timed.Format.Codec;
            _depacketiser = Depacketiser.For(ToMedia(_codec));
            _chain.Restart();
        }
        else if (timed.IsCut)
        {
            _depacketiser.Gap();
            if (packet.Ssrc != _ssrc)
                _chain.Restart();
            else
                _chain.Suspect();
        }

        _ssrc = packet.Ssrc;
        var dropped = _depacketiser.Dropped;
        _chain.Look(_codec, packet.Payload);
        var isWhole = _depacketiser.TryAdd(packet.Payload, packet.Marker, packet.Timestamp, out var frame);
        if (_depacketiser.Dropped > dropped)
        {
            _chain.Suspect();
            _gaps.Lost(timed.At);
        }

        if (!isWhole)
            return;
        if (_codec != Codec.Opus && !_chain.CanDecode(frame))
        {
            _gaps.Lost(timed.At);
            return;
        }

        _gaps.Played(timed.At, TimeSpan.FromMicroseconds(frame.DurationUs));
        sink.Add(Kind, _codec, timed.At, frame);
    }

    private static MediaCodec ToMedia(Codec codec) => codec switch
    {
        Codec.Opus => MediaCodec.Opus,
        Codec.Vp8 => MediaCodec.Vp8,
        Codec.Vp9 => MediaCodec.Vp9,
        Codec.Av1 => MediaCodec.Av1,
        Codec.H264 => MediaCodec.H264,
    };
}
