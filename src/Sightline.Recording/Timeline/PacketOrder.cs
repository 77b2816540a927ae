using System.Buffers;
using System.Numerics;

namespace Sightline.Recording.Timeline;

/// <summary>A packet that waits for its turn. Its bytes belong to the <see cref="PacketOrder"/>.</summary>
internal struct WaitingPacket
{
    public byte[]? Buffer;
    public int Length;
    public long Sequence;
    public DateTimeOffset ArrivedAt;
    public StreamFormat Format;

    public readonly ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);
}

/// <summary>Brings the packets of one stream into the order in which they were sent. What comes twice or too late is left out.</summary>
internal sealed class PacketOrder(int maxWaiting) : IDisposable
{
    private const int InitialCapacity = 256;

    private WaitingPacket[] _slots = new WaitingPacket[InitialCapacity];
    private long _next;
    private long _end;

    /// <summary>Packets that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The next packet's number; what is missing before the first that waits was not sent, or is lost.</summary>
    public long Next => _next;

    public bool HasNext => Count > 0 && SlotOf(_next).Buffer is not null;

    /// <summary>The oldest that waits; only when one does.</summary>
    public ref readonly WaitingPacket First
    {
        get
        {
            for (var sequence = _next; ; sequence++)
            {
                if (SlotOf(sequence).Buffer is not null)
                    return ref SlotOf(sequence);
            }
        }
    }

    /// <summary>All that wait, in no order; other slots have no buffer.</summary>
    public ReadOnlySpan<WaitingPacket> Slots => _slots;

    /// <summary>From the next packet to the last that waits there is no more room than this.</summary>
    public bool IsNearlyFull => _end - _next > maxWaiting / 2;

    /// <summary>Whether a packet is near enough to be of the same run.</summary>
    public bool HasRoomFor(long sequence) => sequence - _next < maxWaiting && _end - sequence < maxWaiting;

    /// <summary>The stream begins here. Before anything was taken, it may still turn out to begin earlier.</summary>
    public void StartAt(long sequence)
    {
        _next = sequence;
        if (Count == 0)
            _end = sequence;
    }

    public bool Add(long sequence, ReadOnlySpan<byte> bytes, in StreamFormat format, DateTimeOffset arrivedAt)
    {
        if (sequence < _next)
            return false;
        Grow(Math.Max(_end, sequence + 1) - _next);
        ref var slot = ref SlotOf(sequence);
        if (slot.Buffer is not null)
            return false;
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        slot = new WaitingPacket { Buffer = buffer, Length = bytes.Length, Sequence = sequence, ArrivedAt = arrivedAt, Format = format };
        _end = Math.Max(_end, sequence + 1);
        Count++;
        return true;
    }

    /// <summary>Takes the oldest that waits. Give its buffer back by <see cref="Return"/>.</summary>
    public WaitingPacket Take()
    {
        while (SlotOf(_next).Buffer is null)
            _next++;
        ref var slot = ref SlotOf(_next++);
        var packet = slot;
        slot = default;
        Count--;
        return packet;
    }

    public static void Return(in WaitingPacket packet)
    {
        if (packet.Buffer is not null)
            ArrayPool<byte>.Shared.Return(packet.Buffer);
    }

    public void Dispose()
    {
        while (Count > 0)
            Return(Take());
    }

    private void Grow(long span)
    {
        if (span <= _slots.Length)
            return;
        var slots = new WaitingPacket[BitOperations.RoundUpToPowerOf2((ulong)span)];
        foreach (var packet in _slots)
        {
            if (packet.Buffer is not null)
                slots[packet.Sequence & (slots.Length - 1)] = packet;
        }

        _slots = slots;
    }

    private ref WaitingPacket SlotOf(long sequence) => ref _slots[sequence & (_slots.Length - 1)];
}
