namespace Sightline.Rtc.Srtp;

/// <summary>Protection profiles by their number in use_srtp (RFC 5764 §4.1.2, RFC 7714 §14.2).</summary>
public enum SrtpProfile
{
    Aes128CmHmacSha1Tag80 = 0x0001,
    AeadAes128Gcm = 0x0007,
}

/// <summary>Sizes of a profile, in bytes.</summary>
public static class SrtpProfileSizes
{
    /// <summary>Both profiles use AES with 128 bits.</summary>
    public const int KeyBytes = 16;

    public static int SaltBytes(this SrtpProfile profile) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => 12,
        SrtpProfile.Aes128CmHmacSha1Tag80 => 14,
    };

    public static int TagBytes(this SrtpProfile profile) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => 16,
        SrtpProfile.Aes128CmHmacSha1Tag80 => 10,
    };
}

/// <summary>What became of a packet.</summary>
public enum SrtpResult
{
    Ok,

    /// <summary>Not RTP or RTCP, too short for its own header, or longer than <see cref="SrtpLimits.MaxPacketBytes"/>.</summary>
    Malformed,

    /// <summary>Forged, damaged, or protected with other keys.</summary>
    NotAuthentic,

    /// <summary>Seen before, or older than the replay window reaches.</summary>
    Replayed,

    /// <summary>One more SSRC than <see cref="SrtpLimits.MaxStreams"/>.</summary>
    TooManyStreams,

    /// <summary>SRTCP that is not encrypted: it is never asked for.</summary>
    NotEncrypted,

    /// <summary>All indices are used: new keys are due (RFC 3711 §9.2).</summary>
    KeyUsedUp,
}

public static class SrtpLimits
{
    /// <summary>The longest packet that is protected or read, with its protection.</summary>
    public const int MaxPacketBytes = 2048;

    /// <summary>SSRCs in one direction of one session; a state is kept for each, and only for those that were authentic.</summary>
    public const int MaxStreams = 256;

    /// <summary>How many packets back from the newest a late one is still taken.</summary>
    public const int ReplayWindowPackets = 1024;

    /// <summary>The most that protection adds to an RTP or RTCP packet.</summary>
    public const int MaxOverheadBytes = 20;
}
