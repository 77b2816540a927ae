using System.Security.Cryptography;
using Sightline.Media.Receiving;
using Sightline.Recording;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Sdp;
using Sightline.Rtc.Session;

namespace Sightline.Media.Recording;

/// <summary>One connection of a device that is recorded: takes its packets apart and hands them to the journals of their tracks.</summary>
internal sealed class LegSink : IMediaSink, IMediaListener
{
    private readonly RecordedLeg _leg;
    private readonly MediaReceiver _receiver;
    private readonly Dictionary<TrackKind, TrackRecorder> _recorders = [];
    private TrackRecorder?[] _bySection = [];
    private MediaSession? _session;
    private volatile bool _isAlive = true;
    private bool _isRecorded;

    public LegSink(RecordedLeg leg)
    {
        _leg = leg;
        Span<byte> random = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(random);
        _receiver = new MediaReceiver(this, BitConverter.ToUInt32(random));
    }

    /// <summary>It has not ended.</summary>
    public bool IsAlive => _isAlive;

    /// <summary>Of the worker's session; 0 before its first offer is answered.</summary>
    public long SessionId { get; private set; }

    /// <summary>Of any media; in µs of the worker's clock.</summary>
    public long LastArrivalUs { get; private set; }

    public long? WakeAtUs => _receiver.WakeAtUs;

    public void Agreed(MediaSession session, SdpAnswer answer)
    {
        _session = session;
        SessionId = session.Id;
        _receiver.Agree(answer);
        _bySection = new TrackRecorder?[answer.Media.Length];
        var (sounds, pictures) = (0, 0);
        for (var i = 0; i < answer.Media.Length; i++)
        {
            TrackKind? kind = answer.Media[i].Kind switch
            {
                SdpMediaKind.Audio => ++sounds == 1 ? TrackKind.Microphone : null,
                SdpMediaKind.Video => ++pictures switch { 1 => TrackKind.Camera, 2 => TrackKind.Screen, _ => null },
                SdpMediaKind.Other => null,
            };
            if (kind is { } track) _bySection[i] = Recorder(track);
        }
    }

    public void Received(RtcPacketKind kind, ReadOnlySpan<byte> packet, long arrivalUs)
    {
        if (kind == RtcPacketKind.Rtp) _receiver.HandleRtp(packet, arrivalUs);
        else _receiver.HandleRtcp(packet, arrivalUs);
    }

    public void Changed(RtcState state, RtcEnd end)
    {
        if (state == RtcState.Connected)
        {
            _isRecorded = true;
            _leg.Connected(this);
        }

        if (state != RtcState.Ended) return;

        _isAlive = false;
        _receiver.Close();
        _leg.Ended(this, end);
    }

    /// <summary>Another connection has taken its place: what still comes is not recorded twice.</summary>
    public void Supersede() => _isRecorded = false;

    public void Tick(long nowUs) => _receiver.Tick(nowUs);

    public void Arrived(MediaSource source, in RtpPacket packet, long sequence, long nowUs)
    {
        LastArrivalUs = nowUs;
        if (!_isRecorded) return;

        _leg.Heard(nowUs);
        _bySection[source.Section.Index]?.Arrived(source, packet, sequence, nowUs);
    }

    public void Reported(MediaSource source, in SenderInfo info, long nowUs)
    {
        if (_isRecorded) _bySection[source.Section.Index]?.Reported(source, info, nowUs);
    }

    public void SendRtcp(ReadOnlySpan<byte> compound) => _session!.SendRtcp(compound);

    private TrackRecorder Recorder(TrackKind kind)
    {
        if (!_recorders.TryGetValue(kind, out var recorder)) _recorders[kind] = recorder = _leg.NewRecorder(kind);
        return recorder;
    }
}
