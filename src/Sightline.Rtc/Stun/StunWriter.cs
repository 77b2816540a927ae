using System.Buffers.Binary;

namespace Sightline.Rtc.Stun;

/// <summary>
/// Writes a STUN message into a buffer of the caller, attribute by attribute; end with <see cref="Integrity"/> and <see
/// cref="Fingerprint"/>, in this order. A buffer that is too small is a bug and throws; 200 bytes hold every Binding message
/// with short fragments.
/// </summary>
public ref struct StunWriter
{
    private readonly Span<byte> _buffer;

    /// <param name="transactionId">12 bytes: those of the request, or fresh random ones.</param>
    public StunWriter(Span<byte> buffer, StunType type, ReadOnlySpan<byte> transactionId)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)type);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunFormat.Cookie);
        transactionId[..12].CopyTo(buffer[8..]);
        Length = StunFormat.HeaderBytes;
        WriteLength(Length);
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Username(ReadOnlySpan<byte> username) => username.CopyTo(Add(StunAttribute.Username, username.Length));

    public void Priority(uint priority) => BinaryPrimitives.WriteUInt32BigEndian(Add(StunAttribute.Priority, 4), priority);

    public void UseCandidate() => Add(StunAttribute.UseCandidate, 0);

    public void Controlling(ulong tieBreaker) => BinaryPrimitives.WriteUInt64BigEndian(Add(StunAttribute.IceControlling, 8), tieBreaker);

    public void Controlled(ulong tieBreaker) => BinaryPrimitives.WriteUInt64BigEndian(Add(StunAttribute.IceControlled, 8), tieBreaker);

    /// <summary>An error without a phrase: software reads the number.</summary>
    /// <param name="code">300 to 699.</param>
    public void ErrorCode(int code)
    {
        var value = Add(StunAttribute.ErrorCode, 4);
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
    }

    /// <summary>Names an attribute that was not understood; goes with error 420.</summary>
    public void UnknownAttribute(int type) =>
        BinaryPrimitives.WriteUInt16BigEndian(Add(StunAttribute.UnknownAttributes, 2), (ushort)type);

    public void XorMappedAddress(TransportAddress address)
    {
        var value = Add(StunAttribute.XorMappedAddress, address.IsIPv4 ? 8 : 20);
        value[1] = (byte)(address.IsIPv4 ? StunFormat.FamilyIPv4 : StunFormat.FamilyIPv6);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (StunFormat.Cookie >> 16)));
        if (address.IsIPv4)
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], address.IPv4 ^ StunFormat.Cookie);
        else
            BinaryPrimitives.WriteUInt128BigEndian(value[4..], address.Ip ^ AddressMask(_buffer.Slice(8, 12)));
    }

    /// <summary>MESSAGE-INTEGRITY over all that was written before.</summary>
    public void Integrity(ReadOnlySpan<byte> password)
    {
        var before = _buffer[..Length];
        StunMessage.Integrity(before, password, Add(StunAttribute.MessageIntegrity, StunFormat.IntegrityBytes));
    }

    /// <summary>FINGERPRINT over all that was written before; nothing may follow.</summary>
    public void Fingerprint()
    {
        var before = Length;
        var value = Add(StunAttribute.Fingerprint, StunFormat.FingerprintBytes);
        BinaryPrimitives.WriteUInt32BigEndian(value, Crc32.Of(_buffer[..before]) ^ StunFormat.FingerprintMask);
    }

    /// <summary>What an IPv6 address is XORed with: the cookie, then the transaction id (RFC 8489 §14.2).</summary>
    internal static UInt128 AddressMask(ReadOnlySpan<byte> transactionId)
    {
        var low = BinaryPrimitives.ReadUInt64BigEndian(transactionId[4..]);
        var middle = BinaryPrimitives.ReadUInt32BigEndian(transactionId);
        return new UInt128(((ulong)StunFormat.Cookie << 32) | middle, low);
    }

    private Span<byte> Add(int type, int length)
    {
        var padded = StunFormat.Padded(length);
        var attribute = _buffer.Slice(Length, StunFormat.AttributeHeaderBytes + padded);
        attribute.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        Length += attribute.Length;
        WriteLength(Length);
        return attribute.Slice(StunFormat.AttributeHeaderBytes, length);
    }

    private readonly void WriteLength(int length) =>
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(length - StunFormat.HeaderBytes));
}
