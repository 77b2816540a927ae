using System.Buffers.Binary;

namespace Sightline.Rtc.Srtp;

/// <summary>
/// Reads what one peer protected: decrypts in place, knows replays, follows roll-overs. It allocates when a new SSRC appears
/// and never per packet. One thread at a time.
/// </summary>
public sealed class SrtpReceiver : IDisposable
{
    private readonly SrtpCipher _rtp;
    private readonly SrtpCipher _rtcp;
    private readonly SrtpStreams _rtpStreams = new();
    private readonly SrtpStreams _rtcpStreams = new();

    /// <param name="masterKey">16 bytes, of the direction from the peer to here.</param>
    /// <param name="masterSalt">As many bytes as the profile says.</param>
    public SrtpReceiver(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
        : this(
            SrtpCipher.Create(profile, masterKey, masterSalt, rtcp: false),
            SrtpCipher.Create(profile, masterKey, masterSalt, rtcp: true))
    {
    }

    internal SrtpReceiver(SrtpCipher rtp, SrtpCipher rtcp) => (_rtp, _rtcp) = (rtp, rtcp);

    /// <param name="packet">Decrypted in place; what is in it after a failure is undefined.</param>
    /// <param name="length">Bytes of the plain packet at the beginning of <paramref name="packet"/>; 0 on failure.</param>
    public SrtpResult UnprotectRtp(Span<byte> packet, out int length)
    {
        length = 0;
        var headerBytes = SrtpPacket.RtpHeaderBytes(packet);
        var plainBytes = packet.Length - _rtp.TagBytes;
        if (headerBytes == 0 || plainBytes < headerBytes || packet.Length > SrtpLimits.MaxPacketBytes) return SrtpResult.Malformed;

        var ssrc = SrtpPacket.RtpSsrc(packet);
        if (_rtpStreams.Find(ssrc) is not { } stream) return SrtpResult.TooManyStreams;

        var index = stream.IndexOf(SrtpPacket.RtpSequence(packet));
        if (index < 0 || stream.IsReplay(index)) return SrtpResult.Replayed;
        if (!_rtp.UnprotectRtp(packet, headerBytes, ssrc, index)) return SrtpResult.NotAuthentic;

        stream.Take(index);
        _rtpStreams.Keep(ssrc, stream);
        length = plainBytes;
        return SrtpResult.Ok;
    }

    /// <inheritdoc cref="UnprotectRtp"/>
    public SrtpResult UnprotectRtcp(Span<byte> packet, out int length)
    {
        length = 0;
        var plainBytes = packet.Length - _rtcp.TagBytes - SrtpCipher.IndexBytes;
        if (!SrtpPacket.IsRtcp(packet) || plainBytes < SrtpPacket.RtcpHeaderBytes || packet.Length > SrtpLimits.MaxPacketBytes)
            return SrtpResult.Malformed;

        var word = BinaryPrimitives.ReadUInt32BigEndian(packet[_rtcp.RtcpIndexAt(packet.Length)..]);
        if ((word & SrtpCipher.EncryptedFlag) == 0) return SrtpResult.NotEncrypted;

        var ssrc = SrtpPacket.RtcpSsrc(packet);
        if (_rtcpStreams.Find(ssrc) is not { } stream) return SrtpResult.TooManyStreams;

        var index = word & ~SrtpCipher.EncryptedFlag;
        if (stream.IsReplay(index)) return SrtpResult.Replayed;
        if (!_rtcp.UnprotectRtcp(packet, ssrc, index)) return SrtpResult.NotAuthentic;

        stream.Take(index);
        _rtcpStreams.Keep(ssrc, stream);
        length = plainBytes;
        return SrtpResult.Ok;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }
}
