using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Sdp;

namespace Sightline.Media.Receiving;

/// <summary>
/// All that one peer sends: tells which source a packet belongs to (RFC 8843 §9.2, RFC 8852), has each repaired, and writes the
/// feedback. No I/O; times are µs of one clock. One thread at a time, and nothing is allocated per packet.
/// </summary>
/// <param name="ownSsrc">Random; of the one who reports.</param>
public sealed class MediaReceiver(IMediaListener listener, uint ownSsrc)
{
    /// <summary>SSRCs of a peer, retransmissions included. Beyond it, a new one takes the place of one that has been silent.</summary>
    public const int MaxSources = 24;

    private const long SilentUs = 5_000_000;
    private const long ReportEveryUs = 1_000_000;

    /// <summary>What is written of feedback goes into datagrams of this size.</summary>
    private const int MaxFeedbackBytes = 1_150;

    /// <summary>The longest that a track may have to say: a full NACK, a request for a key frame, and a NACK of what may follow.</summary>
    private const int TrackFeedbackBytes = 12 + (4 * 200) + 20 + 16;

    private readonly PacketPool _pool = new();
    private readonly ArrivalLog _arrivals = new();
    private readonly Dictionary<uint, MediaSource> _bySsrc = [];
    private readonly List<MediaSource> _sources = [];
    private readonly byte[] _feedback = new byte[MaxFeedbackBytes];
    private readonly ReportBlock[] _blocks = new ReportBlock[MaxSources];
    private MediaSection?[] _sections = [];
    private KnownExtensions _known;
    private MediaSource? _latest;
    private uint _ownSsrc = ownSsrc;
    private int _begun;
    private long _nextReportUs = long.MaxValue;
    private long _wakeAtUs = long.MaxValue;

    /// <summary>Packets of no source that is known or could begin, and such that are malformed.</summary>
    public long Unplaced { get; private set; }

    /// <summary>SSRCs that have a place.</summary>
    public int SourceCount => _sources.Count;

    /// <summary>When to call <see cref="Tick"/>; <c>null</c>: not before the next packet.</summary>
    public long? WakeAtUs => _wakeAtUs == long.MaxValue ? null : _wakeAtUs;

    /// <summary>Takes what was agreed on, also anew: sources that go on keep their place.</summary>
    public void Agree(SdpAnswer answer)
    {
        _sections = [.. answer.Media.Select((media, index) => MediaSection.From(index, media))];
        _known = default;
        foreach (var extension in answer.Media.SelectMany(media => media.Extensions)) _known = _known.With(extension.Uri, extension.Id);

        foreach (var source in _sources.ToArray())
        {
            var section = source.Section.Index < _sections.Length ? _sections[source.Section.Index] : null;
            if (section is null) Remove(source);
            else Follow(source, section);
        }
    }

    public void HandleRtp(ReadOnlySpan<byte> bytes, long nowUs)
    {
        if (RtpPacket.Parse(bytes, out var packet) != RtpFault.None)
        {
            Unplaced++;
            return;
        }

        var values = _known.Read(packet);
        if (values.TransportSequence is { } number)
        {
            _arrivals.Add(number, nowUs);
            WakeBy(_arrivals.WakeAtUs);
        }

        var source = Find(packet.Ssrc) ?? Begin(packet, values, nowUs);
        if (source is null)
        {
            Unplaced++;
            return;
        }

        source.LastArrivalUs = nowUs;
        if (source.Repairs is { } repaired)
        {
            if (packet.PayloadType == source.Section.Codec.RtxPayloadType)
                Take(repaired, repaired.Track.HandleRetransmission(packet, source.Section.Codec.PayloadType, nowUs), nowUs);
        }
        else if (packet.PayloadType == source.Section.Codec.PayloadType)
        {
            Take(source, source.Track.Handle(packet, nowUs), nowUs);
        }
    }

    public void HandleRtcp(ReadOnlySpan<byte> bytes, long nowUs)
    {
        if (RtcpCompound.Parse(bytes, out var compound) != RtcpFault.None) return;

        foreach (var packet in compound)
        {
            if (SenderReport.Parse(packet, out var report) != RtcpFault.None || Find(report.Info.Ssrc) is not { Repairs: null } source) continue;

            source.Track.HandleSenderReport(report.Info, nowUs);
            listener.Reported(source, report.Info, nowUs);
        }
    }

