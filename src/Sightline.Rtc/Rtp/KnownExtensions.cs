using System.Buffers.Binary;

namespace Sightline.Rtc.Rtp;

/// <summary>Names of header extensions, as they stand in SDP's a=extmap.</summary>
public static class ExtensionUris
{
    /// <summary>RFC 9143, 15.</summary>
    public const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>RFC 8852, 3.</summary>
    public const string Rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /// <summary>RFC 8852, 3.</summary>
    public const string RepairedRid = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /// <summary>draft-holmer-rmcat-transport-wide-cc-extensions-01, 2.</summary>
    public const string TransportSequence = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    public const string AbsoluteSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    /// <summary>RFC 6464.</summary>
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
}

/// <summary>How loud the sound in a packet is (RFC 6464, 3).</summary>
/// <param name="IsVoice">Whether the sender hears a voice in it.</param>
/// <param name="Dbov">0 is the loudest, -127 silence.</param>
public readonly record struct AudioLevel(bool IsVoice, int Dbov);

/// <summary>Under which identifiers a connection has the extensions that are understood here; 0 is for those it has not.</summary>
public readonly record struct KnownExtensions
{
    public byte Mid { get; init; }

    public byte Rid { get; init; }

    public byte RepairedRid { get; init; }

    public byte TransportSequence { get; init; }

    public byte AbsoluteSendTime { get; init; }

    public byte AudioLevel { get; init; }

    /// <summary>The same with one more; an unknown name changes nothing.</summary>
    public KnownExtensions With(string uri, byte id) => uri switch
    {
        ExtensionUris.Mid => this with { Mid = id },
        ExtensionUris.Rid => this with { Rid = id },
        ExtensionUris.RepairedRid => this with { RepairedRid = id },
        ExtensionUris.TransportSequence => this with { TransportSequence = id },
        ExtensionUris.AbsoluteSendTime => this with { AbsoluteSendTime = id },
        ExtensionUris.AudioLevel => this with { AudioLevel = id },
        _ => this,
    };

    /// <summary>What the packet says under these identifiers. A value of the wrong length counts as not said.</summary>
    public ExtensionValues Read(in RtpPacket packet)
    {
        var values = default(ExtensionValues);
        foreach (var element in packet.Extensions)
        {
            var id = element.Id;
            var value = element.Value;
            if (id == Mid) values.Mid = value;
            else if (id == Rid) values.Rid = value;
            else if (id == RepairedRid) values.RepairedRid = value;
            else if (id == TransportSequence && value.Length >= 2) values.TransportSequence = BinaryPrimitives.ReadUInt16BigEndian(value);
            else if (id == AbsoluteSendTime && value.Length == 3) values.AbsoluteSendTime = (value[0] << 16) | (value[1] << 8) | value[2];
            else if (id == AudioLevel && value.Length >= 1) values.AudioLevel = new AudioLevel((value[0] & 0x80) != 0, -(value[0] & 0x7F));
        }

        return values;
    }
}

/// <summary>What the known extensions of one packet say; empty or <c>null</c> where they say nothing.</summary>
public ref struct ExtensionValues
{
    /// <summary>Which media section of the session description the packet belongs to; ASCII.</summary>
    public ReadOnlySpan<byte> Mid { get; internal set; }

    /// <summary>Which of several encodings of one source it is; ASCII.</summary>
    public ReadOnlySpan<byte> Rid { get; internal set; }

    /// <summary>On a retransmission: the <see cref="Rid"/> of what it repairs.</summary>
    public ReadOnlySpan<byte> RepairedRid { get; internal set; }

    /// <summary>Counts the packets of all media of a connection.</summary>
    public ushort? TransportSequence { get; internal set; }

    /// <summary>When it was sent, in 1/2^18 s, modulo 64 s.</summary>
    public int? AbsoluteSendTime { get; internal set; }

    public AudioLevel? AudioLevel { get; internal set; }
}
