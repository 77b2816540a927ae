using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sightline.Rtc.Stun;

/// <summary>
/// A STUN message read in place (RFC 8489): it points into the datagram and allocates nothing. What is read is well formed;
/// whether the sender knows the password is for <see cref="HasIntegrity"/> to say.
/// </summary>
public readonly ref struct StunMessage
{
    /// <summary>Binding messages of browsers stay below 200 bytes; a longer one is refused.</summary>
    public const int MaxBytes = 1280;

    /// <summary>Attributes in one message.</summary>
    public const int MaxAttributes = 32;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _integrityAt;

    private StunMessage(ReadOnlySpan<byte> bytes, scoped in Attributes found)
    {
        _bytes = bytes;
        _integrityAt = found.IntegrityAt;
        Username = found.Username;
        Priority = found.Priority;
        UseCandidate = found.UseCandidate;
        Controlling = found.Controlling;
        Controlled = found.Controlled;
        MappedAddress = found.MappedAddress;
        ErrorCode = found.ErrorCode;
        HasFingerprint = found.HasFingerprint;
        UnknownRequired = found.UnknownRequired;
    }

    public StunType Type => (StunType)BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>12 bytes that a response repeats.</summary>
    public ReadOnlySpan<byte> TransactionId => _bytes.Slice(8, 12);

    /// <summary>Receiver's fragment, colon, sender's fragment; empty when there is none.</summary>
    public ReadOnlySpan<byte> Username { get; }

    public uint? Priority { get; }
    public bool UseCandidate { get; }

    /// <summary>The tie-breaker of a sender who believes to be in control.</summary>
    public ulong? Controlling { get; }

    /// <summary>The tie-breaker of a sender who believes to be controlled.</summary>
    public ulong? Controlled { get; }

    /// <summary>XOR-MAPPED-ADDRESS, decoded.</summary>
    public TransportAddress? MappedAddress { get; }

    /// <summary>300 to 699; 0 when there is none.</summary>
    public int ErrorCode { get; }

    /// <summary>FINGERPRINT is there, and right: a wrong one makes the message malformed.</summary>
    public bool HasFingerprint { get; }

    /// <summary>An attribute that has to be understood and is not; 0 when there is none.</summary>
    public int UnknownRequired { get; }

    /// <summary>Whether a datagram can be STUN, by its first byte and the cookie (RFC 7983 §7).</summary>
    public static bool LooksLikeStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= StunFormat.HeaderBytes && datagram[0] <= 3
        && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == StunFormat.Cookie;

    /// <summary>Reads a whole datagram. False: not STUN, another method than Binding, malformed, or beyond a limit.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (!LooksLikeStun(datagram) || datagram.Length > MaxBytes) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - StunFormat.HeaderBytes) return false;
        if (!IsKnown((StunType)BinaryPrimitives.ReadUInt16BigEndian(datagram))) return false;

        var found = new Attributes();
        var at = StunFormat.HeaderBytes;
        for (var count = 0; at < datagram.Length; count++)
        {
            if (count == MaxAttributes || found.HasFingerprint) return false;
            if (datagram.Length - at < StunFormat.AttributeHeaderBytes) return false;

            var type = BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]);
            var valueAt = at + StunFormat.AttributeHeaderBytes;
            if (datagram.Length - valueAt < StunFormat.Padded(length)) return false;
            if (!found.Take(type, datagram.Slice(valueAt, length), datagram, at)) return false;

            at = valueAt + StunFormat.Padded(length);
        }

        message = new StunMessage(datagram, found);
        return true;
    }

    /// <summary>Whether MESSAGE-INTEGRITY is there and was made with this password (short-term, RFC 8489 §14.5).</summary>
    public bool HasIntegrity(ReadOnlySpan<byte> password)
    {
        if (_integrityAt == 0) return false;

        Span<byte> hash = stackalloc byte[StunFormat.IntegrityBytes];
        Integrity(_bytes[.._integrityAt], password, hash);
        return CryptographicOperations.FixedTimeEquals(
            hash, _bytes.Slice(_integrityAt + StunFormat.AttributeHeaderBytes, StunFormat.IntegrityBytes));
    }

    /// <summary>HMAC-SHA1 over what stands before the attribute, with the length as if the message ended with it.</summary>
    internal static void Integrity(ReadOnlySpan<byte> before, ReadOnlySpan<byte> password, Span<byte> hash)
    {
        Span<byte> covered = stackalloc byte[MaxBytes];
        covered = covered[..before.Length];
        before.CopyTo(covered);
        var length = before.Length - StunFormat.HeaderBytes + StunFormat.AttributeHeaderBytes + StunFormat.IntegrityBytes;
        BinaryPrimitives.WriteUInt16BigEndian(covered[2..], (ushort)length);
#pragma warning disable CA5350 // RFC 8489 and ICE name SHA-1; as an HMAC it holds.
        HMACSHA1.HashData(password, covered, hash);
#pragma warning restore CA5350
    }

    private static bool IsKnown(StunType type) =>
        type is StunType.BindingRequest or StunType.BindingIndication or StunType.BindingResponse or StunType.BindingError;

    /// <summary>What one pass over the attributes finds.</summary>
    private ref struct Attributes
    {
        public ReadOnlySpan<byte> Username;
        public uint? Priority;
        public bool UseCandidate;
        public ulong? Controlling;
        public ulong? Controlled;
        public TransportAddress? MappedAddress;
        public int ErrorCode;
        public int IntegrityAt;
        public bool HasFingerprint;
        public int UnknownRequired;

        /// <summary>False: malformed. Of what follows MESSAGE-INTEGRITY only FINGERPRINT counts (RFC 8489 §14.5).</summary>
        public bool Take(int type, ReadOnlySpan<byte> value, ReadOnlySpan<byte> datagram, int at)
        {
            if (IntegrityAt != 0 && type != StunAttribute.Fingerprint) return true;

            switch (type)
            {
                case StunAttribute.Username:
                    Username = value;
                    return true;
                case StunAttribute.Priority:
                    if (value.Length != 4) return false;
                    Priority = BinaryPrimitives.ReadUInt32BigEndian(value);
                    return true;
                case StunAttribute.UseCandidate:
                    UseCandidate = true;
                    return value.IsEmpty;
                case StunAttribute.IceControlling:
                    if (value.Length != 8) return false;
                    Controlling = BinaryPrimitives.ReadUInt64BigEndian(value);
                    return true;
                case StunAttribute.IceControlled:
                    if (value.Length != 8) return false;
                    Controlled = BinaryPrimitives.ReadUInt64BigEndian(value);
                    return true;
                case StunAttribute.XorMappedAddress:
                    return TakeAddress(value, datagram.Slice(8, 12));
                case StunAttribute.ErrorCode:
                    if (value.Length < 4 || (value[2] & 7) is < 3 or > 6 || value[3] > 99) return false;
                    ErrorCode = ((value[2] & 7) * 100) + value[3];
                    return true;
                case StunAttribute.MessageIntegrity:
                    IntegrityAt = at;
                    return value.Length == StunFormat.IntegrityBytes;
                case StunAttribute.Fingerprint:
                    HasFingerprint = true;
                    return value.Length == StunFormat.FingerprintBytes
                        && at + StunFormat.AttributeHeaderBytes + StunFormat.FingerprintBytes == datagram.Length
                        && BinaryPrimitives.ReadUInt32BigEndian(value) == (Crc32.Of(datagram[..at]) ^ StunFormat.FingerprintMask);
                default:
                    if (type < StunAttribute.FirstOptional && UnknownRequired == 0) UnknownRequired = type;
                    return true;
            }
        }

        private bool TakeAddress(ReadOnlySpan<byte> value, ReadOnlySpan<byte> transactionId)
        {
            if (value.Length < 8) return false;

            var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (StunFormat.Cookie >> 16));
            if (value[1] == StunFormat.FamilyIPv4 && value.Length == 8)
            {
                MappedAddress = TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ StunFormat.Cookie, port);
                return true;
            }

            if (value[1] != StunFormat.FamilyIPv6 || value.Length != 20) return false;
            MappedAddress = new(BinaryPrimitives.ReadUInt128BigEndian(value[4..]) ^ StunWriter.AddressMask(transactionId), port);
            return true;
        }
    }
}