    /// <summary>Lets time pass: writes the feedback that is due.</summary>
    public void Tick(long nowUs)
    {
        if (nowUs < _wakeAtUs) return;

        var writer = new RtcpWriter(_feedback);
        var isDue = nowUs >= _nextReportUs;
        BeginCompound(ref writer, isDue ? Report(nowUs) : 0);
        var bare = isDue ? 0 : writer.Length;
        if (isDue) _nextReportUs = nowUs + ReportEveryUs;

        for (var i = 0; i < _sources.Count; i++)
        {
            var source = _sources[i];
            if (source.Repairs is not null) continue;

            Drain(source, nowUs);
            var hasQuestion = source.Track.WakeAtUs <= nowUs;
            if (!hasQuestion && source.Tail.AtUs > nowUs) continue;

            if (writer.Length + TrackFeedbackBytes > _feedback.Length) Send(ref writer, ref bare);
            if (hasQuestion) source.Track.WriteFeedback(ref writer, _ownSsrc, nowUs);
            if (source.Tail.AtUs <= nowUs) AskForNext(source, ref writer, nowUs);
        }

        if (_arrivals.WakeAtUs <= nowUs && _sources.Count > 0)
        {
            if (writer.Length > _feedback.Length / 2) Send(ref writer, ref bare);
            _arrivals.WriteFeedback(ref writer, _ownSsrc, _sources[0].Ssrc, nowUs);
        }

        if (writer.Length > bare) listener.SendRtcp(_feedback.AsSpan(0, writer.Length));
        ComputeWake();
    }

    /// <summary>Gives all that is held back.</summary>
    public void Close()
    {
        foreach (var source in _sources) source.Track.Close();
        _sources.Clear();
        _bySsrc.Clear();
        _latest = null;
        _wakeAtUs = long.MaxValue;
    }

    /// <summary>Every datagram of RTCP begins with a report and the name of the one who reports (RFC 3550 §6.1).</summary>
    private void BeginCompound(ref RtcpWriter writer, int blocks)
    {
        writer.ReceiverReport(_ownSsrc, _blocks.AsSpan(0, blocks));
        writer.Cname(_ownSsrc, "sightline"u8);
    }

    private void Send(ref RtcpWriter writer, ref int bare)
    {
        if (writer.Length > bare) listener.SendRtcp(_feedback.AsSpan(0, writer.Length));
        writer = new RtcpWriter(_feedback);
        BeginCompound(ref writer, blocks: 0);
        bare = writer.Length;
    }

    private int Report(long nowUs)
    {
        var blocks = 0;
        foreach (var source in _sources)
        {
            if (source.Repairs is null && source.Track.Report(nowUs) is { } block) _blocks[blocks++] = block;
        }

        return blocks;
    }

    private MediaSource? Find(uint ssrc)
    {
        if (_latest is { } latest && latest.Ssrc == ssrc) return latest;

        if (_bySsrc.TryGetValue(ssrc, out var source)) _latest = source;
        return source;
    }

    private void Take(MediaSource source, in Arrival arrival, long nowUs)
    {
        if (!arrival.Believed.IsEmpty && RtpPacket.Parse(arrival.Believed, out var before) == RtpFault.None)
            listener.Arrived(source, before, arrival.Sequence - 1, nowUs);

        // Where there was no room to repair it, it came all the same.
        if (arrival.Verdict is Verdict.Fresh or Verdict.Late or Verdict.NoRoom)
        {
            Advance(source, arrival.Sequence, nowUs);
            listener.Arrived(source, arrival.Packet, arrival.Sequence, nowUs);
        }

        Drain(source, nowUs);
    }

    private void Advance(MediaSource source, long sequence, long nowUs)
    {
        if (sequence <= source.HighestSequence) return;

        source.HighestSequence = sequence;
        if (!source.Section.Settings.Nack) return;

        source.Tail.Advanced(nowUs);
        WakeBy(source.Tail.AtUs);
    }

