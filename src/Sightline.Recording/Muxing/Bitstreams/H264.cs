namespace Sightline.Recording.Muxing.Bitstreams;

/// <summary>What files need to know of H.264 (H.264 Annex B and §7.3, ISO/IEC 14496-15 §5.3.3).</summary>
internal static class H264
{
    private const int SequenceParameters = 7;
    private const int PictureParameters = 8;
    private const int Delimiter = 9;
    private const int MaxParameterSets = 31;

    /// <summary>avcC's content from a keyframe; <c>null</c> when a parameter set is missing.</summary>
    public static byte[]? Configuration(ReadOnlySpan<byte> accessUnit)
    {
        var (sequences, pictures) = (new List<byte[]>(), new List<byte[]>());
        while (TryNext(ref accessUnit, out var nal))
        {
            var list = (nal[0] & 31) switch { SequenceParameters => sequences, PictureParameters => pictures, _ => null };
            if (list?.Count < MaxParameterSets && nal.Length is >= 2 and <= ushort.MaxValue)
                list.Add(nal.ToArray());
        }

        if (sequences.Count == 0 || pictures.Count == 0 || sequences[0].Length < 4)
            return null;
        var to = new ByteWriter();
        to.U8(1);
        to.Bytes(sequences[0].AsSpan(1, 3));
        to.U8(0xFC | 3); // Lengths of NAL units take four bytes.
        Write(to, 0xE0, sequences);
        Write(to, 0, pictures);
        WriteExtension(to, sequences[0]);
        return to.Written.ToArray();
    }

    /// <summary>
    /// A sample has lengths in place of start codes. Parameter sets stay in it: players that look at the first description only
    /// then follow a change all the same.
    /// </summary>
    public static void WriteSample(ReadOnlySpan<byte> accessUnit, ByteWriter to)
    {
        while (TryNext(ref accessUnit, out var nal))
        {
            if ((nal[0] & 31) == Delimiter)
                continue;
            to.U32((uint)nal.Length);
            to.Bytes(nal);
        }
    }

    private static void Write(ByteWriter to, int reserved, List<byte[]> sets)
    {
        to.U8(reserved | sets.Count);
        foreach (var set in sets)
        {
            to.U16(set.Length);
            to.Bytes(set);
        }
    }

    /// <summary>Chroma and depth, which the high profiles say once more.</summary>
    private static void WriteExtension(ByteWriter to, byte[] sequence)
    {
        if (sequence[1] is 66 or 77 or 88)
            return;
        var bits = new BitReader(WithoutEmulationPrevention(sequence.AsSpan(4)));
        bits.ExpGolomb();
        var chroma = bits.ExpGolomb();
        if (chroma == 3)
            bits.Bits(1);
        to.U8(0xFC | (int)(chroma & 3));
        to.U8(0xF8 | (int)(bits.ExpGolomb() & 7));
        to.U8(0xF8 | (int)(bits.ExpGolomb() & 7));
        to.U8(0);
    }

    private static byte[] WithoutEmulationPrevention(ReadOnlySpan<byte> nal)
    {
        var plain = new List<byte>(nal.Length);
        foreach (var one in nal)
        {
            if (one != 3 || plain.Count < 2 || plain[^1] != 0 || plain[^2] != 0)
                plain.Add(one);
        }

        return [.. plain];
    }

    /// <summary>The next NAL unit behind a start code; never an empty one.</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> nal)
    {
        ReadOnlySpan<byte> startCode = [0, 0, 1];
        while (true)
        {
            var start = rest.IndexOf(startCode);
            if (start < 0)
            {
                nal = default;
                return false;
            }

            rest = rest[(start + 3)..];
            var end = rest.IndexOf(startCode);
            // Zeros before a start code belong to it.
            nal = (end < 0 ? rest : rest[..end]).TrimEnd((byte)0);
            rest = end < 0 ? default : rest[end..];
            if (!nal.IsEmpty)
                return true;
        }
    }
}
