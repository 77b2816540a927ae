namespace Sightline.Rtc.Srtp;

/// <summary>
/// One profile's transform of whole packets with session keys, in place. It knows nothing of replays and counts nothing.
/// The RTP or RTCP header is checked before, so lengths are right.
/// </summary>
internal abstract class SrtpCipher : IDisposable
{
    /// <summary>What RTP grows by.</summary>
    public abstract int TagBytes { get; }

    /// <summary>SRTCP carries its index, and in its highest bit that it is encrypted.</summary>
    public const int IndexBytes = 4;

    public const uint EncryptedFlag = 0x8000_0000;

    /// <summary>Encrypts what follows the header and writes the tag behind <paramref name="length"/>.</summary>
    public abstract void ProtectRtp(Span<byte> packet, int headerBytes, int length, uint ssrc, long index);

    /// <summary>False: not authentic; the packet's content is then undefined.</summary>
    /// <param name="packet">The whole packet, ending with its tag.</param>
    public abstract bool UnprotectRtp(Span<byte> packet, int headerBytes, uint ssrc, long index);

    /// <summary>Encrypts what follows the first 8 bytes and writes tag and index behind <paramref name="length"/>.</summary>
    public abstract void ProtectRtcp(Span<byte> packet, int length, uint ssrc, uint index);

    public abstract bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index);

    /// <summary>Where the 4 bytes with SRTCP's index stand in a whole packet.</summary>
    public abstract int RtcpIndexAt(int packetBytes);

    public abstract void Dispose();

    public static SrtpCipher Create(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, bool rtcp)
    {
        var offset = rtcp ? KeyDerivation.RtcpOffset : 0;
        Span<byte> key = stackalloc byte[SrtpProfileSizes.KeyBytes];
        Span<byte> salt = stackalloc byte[profile.SaltBytes()];
        KeyDerivation.Derive(masterKey, masterSalt, (byte)(KeyDerivation.RtpKey + offset), key);
        KeyDerivation.Derive(masterKey, masterSalt, (byte)(KeyDerivation.RtpSalt + offset), salt);
        if (profile == SrtpProfile.AeadAes128Gcm) return new GcmCipher(key, salt);

        Span<byte> authentication = stackalloc byte[CounterModeCipher.AuthenticationKeyBytes];
        KeyDerivation.Derive(masterKey, masterSalt, (byte)(KeyDerivation.RtpAuthentication + offset), authentication);
        return new CounterModeCipher(key, salt, authentication);
    }
}
