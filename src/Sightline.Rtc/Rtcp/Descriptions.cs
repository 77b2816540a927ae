using System.Buffers.Binary;

namespace Sightline.Rtc.Rtcp;

/// <summary>One item of a source description (RFC 3550, 6.5).</summary>
public readonly ref struct DescriptionItem(uint ssrc, byte type, ReadOnlySpan<byte> value)
{
    /// <summary>The <see cref="Type"/> of the name that stays the same for all media of one person.</summary>
    public const byte Cname = 1;

    public uint Ssrc { get; } = ssrc;

    public byte Type { get; } = type;

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>SDES (RFC 3550, 6.5): the items of all its chunks, one after the other.</summary>
public readonly ref struct SourceDescription
{
    private readonly ReadOnlySpan<byte> _chunks;

    private SourceDescription(ReadOnlySpan<byte> chunks) => _chunks = chunks;

    public static RtcpFault Parse(in RtcpPacket packet, out SourceDescription description)
    {
        description = default;
        var fault = packet.Expect(RtcpType.SourceDescription, 0);
        if (fault != RtcpFault.None) return fault;

        var rest = packet.Body;
        for (var chunk = 0; chunk < packet.Count; chunk++)
        {
            if (rest.Length < 4) return RtcpFault.BodyTooShort;

            var length = 4;
            while (length < rest.Length && rest[length] != 0)
            {
                if (length + 2 > rest.Length) return RtcpFault.BodyTooShort;
                length += 2 + rest[length + 1];
            }

            // One zero at least ends the items, and as many as it takes to end a word.
            length = (length / 4 * 4) + 4;
            if (length > rest.Length) return RtcpFault.BodyTooShort;
            rest = rest[length..];
        }

        description = new SourceDescription(packet.Body[..^rest.Length]);
        return RtcpFault.None;
    }

    public Enumerator GetEnumerator() => new(_chunks);

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _at;
        private uint _ssrc;

        internal Enumerator(ReadOnlySpan<byte> chunks) => _rest = chunks;

        public DescriptionItem Current { get; private set; }

        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                if (_at == 0)
                {
                    _ssrc = BinaryPrimitives.ReadUInt32BigEndian(_rest);
                    _at = 4;
                }

                if (_rest[_at] == 0)
                {
                    _rest = _rest[((_at / 4 * 4) + 4)..];
                    _at = 0;
                    continue;
                }

                var length = _rest[_at + 1];
                Current = new DescriptionItem(_ssrc, _rest[_at], _rest.Slice(_at + 2, length));
                _at += 2 + length;
                return true;
            }

            return false;
        }
    }
}

/// <summary>BYE (RFC 3550, 6.6).</summary>
public readonly ref struct Goodbye
{
    private readonly ReadOnlySpan<byte> _ssrcs;

    private Goodbye(ReadOnlySpan<byte> ssrcs, ReadOnlySpan<byte> reason)
    {
        _ssrcs = ssrcs;
        Reason = reason;
    }

    public int Count => _ssrcs.Length / 4;

    /// <summary>UTF-8; empty where none is given.</summary>
    public ReadOnlySpan<byte> Reason { get; }

    public uint Ssrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(_ssrcs[(4 * index)..]);

    public static RtcpFault Parse(in RtcpPacket packet, out Goodbye goodbye)
    {
        goodbye = default;
        var fault = packet.Expect(RtcpType.Goodbye, packet.Count);
        if (fault != RtcpFault.None) return fault;

        var reason = packet.Body[(4 * packet.Count)..];
        if (!reason.IsEmpty)
        {
            if (reason[0] > reason.Length - 1) return RtcpFault.BodyTooShort;
            reason = reason.Slice(1, reason[0]);
        }

        goodbye = new Goodbye(packet.Body[..(4 * packet.Count)], reason);
        return RtcpFault.None;
    }
}
