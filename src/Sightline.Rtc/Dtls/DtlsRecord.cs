using System.Buffers.Binary;

namespace Sightline.Rtc.Dtls;

/// <summary>The borders of records (RFC 6347 §4.1), without looking inside.</summary>
internal static class DtlsRecord
{
    private const int HeaderBytes = 13;
    private const byte Handshake = 22;

    /// <summary>Whether a datagram can be DTLS, by its first byte (RFC 7983 §7).</summary>
    public static bool LooksLikeDtls(ReadOnlySpan<byte> datagram) => datagram.Length >= HeaderBytes && datagram[0] is >= 20 and <= 63;

    /// <summary>Bytes of the first record; 0 when it is not whole.</summary>
    public static int FirstBytes(ReadOnlySpan<byte> records)
    {
        if (records.Length < HeaderBytes) return 0;

        var bytes = HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(records[11..]);
        return bytes <= records.Length ? bytes : 0;
    }

    /// <summary>Whether any record is of the handshake; its type stays readable when it is encrypted.</summary>
    public static bool HasHandshake(ReadOnlySpan<byte> datagram)
    {
        for (int bytes; (bytes = FirstBytes(datagram)) > 0; datagram = datagram[bytes..])
        {
            if (datagram[0] == Handshake) return true;
        }

        return false;
    }
}
