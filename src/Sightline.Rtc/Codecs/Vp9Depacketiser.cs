namespace Sightline.Rtc.Codecs;

/// <summary>VP9 over RTP (RFC 9628). The frames of several spatial layers of one picture stay together, as they were sent.</summary>
public sealed class Vp9Depacketiser : IDepacketiser
{
    private readonly FrameAssembly _assembly = new();
    private bool _isKey;

    public long Dropped => _assembly.Dropped;

    /// <summary>Whether a key frame begins with this payload.</summary>
    public static bool BeginsKeyFrame(ReadOnlySpan<byte> payload) =>
        TryReadDescriptor(payload, out var descriptor) && descriptor is { IsFirst: true, IsInterPredicted: false };

    public bool TryAdd(ReadOnlySpan<byte> payload, bool marker, long timestamp, out Frame frame)
    {
        frame = default;
        if (payload.IsEmpty) return false;

        var readable = TryReadDescriptor(payload, out var descriptor);
        if (_assembly.Begin(timestamp, readable && descriptor.IsFirst, readable && descriptor.IsFirst))
        {
            if (_assembly.Buffer.Length == 0) _isKey = !descriptor.IsInterPredicted;
            if (readable) _assembly.Add(payload[descriptor.Length..]);
            else _assembly.Break();
        }

        if (!_assembly.End(marker)) return false;

        var data = _assembly.Buffer.Bytes;
        var (width, height) = _isKey ? Vp9Header.Size(data) : (0, 0);
        frame = new Frame(data, timestamp, _isKey, width, height);
        return true;
    }

    public void Gap() => _assembly.Gap();

    /// <summary>The payload descriptor (4.2).</summary>
    private static bool TryReadDescriptor(ReadOnlySpan<byte> payload, out Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty) return false;

        var flags = payload[0];
        var (hasPictureId, isInterPredicted) = ((flags & 0x80) != 0, (flags & 0x40) != 0);
        var (hasLayers, isFlexible) = ((flags & 0x20) != 0, (flags & 0x10) != 0);
        var (begins, hasStructure) = ((flags & 0x08) != 0, (flags & 0x02) != 0);
        var at = 1;
        if (hasPictureId)
        {
            if (at >= payload.Length) return false;
            at += (payload[at] & 0x80) != 0 ? 2 : 1;
        }

        var spatialLayer = 0;
        if (hasLayers)
        {
            if (at >= payload.Length) return false;
            spatialLayer = (payload[at] >> 1) & 7;
            at += isFlexible ? 1 : 2;
        }

        if (isFlexible && isInterPredicted)
        {
            // Up to three reference indices, each of which says whether another follows.
            for (var i = 0; ; i++)
            {
                if (i == 3 || at >= payload.Length) return false;
                if ((payload[at++] & 1) == 0) break;
            }
        }

        if (hasStructure && !TrySkipStructure(payload, ref at)) return false;
        if (at >= payload.Length) return false;

        descriptor = new Descriptor(at, begins && spatialLayer == 0, isInterPredicted);
        return true;
    }

    /// <summary>The scalability structure (4.2.1).</summary>
    private static bool TrySkipStructure(ReadOnlySpan<byte> payload, ref int at)
    {
        if (at >= payload.Length) return false;

        var head = payload[at++];
        if ((head & 0x10) != 0) at += 4 * ((head >> 5) + 1);
        if ((head & 0x08) == 0) return true;

        if (at >= payload.Length) return false;
        for (var pictures = payload[at++]; pictures > 0; pictures--)
        {
            if (at >= payload.Length) return false;
            at += 1 + ((payload[at] >> 2) & 3);
        }

        return true;
    }

    private readonly record struct Descriptor(int Length, bool IsFirst, bool IsInterPredicted);
}

/// <summary>The uncompressed header of VP9 (VP9 Bitstream Specification, 6.2).</summary>
internal static class Vp9Header
{
    private const uint SyncCode = 0x49_83_42;
    private const uint ColorSpaceRgb = 7;

    /// <summary>In pixels; zeros where it is no key frame's.</summary>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> frame)
    {
        var bits = new BitReader(frame);
        if (bits.Bits(2) != 2) return default;

        var profile = (int)(bits.Bits(1) | (bits.Bits(1) << 1));
        if (profile == 3) bits.Skip(1);
        var showExisting = bits.Flag();
        var isInter = bits.Flag();
        // show_frame, error_resilient_mode
        bits.Skip(2);
        if (showExisting || isInter || bits.Bits(24) != SyncCode) return default;

        if (profile >= 2) bits.Skip(1);
        var isRgb = bits.Bits(3) == ColorSpaceRgb;
        // color_range and subsampling
        if (!isRgb) bits.Skip(profile is 1 or 3 ? 4 : 1);
        else if (profile is 1 or 3) bits.Skip(1);

        var (width, height) = ((int)bits.Bits(16) + 1, (int)bits.Bits(16) + 1);
        return bits.IsPastEnd ? default : (width, height);
    }
}
