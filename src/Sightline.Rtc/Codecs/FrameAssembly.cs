namespace Sightline.Rtc.Codecs;

/// <summary>
/// What all video has in common: the packets of a frame have one timestamp and the last one a marker; a frame is whole when its first
/// packet was seen and none was missing until its last.
/// </summary>
internal sealed class FrameAssembly
{
    private readonly FrameBuffer _buffer = new();
    private long _timestamp;
    private State _state;
    private bool _afterGap;

    private enum State
    {
        /// <summary>Between two frames.</summary>
        Idle,
        Building,

        /// <summary>Something of this frame is missing: the rest of it is passed over.</summary>
        Broken,
    }

    public long Dropped { get; private set; }

    public FrameBuffer Buffer => _buffer;

    public long Timestamp => _timestamp;

    /// <summary>Begins a packet: of the frame that is being built, or of a new one.</summary>
    /// <param name="isFirst">Whether a frame may begin with it.</param>
    /// <param name="isSurelyFirst">Whether a frame begins with it even where packets are missing before.</param>
    /// <returns>Whether the packet's data is to be added.</returns>
    public bool Begin(long timestamp, bool isFirst, bool isSurelyFirst)
    {
        if (_state != State.Idle && timestamp != _timestamp)
        {
            // The last one's end never came.
            if (_state == State.Building) Dropped++;
            _state = State.Idle;
        }

        if (_state == State.Idle)
        {
            _buffer.Clear();
            _timestamp = timestamp;
            _state = State.Building;
            if (!(_afterGap ? isSurelyFirst : isFirst)) Break();
        }

        _afterGap = false;

        return _state == State.Building;
    }

    /// <summary>Adds to the frame, if there is room for it.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Building && !_buffer.TryAdd(bytes)) Break();
    }

    /// <summary>The frame cannot be whole any more.</summary>
    public void Break()
    {
        if (_state == State.Building) Dropped++;
        _state = State.Broken;
    }

    /// <summary>Packets are missing: of the frame that is being built, and perhaps the first of the next.</summary>
    public void Gap()
    {
        if (_state == State.Building) Break();
        _afterGap = true;
    }

    /// <summary>Ends the frame where the packet had a marker.</summary>
    /// <returns>Whether it is whole.</returns>
    public bool End(bool marker)
    {
        if (!marker) return false;

        var whole = _state == State.Building && _buffer.Length > 0;
        _state = State.Idle;
        return whole;
    }
}
