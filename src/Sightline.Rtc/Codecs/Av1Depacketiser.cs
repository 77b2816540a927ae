namespace Sightline.Rtc.Codecs;

/// <summary>
/// AV1 over RTP (RTP Payload Format For AV1, 4). A temporal unit comes out as in a file: each OBU with its size
/// (AV1 Bitstream and Decoding Process Specification, 5.3), without temporal delimiters and tile lists.
/// </summary>
public sealed class Av1Depacketiser : IDepacketiser
{
    private readonly FrameAssembly _assembly = new();
    private readonly FrameBuffer _obu = new();
    private bool _isKey;
    private bool _isContinued;
    private (int Width, int Height) _size;

    public long Dropped => _assembly.Dropped;

    /// <summary>Whether a key frame begins with this payload: N says that a coded video sequence does (4.4).</summary>
    public static bool BeginsKeyFrame(ReadOnlySpan<byte> payload) => payload.Length > 1 && (payload[0] & 0x88) == 0x08;

    public bool TryAdd(ReadOnlySpan<byte> payload, bool marker, long timestamp, out Frame frame)
    {
        frame = default;
        if (payload.IsEmpty) return false;

        // Z: the first element goes on from the packet before. Without it a temporal unit may begin, but surely only with a key frame.
        var continues = (payload[0] & 0x80) != 0;
        if (_assembly.Begin(timestamp, !continues, BeginsKeyFrame(payload)))
        {
            if (_assembly.Buffer.Length == 0 && !continues)
            {
                (_isKey, _isContinued, _size) = ((payload[0] & 0x08) != 0, false, default);
                _obu.Clear();
            }

            if (continues != _isContinued || !TryAddElements(payload)) _assembly.Break();
        }

        if (!_assembly.End(marker) || _isContinued) return false;

        frame = new Frame(_assembly.Buffer.Bytes, timestamp, _isKey, _size.Width, _size.Height);
        return true;
    }

    public void Gap() => _assembly.Gap();

    /// <summary>The aggregation header (4.4), and the elements behind it.</summary>
    private bool TryAddElements(ReadOnlySpan<byte> payload)
    {
        var lastGoesOn = (payload[0] & 0x40) != 0;
        var count = (payload[0] >> 4) & 3;
        var rest = payload[1..];
        for (var element = 1; !rest.IsEmpty; element++)
        {
            var length = rest.Length;
            // With a count, its last element has no length.
            if (count == 0 || element < count)
            {
                if (!Leb128.TryRead(rest, out length, out var lengthBytes) || length > rest.Length - lengthBytes) return false;
                rest = rest[lengthBytes..];
            }

            if (!_obu.TryAdd(rest[..length])) return false;
            rest = rest[length..];
            _isContinued = rest.IsEmpty && lastGoesOn;
            if (!_isContinued && !TryFinishObu()) return false;
            if (element == count && !rest.IsEmpty) return false;
        }

        return true;
    }

    private bool TryFinishObu()
    {
        var obu = _obu.Bytes;
        _obu.Clear();
        if (obu.IsEmpty) return true;
        if (!Av1Obu.TryRead(obu, out var header, out var body)) return false;
        if (header.Type is Av1Obu.TemporalDelimiter or Av1Obu.TileList) return true;
        if (header.Type == Av1Obu.SequenceHeader) (_size, _isKey) = (Av1Obu.Size(body), true);

        Span<byte> start = stackalloc byte[2 + Leb128.MaxBytes];
        start[0] = (byte)(obu[0] | Av1Obu.HasSizeBit);
        var length = 1;
        if (header.HasExtension) start[length++] = obu[1];
        length += Leb128.Write(start[length..], body.Length);
        _assembly.Add(start[..length]);
        _assembly.Add(body);
        return true;
    }
}

/// <summary>AV1's numbers of one byte a seven bits, lowest first (AV1 specification, 4.10.5).</summary>
internal static class Leb128
{
    /// <summary>Enough for 31 bits; longer numbers are not taken.</summary>
    public const int MaxBytes = 5;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out int value, out int length)
    {
        var number = 0L;
        for (length = 0; length < MaxBytes && length < bytes.Length;)
        {
            var next = bytes[length];
            number |= (long)(next & 0x7F) << (7 * length++);
            if ((next & 0x80) != 0) continue;
            value = (int)Math.Min(number, int.MaxValue);
            return number <= int.MaxValue;
        }

        value = 0;
        return false;
    }

    public static int Write(Span<byte> bytes, int value)
    {
        var length = 0;
        for (; value > 0x7F; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        return length;
    }
}
