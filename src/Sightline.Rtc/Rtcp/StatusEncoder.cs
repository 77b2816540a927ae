using System.Buffers.Binary;

namespace Sightline.Rtc.Rtcp;

/// <summary>
/// Writes the status chunks and deltas of a transport-wide feedback packet
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1.1 to 3.1.5).
/// </summary>
internal ref struct StatusEncoder(Span<byte> chunks, Span<byte> deltas)
{
    /// <summary>Of chunks and deltas together, in one packet.</summary>
    public const int MaxBytes = 1024;

    /// <summary>In one packet.</summary>
    public const int MaxStatuses = 0xFFFF;

    private readonly Span<byte> _chunks = chunks;
    private readonly Span<byte> _deltas = deltas;
    private long _lastTick;

    public int ChunkBytes { get; private set; }

    public int DeltaBytes { get; private set; }

    /// <summary>In 64 ms, 24 bits with a sign.</summary>
    public int ReferenceTime { get; private set; }

    /// <returns>How many of the arrivals there was room for; it also ends at a step of more than 8 s.</returns>
    public int Encode(ReadOnlySpan<long> arrivalsUs)
    {
        arrivalsUs = arrivalsUs[..Math.Min(arrivalsUs.Length, MaxStatuses)];
        Begin(arrivalsUs);

        Span<PacketStatus> statuses = stackalloc PacketStatus[StatusChunk.OneBitStatuses];
        var told = 0;
        while (told < arrivalsUs.Length)
        {
            var run = LostRun(arrivalsUs[told..]);
            if (run > StatusChunk.OneBitStatuses)
            {
                if (!AddChunk(StatusChunk.Run(PacketStatus.NotReceived, run))) break;
                told += run;
                continue;
            }

            var ahead = Look(arrivalsUs[told..], statuses);
            var taken = Chunk(statuses[..ahead], out var chunk);
            if (taken == 0 || !AddDeltas(arrivalsUs.Slice(told, taken), statuses)) break;
            AddChunk(chunk);
            told += taken;
        }

        return told;
    }

    private static int LostRun(ReadOnlySpan<long> arrivalsUs)
    {
        var run = 0;
        while (run < arrivalsUs.Length && run < StatusChunk.MaxRun && arrivalsUs[run] < 0) run++;
        return run;
    }

    /// <summary>Chooses the chunk that tells of the most packets.</summary>
    private static int Chunk(ReadOnlySpan<PacketStatus> statuses, out ushort chunk)
    {
        chunk = 0;
        if (statuses.IsEmpty) return 0;

        var run = 1;
        while (run < statuses.Length && statuses[run] == statuses[0]) run++;
        if (run == statuses.Length)
        {
            chunk = StatusChunk.Run(statuses[0], run);
            return run;
        }

        var small = 0;
        while (small < statuses.Length && statuses[small] != PacketStatus.LargeDelta) small++;
        // A vector tells of all its places; only the last chunk may have places to spare.
        var oneBit = small == statuses.Length;
        var taken = Math.Min(statuses.Length, oneBit ? StatusChunk.OneBitStatuses : StatusChunk.TwoBitStatuses);
        var bits = 0;
        for (var i = 0; i < taken; i++)
            bits |= (int)statuses[i] << (oneBit ? StatusChunk.OneBitStatuses - 1 - i : 2 * (StatusChunk.TwoBitStatuses - 1 - i));

        chunk = (ushort)(0x8000 | (oneBit ? 0 : 0x4000) | bits);
        return taken;
    }

    private void Begin(ReadOnlySpan<long> arrivalsUs)
    {
        foreach (var arrivalUs in arrivalsUs)
        {
            if (arrivalUs < 0) continue;
            var reference = arrivalUs / TransportFeedback.ReferenceUs;
            // 24 bits: a receiver unwraps them.
            ReferenceTime = (int)reference << 8 >> 8;
            _lastTick = reference * (TransportFeedback.ReferenceUs / TransportFeedback.DeltaUs);
            return;
        }
    }

    /// <summary>The statuses of the next packets, up to one whose step is too large for a delta.</summary>
    private readonly int Look(ReadOnlySpan<long> arrivalsUs, scoped Span<PacketStatus> statuses)
    {
        var last = _lastTick;
        var count = 0;
        for (; count < arrivalsUs.Length && count < statuses.Length; count++)
        {
            if (arrivalsUs[count] < 0)
            {
                statuses[count] = PacketStatus.NotReceived;
                continue;
            }

            var tick = arrivalsUs[count] / TransportFeedback.DeltaUs;
            var step = tick - last;
            if (step is < short.MinValue or > short.MaxValue) break;
            statuses[count] = step is >= 0 and <= byte.MaxValue ? PacketStatus.SmallDelta : PacketStatus.LargeDelta;
            last = tick;
        }

        return count;
    }

    private bool AddChunk(ushort chunk)
    {
        if (ChunkBytes + DeltaBytes + 2 > _chunks.Length) return false;

        BinaryPrimitives.WriteUInt16BigEndian(_chunks[ChunkBytes..], chunk);
        ChunkBytes += 2;
        return true;
    }

    /// <summary>Nothing is added where there is no room for all of them and their chunk.</summary>
    private bool AddDeltas(ReadOnlySpan<long> arrivalsUs, scoped ReadOnlySpan<PacketStatus> statuses)
    {
        if (ChunkBytes + DeltaBytes + 2 + (2 * arrivalsUs.Length) > _chunks.Length) return false;

        for (var i = 0; i < arrivalsUs.Length; i++)
        {
            if (statuses[i] == PacketStatus.NotReceived) continue;
            var tick = arrivalsUs[i] / TransportFeedback.DeltaUs;
            if (statuses[i] == PacketStatus.SmallDelta)
            {
                _deltas[DeltaBytes++] = (byte)(tick - _lastTick);
            }
            else
            {
                BinaryPrimitives.WriteInt16BigEndian(_deltas[DeltaBytes..], (short)(tick - _lastTick));
                DeltaBytes += 2;
            }

            _lastTick = tick;
        }

        return true;
    }
}
