namespace Sightline.Rtc.Repair;

/// <summary>One packet in its place.</summary>
/// <param name="Bytes">The whole packet, in a buffer of the pool's; <c>null</c>: bytes are not kept.</param>
internal readonly record struct BufferedPacket(byte[]? Bytes, int Length, long Sequence, long Timestamp, long ArrivedAtUs, bool Repaired);

/// <summary>
/// Brings the packets of one stream back into order. Its places follow each other as the packets were sent: a packet, a missing
/// one, or a break where the numbers jumped. The one who takes from the front decides how long a missing one is waited for.
/// </summary>
/// <param name="pool"><c>null</c>: places are kept, and bytes are not.</param>
internal sealed class JitterBuffer(PacketPool? pool, int maxPackets)
{
    private const int InitialPlaces = 16;

    private Place[] _places = new Place[InitialPlaces];

    /// <summary>Place of a packet = its sequence number + this, since the last break.</summary>
    private long _shift;

    /// <summary>The first place that was not taken yet.</summary>
    private long _front;

    /// <summary>Behind the last place.</summary>
    private long _end;

    public bool IsEmpty => _front == _end;

    public bool HasBegun { get; private set; }

    /// <summary>What is held, with the missing ones between.</summary>
    public long Places => _end - _front;

    public bool IsOverfull => Places > maxPackets;

    /// <summary>The number that would come next at the end.</summary>
    public long EndSequence => _end - _shift;

    /// <summary>Numbers below this are from before the last break: their places cannot be told.</summary>
    public long FirstSequence { get; private set; }

    private ref Place Front => ref _places[_front & (_places.Length - 1)];

    public long FrontSequence => Front.Sequence;

    public bool FrontIsPacket => Front.Kind == PlaceKind.Packet;

    public bool FrontIsBreak => Front.Kind == PlaceKind.Break;

    public GapCause FrontCause => Front.Cause;

    /// <summary>How many numbers the break at the front stands for.</summary>
    public long FrontSkipped => Front.Skipped;

    public long FrontMissingSinceUs => Front.AtUs;

    public void Begin(long sequence)
    {
        HasBegun = true;
        (_front, _end, _shift, FirstSequence) = (sequence, sequence, 0, sequence);
    }

    /// <summary>Moves the beginning back, for packets that the first one overtook; only before anything was taken.</summary>
    public bool TryBeginEarlier(long sequence, long nowUs)
    {
        if (_end - sequence > maxPackets || !MakeRoom(_end - sequence)) return false;

        for (var place = sequence; place < _front; place++) At(place) = Place.Missing(place - _shift, nowUs);
        (_front, FirstSequence) = (sequence, sequence);
        return true;
    }

    /// <summary>Whether its place was taken, or given up; for numbers since the last break.</summary>
    public bool IsPast(long sequence) => sequence + _shift < _front;

    public bool Has(long sequence) => At(sequence + _shift).Kind == PlaceKind.Packet;

    /// <summary>Numbers from the end up to this one are missing.</summary>
    /// <returns><c>false</c>: there is no room.</returns>
    public bool TryExtend(long sequence, long nowUs)
    {
        var until = sequence + _shift;
        if (!MakeRoom(until + 1 - _front)) return false;

        for (; _end < until; _end++) At(_end) = Place.Missing(_end - _shift, nowUs);
        return true;
    }

    /// <summary>Puts a packet where it is missing, or at the end.</summary>
    /// <returns><c>false</c>: there is no room.</returns>
    public bool TryPut(ReadOnlySpan<byte> bytes, long sequence, long timestamp, long nowUs, bool repaired)
    {
        var place = sequence + _shift;
        if (place == _end && !MakeRoom(_end + 1 - _front)) return false;
        var buffer = pool?.Rent();
        if (pool is not null && buffer is null) return false;

        if (buffer is not null) bytes.CopyTo(buffer);
        At(place) = new Place
        {
            Kind = PlaceKind.Packet,
            Sequence = sequence,
            Timestamp = timestamp,
            AtUs = nowUs,
            Repaired = repaired,
            Bytes = buffer,
            Length = bytes.Length,
        };
        if (place == _end) _end++;
        return true;
    }

    /// <summary>The numbers go on with this one, far from those so far; what is still missing before it is given up.</summary>
    /// <param name="skipped">How many numbers are left out; 0 where that cannot be known.</param>
    public bool TryBreak(long sequence, long skipped, GapCause cause)
    {
        if (!MakeRoom(_end + 1 - _front)) return false;

        for (var place = _front; place < _end; place++)
        {
            if (At(place).Kind == PlaceKind.Missing) At(place).AtUs = long.MinValue / 2;
        }

        At(_end) = new Place { Kind = PlaceKind.Break, Sequence = EndSequence, Cause = cause, Skipped = skipped };
        _end++;
        _shift = _end - sequence;
        FirstSequence = sequence;
        return true;
    }

    /// <summary>Takes the packet at the front; the buffer goes back to the pool by the one who takes it.</summary>
    public BufferedPacket TakePacket()
    {
        ref var front = ref Front;
        var packet = new BufferedPacket(front.Bytes, front.Length, front.Sequence, front.Timestamp, front.AtUs, front.Repaired);
        Skip();
        return packet;
    }

    /// <summary>Leaves out what is missing at the front, or a break.</summary>
    public void Skip()
    {
        Front = default;
        _front++;
    }

    /// <summary>The timestamp of the first packet that is held; <c>null</c> without one.</summary>
    public long? FirstTimestamp()
    {
        for (var place = _front; place < _end; place++)
        {
            if (At(place).Kind == PlaceKind.Packet) return At(place).Timestamp;
        }

        return null;
    }

    /// <summary>Gives all buffers back.</summary>
    public void Clear()
    {
        for (; _front < _end; _front++)
        {
            if (Front.Bytes is { } bytes) pool?.Return(bytes);
            Front = default;
        }
    }

    private ref Place At(long place) => ref _places[place & (_places.Length - 1)];

    /// <summary>Twice the limit at most, so that what is overfull can still be taken in order.</summary>
    private bool MakeRoom(long places)
    {
        if (places > 2L * maxPackets) return false;
        if (places <= _places.Length) return true;

        var length = _places.Length;
        while (length < places) length *= 2;
        var larger = new Place[length];
        for (var place = _front; place < _end; place++) larger[place & (length - 1)] = At(place);
        _places = larger;
        return true;
    }

    private enum PlaceKind : byte
    {
        Nothing,
        Packet,
        Missing,
        Break,
    }

    private struct Place
    {
        public PlaceKind Kind;
        public bool Repaired;
        public GapCause Cause;
        public int Length;
        public byte[]? Bytes;
        public long Sequence;
        public long Timestamp;

        /// <summary>When it arrived, or was missed.</summary>
        public long AtUs;

        public long Skipped;

        public static Place Missing(long sequence, long nowUs) =>
            new() { Kind = PlaceKind.Missing, Sequence = sequence, AtUs = nowUs };
    }
}
