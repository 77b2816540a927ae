namespace Sightline.Rtc.Srtp;

/// <summary>
/// Protects what goes to one peer, in place. No index is used twice for an SSRC: with AES-GCM that would give the key away. It
/// allocates when a new SSRC appears and never per packet. One thread at a time.
/// </summary>
public sealed class SrtpSender : IDisposable
{
    /// <summary>SRTCP's index has 31 bits.</summary>
    private const uint MaxRtcpIndex = 0x7FFF_FFFF;

    private const long MaxRtpIndex = 0xFFFF_FFFF_FFFF;

    private readonly SrtpCipher _rtp;
    private readonly SrtpCipher _rtcp;
    private readonly SrtpStreams _streams = new();
    private uint _rtcpIndex;

    /// <param name="masterKey">16 bytes, of the direction from here to the peer.</param>
    /// <param name="masterSalt">As many bytes as the profile says.</param>
    public SrtpSender(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
        : this(
            SrtpCipher.Create(profile, masterKey, masterSalt, rtcp: false),
            SrtpCipher.Create(profile, masterKey, masterSalt, rtcp: true))
    {
    }

    internal SrtpSender(SrtpCipher rtp, SrtpCipher rtcp, uint rtcpIndex = 0) => (_rtp, _rtcp, _rtcpIndex) = (rtp, rtcp, rtcpIndex);

    /// <param name="buffer">
    /// A plain packet, and behind it room for <see cref="SrtpLimits.MaxOverheadBytes"/>; less room is a bug and throws.
    /// </param>
    /// <param name="plainBytes">Length of the plain packet.</param>
    /// <param name="length">Length of the protected packet; 0 on failure.</param>
    public SrtpResult ProtectRtp(Span<byte> buffer, int plainBytes, out int length)
    {
        length = 0;
        var packet = buffer[..(plainBytes + _rtp.TagBytes)];
        var headerBytes = SrtpPacket.RtpHeaderBytes(packet[..plainBytes]);
        if (headerBytes == 0 || packet.Length > SrtpLimits.MaxPacketBytes) return SrtpResult.Malformed;

        var ssrc = SrtpPacket.RtpSsrc(packet);
        if (_streams.Find(ssrc) is not { } stream) return SrtpResult.TooManyStreams;

        var index = stream.IndexOf(SrtpPacket.RtpSequence(packet));
        if (index > MaxRtpIndex) return SrtpResult.KeyUsedUp;
        if (index < 0 || stream.IsReplay(index)) return SrtpResult.Replayed;

        _rtp.ProtectRtp(packet, headerBytes, plainBytes, ssrc, index);
        stream.Take(index);
        _streams.Keep(ssrc, stream);
        length = packet.Length;
        return SrtpResult.Ok;
    }

    /// <inheritdoc cref="ProtectRtp"/>
    public SrtpResult ProtectRtcp(Span<byte> buffer, int plainBytes, out int length)
    {
        length = 0;
        var packet = buffer[..(plainBytes + _rtcp.TagBytes + SrtpCipher.IndexBytes)];
        if (!SrtpPacket.IsRtcp(packet[..plainBytes]) || packet.Length > SrtpLimits.MaxPacketBytes) return SrtpResult.Malformed;
        if (_rtcpIndex == MaxRtcpIndex) return SrtpResult.KeyUsedUp;

        _rtcp.ProtectRtcp(packet, plainBytes, SrtpPacket.RtcpSsrc(packet), ++_rtcpIndex);
        length = packet.Length;
        return SrtpResult.Ok;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }
}
