using Sightline.Media.Receiving;
using Sightline.Recording;
using Sightline.Rtc.Codecs;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Sdp;
using JournalReport = Sightline.Recording.SenderReport;

namespace Sightline.Media.Recording;

/// <summary>Decides which of a section's sources goes into its journal: one at a time. On the media thread.</summary>
internal sealed class TrackRecorder(TrackJournal journal, RecordingClock clock)
{
    /// <summary>A layer that is silent for longer gives way to another.</summary>
    private const long SilentUs = 1_000_000;

    private MediaSource? _recorded;
    private MediaSection? _section;
    private StreamFormat _format;

    /// <summary>The source before, of which only what was sent before the change is kept.</summary>
    private MediaSource? _previous;
    private long _previousEnd;

    /// <summary>The disk took too little for too long.</summary>
    private bool _hasLost;

    public void Arrived(MediaSource source, in RtpPacket packet, long sequence, long nowUs)
    {
        if (source == _previous)
        {
            if (sequence <= _previousEnd) journal.LatePacket(packet.Bytes, clock.At(nowUs));
            if (sequence <= _previousEnd) return;
        }

        if (source != _recorded && !TryChange(source, packet, nowUs)) return;

        if (_section != source.Section) (_section, _format) = (source.Section, FormatOf(source.Section));
        var isKept = journal.Packet(packet.Bytes, source.Ssrc, _format, clock.At(nowUs));
        // The sender knows of nothing that is lost here: without asking, no picture could be decoded from now on.
        if (isKept && _hasLost && source.Section.Kind == SdpMediaKind.Video) source.Track.WantKeyFrame();
        _hasLost = !isKept;
    }

    public void Reported(MediaSource source, in SenderInfo info, long nowUs)
    {
        if (source != _recorded) return;

        var report = new JournalReport(info.Ssrc, info.NtpTime, info.RtpTimestamp, info.PacketCount, info.OctetCount);
        journal.Report(report, clock.At(nowUs));
    }

    private bool TryChange(MediaSource source, in RtpPacket packet, long nowUs)
    {
        if (_recorded is { } recorded)
        {
            var isLayer = source.Layer != recorded.Layer;
            var isWanted = isLayer
                ? source.Layer < recorded.Layer || nowUs - recorded.LastArrivalUs > SilentUs
                : source.Order > recorded.Order;
            if (!isWanted) return false;

            // The picture of another layer begins with a key frame; until one comes, the layer so far goes on.
            if (isLayer && !Depacketiser.BeginsKeyFrame(source.Section.MediaCodec, packet.Payload))
            {
                source.Track.WantKeyFrame();
                return false;
            }

            (_previous, _previousEnd) = (recorded, recorded.HighestSequence);
        }

        _recorded = source;
        return true;
    }

    private static StreamFormat FormatOf(MediaSection section)
    {
        var channels = section.Kind == SdpMediaKind.Audio ? (byte)section.Codec.Channels : (byte)0;
        return new StreamFormat(section.Codec.PayloadType, CodecOf(section.MediaCodec), section.Codec.ClockRateHz, channels);
    }

    private static Codec CodecOf(MediaCodec codec) => codec switch
    {
        MediaCodec.Opus => Codec.Opus,
        MediaCodec.Vp8 => Codec.Vp8,
        MediaCodec.Vp9 => Codec.Vp9,
        MediaCodec.Av1 => Codec.Av1,
        MediaCodec.H264 => Codec.H264,
    };
}
