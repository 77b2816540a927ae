namespace Sightline.Rtc.Rtp;

/// <summary>One element of a header extension.</summary>
/// <param name="id">1 to 14 in the one-byte form, 1 to 255 in the two-byte form; what it means was negotiated.</param>
public readonly ref struct HeaderExtension(byte id, ReadOnlySpan<byte> value)
{
    public byte Id { get; } = id;

    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>
/// The elements of an RTP header extension in the one-byte or two-byte form (RFC 8285, 4.2 and 4.3). An element that is cut off
/// ends the list: what stands before it counts.
/// </summary>
public readonly ref struct HeaderExtensions(ushort profile, ReadOnlySpan<byte> bytes)
{
    internal const ushort OneByteProfile = 0xBEDE;
    internal const ushort TwoByteProfile = 0x1000;

    /// <summary>In the one-byte form, the identifier at which reading stops.</summary>
    internal const byte StopId = 15;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ushort _profile = profile;

    public Enumerator GetEnumerator() => new(_profile, _bytes);

    /// <summary>The first element with this identifier.</summary>
    public bool TryFind(byte id, out ReadOnlySpan<byte> value)
    {
        foreach (var element in this)
        {
            if (element.Id != id) continue;
            value = element.Value;
            return true;
        }

        value = default;
        return false;
    }

    public ref struct Enumerator
    {
        private readonly bool _oneByte;
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ushort profile, ReadOnlySpan<byte> bytes)
        {
            _oneByte = profile == OneByteProfile;
            // The lowest four bits of the two-byte form's profile are the application's.
            _rest = _oneByte || (profile & 0xFFF0) == TwoByteProfile ? bytes : default;
        }

        public HeaderExtension Current { get; private set; }

        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                if (_rest[0] == 0)
                {
                    // Padding, without a length in either form.
                    _rest = _rest[1..];
                    continue;
                }

                if (!_oneByte && _rest.Length < 2) return false;

                var id = _oneByte ? (byte)(_rest[0] >> 4) : _rest[0];
                var start = _oneByte ? 1 : 2;
                var length = _oneByte ? (_rest[0] & 0x0F) + 1 : _rest[1];
                if (start + length > _rest.Length || (_oneByte && id == StopId))
                {
                    _rest = default;
                    return false;
                }

                var value = _rest.Slice(start, length);
                _rest = _rest[(start + length)..];
                if (id == 0) continue;

                Current = new HeaderExtension(id, value);
                return true;
            }

            return false;
        }
    }
}
