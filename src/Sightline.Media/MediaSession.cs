using Sightline.Rtc;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Sdp;
using Sightline.Rtc.Session;
using Sightline.Rtc.Srtp;

namespace Sightline.Media;

/// <summary>One peer's session at a worker. Used on the worker's thread only.</summary>
public sealed class MediaSession
{
    private readonly MediaWorker _worker;
    private readonly byte[] _buffer = new byte[SrtpLimits.MaxPacketBytes];

    internal MediaSession(MediaWorker worker, long id, SdpOffer offer, IceCredentials local, RtcSession rtc, IMediaSink sink)
    {
        _worker = worker;
        Id = id;
        Offer = offer;
        Local = local;
        Rtc = rtc;
        Sink = sink;
    }

    public long Id { get; }

    public RtcSession Rtc { get; }

    internal IMediaSink Sink { get; }

    /// <summary>What the peer offered last.</summary>
    internal SdpOffer Offer { get; set; }

    /// <summary>By its fragment, checks find their session.</summary>
    internal IceCredentials Local { get; set; }

    /// <summary>Of the fragment before the last ICE restart; the peer may still use it. 0 when there was none.</summary>
    internal ulong PreviousKey { get; set; }

    /// <summary>Of this side's descriptions.</summary>
    internal int Version { get; set; }

    /// <summary>Where datagrams of this session come from.</summary>
    internal List<TransportAddress> Addresses { get; } = [];

    /// <summary>What the sink was told last.</summary>
    internal RtcState ToldState { get; set; }

    /// <summary>Protects and sends a plain RTP packet. False: no connection, or the packet cannot be sent.</summary>
    public bool SendRtp(ReadOnlySpan<byte> packet) => Send(packet, isRtcp: false);

    /// <summary>Protects and sends a plain RTCP packet. False: no connection, or the packet cannot be sent.</summary>
    public bool SendRtcp(ReadOnlySpan<byte> packet) => Send(packet, isRtcp: true);

    /// <summary>Not later than <see cref="WakeAtUs"/>: so that whoever looks through many sessions need not ask each.</summary>
    internal long DueAtUs { get; set; } = long.MaxValue;

    internal long WakeAtUs => Math.Min(Rtc.WakeAtUs ?? long.MaxValue, Sink.WakeAtUs ?? long.MaxValue);

    private bool Send(ReadOnlySpan<byte> packet, bool isRtcp)
    {
        if (packet.Length > _buffer.Length - SrtpLimits.MaxOverheadBytes) return false;

        packet.CopyTo(_buffer);
        var bytes = isRtcp ? Rtc.ProtectRtcp(_buffer, packet.Length, out var to) : Rtc.ProtectRtp(_buffer, packet.Length, out to);
        if (bytes == 0) return false;

        _worker.SendTo(_buffer.AsSpan(0, bytes), to);
        return true;
    }
}
