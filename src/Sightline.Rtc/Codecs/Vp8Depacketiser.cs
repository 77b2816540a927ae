namespace Sightline.Rtc.Codecs;

/// <summary>VP8 over RTP (RFC 7741).</summary>
public sealed class Vp8Depacketiser : IDepacketiser
{
    private readonly FrameAssembly _assembly = new();

    public long Dropped => _assembly.Dropped;

    /// <summary>Whether a key frame begins with this payload.</summary>
    public static bool BeginsKeyFrame(ReadOnlySpan<byte> payload) =>
        TryReadDescriptor(payload, out var at, out var isFirst) && isFirst && IsKey(payload[at..]);

    public bool TryAdd(ReadOnlySpan<byte> payload, bool marker, long timestamp, out Frame frame)
    {
        frame = default;
        if (payload.IsEmpty) return false;

        var readable = TryReadDescriptor(payload, out var at, out var isFirst);
        if (_assembly.Begin(timestamp, readable && isFirst, readable && isFirst))
        {
            if (readable) _assembly.Add(payload[at..]);
            else _assembly.Break();
        }

        if (!_assembly.End(marker)) return false;

        var data = _assembly.Buffer.Bytes;
        var (width, height) = Size(data);
        frame = new Frame(data, timestamp, IsKey(data), width, height);
        return true;
    }

    public void Gap() => _assembly.Gap();

    /// <summary>RFC 6386, 9.1: the lowest bit of the first byte is 0 in a key frame.</summary>
    private static bool IsKey(ReadOnlySpan<byte> data) => !data.IsEmpty && (data[0] & 1) == 0;

    /// <summary>RFC 6386, 9.1: behind the frame tag and the start code stand 14 bits of each, and 2 of scaling.</summary>
    private static (int Width, int Height) Size(ReadOnlySpan<byte> data) =>
        IsKey(data) && data.Length >= 10 && data[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A])
            ? (((data[7] << 8) | data[6]) & 0x3FFF, ((data[9] << 8) | data[8]) & 0x3FFF)
            : (0, 0);

    /// <summary>The payload descriptor (4.2).</summary>
    private static bool TryReadDescriptor(ReadOnlySpan<byte> payload, out int length, out bool isFirst)
    {
        length = 1;
        isFirst = false;
        if (payload.IsEmpty) return false;

        // S: start of a partition, PID 0: of the first one.
        isFirst = (payload[0] & 0x10) != 0 && (payload[0] & 0x0F) == 0;
        if ((payload[0] & 0x80) != 0)
        {
            if (payload.Length < 2) return false;
            var extension = payload[1];
            length++;
            if ((extension & 0x80) != 0)
            {
                if (payload.Length < 3) return false;
                length += (payload[2] & 0x80) != 0 ? 2 : 1;
            }

            if ((extension & 0x40) != 0) length++;
            if ((extension & 0x30) != 0) length++;
        }

        return length < payload.Length;
    }
}
