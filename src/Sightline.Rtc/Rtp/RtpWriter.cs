using System.Buffers.Binary;

namespace Sightline.Rtc.Rtp;

/// <summary>How the elements of a header extension are written (RFC 8285).</summary>
public enum ExtensionForm
{
    /// <summary>Identifiers 1 to 14, values of 1 to 16 bytes.</summary>
    OneByte,

    /// <summary>Identifiers 1 to 255, values of 0 to 255 bytes; only where the peer said it reads them (a=extmap-allow-mixed).</summary>
    TwoByte,
}

/// <summary>The fixed header of an RTP packet (RFC 3550, 5.1).</summary>
public readonly record struct RtpHeader(byte PayloadType, ushort SequenceNumber, uint Timestamp, uint Ssrc, bool Marker = false);

/// <summary>
/// Writes one RTP packet into a buffer of the caller's, who makes sure that it is long enough: begin with the header, add
/// extensions, then finish with the payload.
/// </summary>
public ref struct RtpWriter
{
    private readonly Span<byte> _buffer;
    private readonly ExtensionForm _form;
    private readonly int _extensionAt;
    private int _end;

    public RtpWriter(Span<byte> buffer, in RtpHeader header, scoped ReadOnlySpan<uint> csrcs = default,
        ExtensionForm form = ExtensionForm.OneByte)
    {
        if (csrcs.Length > RtpPacket.MaxCsrcs) throw new ArgumentException("More sources than a packet has room for.", nameof(csrcs));

        _buffer = buffer;
        _form = form;
        buffer[0] = (byte)(0x80 | csrcs.Length);
        buffer[1] = (byte)((header.Marker ? 0x80 : 0) | header.PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], header.SequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], header.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], header.Ssrc);
        _end = RtpPacket.FixedHeaderBytes;
        foreach (var csrc in csrcs)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer[_end..], csrc);
            _end += 4;
        }

        _extensionAt = _end;
    }

    private readonly bool HasExtension => _end > _extensionAt;

    /// <summary>Adds an element to the header extension; the form decides which identifiers and lengths there are.</summary>
    public void Add(byte id, scoped ReadOnlySpan<byte> value)
    {
        if (!HasExtension) _end += 4;

        if (_form == ExtensionForm.OneByte)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, HeaderExtensions.StopId);
            if (value.Length is 0 or > 16) throw new ArgumentException("The one-byte form carries 1 to 16 bytes.", nameof(value));

            _buffer[_end++] = (byte)((id << 4) | (value.Length - 1));
        }
        else
        {
            _buffer[_end++] = id;
            _buffer[_end++] = checked((byte)value.Length);
        }

        value.CopyTo(_buffer[_end..]);
        _end += value.Length;
    }

    /// <param name="paddingBytes">Added behind the payload, 0 to 255 (RFC 3550, 5.1).</param>
    /// <returns>The packet's length in bytes.</returns>
    public int Finish(scoped ReadOnlySpan<byte> payload, byte paddingBytes = 0)
    {
        if (HasExtension)
        {
            while ((_end - _extensionAt) % 4 != 0) _buffer[_end++] = 0;

            _buffer[0] |= 0x10;
            var profile = _form == ExtensionForm.OneByte ? HeaderExtensions.OneByteProfile : HeaderExtensions.TwoByteProfile;
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[_extensionAt..], profile);
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_extensionAt + 2)..], (ushort)(((_end - _extensionAt) / 4) - 1));
        }

        payload.CopyTo(_buffer[_end..]);
        _end += payload.Length;
        if (paddingBytes > 0)
        {
            _buffer[0] |= 0x20;
            _buffer.Slice(_end, paddingBytes - 1).Clear();
            _end += paddingBytes;
            _buffer[_end - 1] = paddingBytes;
        }

        return _end;
    }
}
