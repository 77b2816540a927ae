namespace Sightline.Rtc.Repair;

/// <summary>
/// Buffers of one size that are used again and again, for all tracks of one thread. It makes them as they are needed, up to a
/// limit, and never gives them back: what one worker needs at its busiest is what it has.
/// </summary>
/// <param name="maxBuffers">Lent at once; beyond it there is none.</param>
/// <param name="bufferBytes">Longer packets than this are not taken.</param>
public sealed class PacketPool(int maxBuffers = PacketPool.DefaultMaxBuffers, int bufferBytes = PacketPool.DefaultBufferBytes)
{
    /// <summary>About 100 MB.</summary>
    public const int DefaultMaxBuffers = 65_536;

    /// <summary>What fits into an Ethernet frame.</summary>
    public const int DefaultBufferBytes = 1500;

    private byte[][] _free = new byte[16][];
    private int _freeCount;

    public int BufferBytes { get; } = bufferBytes;

    /// <summary>Buffers that are lent.</summary>
    public int Lent { get; private set; }

    /// <summary><c>null</c>: all are lent.</summary>
    public byte[]? Rent()
    {
        if (Lent == maxBuffers) return null;

        Lent++;
        return _freeCount > 0 ? _free[--_freeCount] : new byte[BufferBytes];
    }

    public void Return(byte[] buffer)
    {
        Lent--;
        if (_freeCount == _free.Length) Array.Resize(ref _free, 2 * _free.Length);
        _free[_freeCount++] = buffer;
    }
}