    private void AskForNext(MediaSource source, ref RtcpWriter writer, long nowUs)
    {
        writer.Nack(_ownSsrc, source.Ssrc, [(ushort)(source.HighestSequence + 1)]);
        source.Tail.Asked(nowUs);
    }

    /// <summary>The order is made where it is needed; what was put in order here is let go.</summary>
    private void Drain(MediaSource source, long nowUs)
    {
        while (source.Track.TryTake(nowUs, out _))
        {
        }

        WakeBy(source.Track.WakeAtUs);
    }

    private void WakeBy(long? atUs) => _wakeAtUs = Math.Min(_wakeAtUs, atUs ?? long.MaxValue);

    private void ComputeWake()
    {
        _wakeAtUs = Math.Min(_nextReportUs, _arrivals.WakeAtUs ?? long.MaxValue);
        foreach (var source in _sources)
        {
            if (source.Repairs is not null) continue;

            WakeBy(source.Track.WakeAtUs);
            WakeBy(source.Tail.AtUs);
        }
    }

    private MediaSource? Begin(in RtpPacket packet, in ExtensionValues values, long nowUs)
    {
        if (Identify(packet.PayloadType, values.Mid) is not { } section) return null;

        var isRepair = packet.PayloadType == section.Codec.RtxPayloadType;
        if (section.LayerOf(isRepair ? values.RepairedRid : values.Rid) is not { } layer) return null;

        var repairs = isRepair ? Newest(section, layer) : null;
        if ((isRepair && repairs is null) || !MakeRoom(nowUs)) return null;

        // Somebody reports under the name that this side has.
        if (packet.Ssrc == _ownSsrc) _ownSsrc++;
        var source = repairs is null
            ? new MediaSource(packet.Ssrc, section, layer, NewTrack(packet.Ssrc, section)) { Order = ++_begun }
            : new MediaSource(packet.Ssrc, repairs) { Order = ++_begun };
        _sources.Add(source);
        _bySsrc.Add(packet.Ssrc, source);
        _nextReportUs = Math.Min(_nextReportUs, nowUs + ReportEveryUs);
        WakeBy(_nextReportUs);
        return source;
    }

    /// <summary>By its name, or where it has none, by the payload type, if that is one section's alone.</summary>
    private MediaSection? Identify(byte payloadType, ReadOnlySpan<byte> mid)
    {
        MediaSection? found = null;
        foreach (var section in _sections)
        {
            if (section is null || !section.Has(payloadType)) continue;
            if (!mid.IsEmpty && section.Is(mid)) return section;
            if (!mid.IsEmpty) continue;
            if (found is not null) return null;
            found = section;
        }

        return found;
    }

    private MediaSource? Newest(MediaSection section, int layer)
    {
        MediaSource? newest = null;
        foreach (var source in _sources)
        {
            if (source.Repairs is null && source.Section == section && source.Layer == layer) newest = source;
        }

        return newest;
    }

    private bool MakeRoom(long nowUs)
    {
        if (_sources.Count < MaxSources) return true;

        var silent = _sources[0];
        foreach (var source in _sources)
        {
            if (source.LastArrivalUs < silent.LastArrivalUs) silent = source;
        }

        if (nowUs - silent.LastArrivalUs < SilentUs) return false;

        Remove(silent);
        return true;
    }

    private void Remove(MediaSource source)
    {
        foreach (var other in _sources)
        {
            if (other == source || other.Repairs == source) _bySsrc.Remove(other.Ssrc);
        }

        if (source.Repairs is null) source.Track.Close();
        _sources.RemoveAll(other => other == source || other.Repairs == source);
        _latest = null;
    }

    /// <summary>Where its section has another codec now, what was received before says nothing of what comes.</summary>
    private void Follow(MediaSource source, MediaSection section)
    {
        var isSame = section.IsSameMedia(source.Section);
        source.Section = section;
        if (isSame || source.Repairs is not null) return;

        source.Track.Close();
        source.Track = NewTrack(source.Ssrc, section);
    }

    private ReceiveTrack NewTrack(uint ssrc, MediaSection section)
    {
        var track = new ReceiveTrack(ssrc, section.Settings.ForRecording() with { KeepBytes = false }, _pool);
        if (section.Kind == SdpMediaKind.Video) track.WantKeyFrame();
        return track;
    }
}
