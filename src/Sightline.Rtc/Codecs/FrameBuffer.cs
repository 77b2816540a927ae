using System.Numerics;

namespace Sightline.Rtc.Codecs;

/// <summary>Where a frame is put together. It grows with the frames up to a limit, and is used again for the next one.</summary>
internal sealed class FrameBuffer
{
    /// <summary>Longer frames are dropped.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int InitialBytes = 16 * 1024;

    private byte[] _bytes = new byte[InitialBytes];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Goes back to a length that it had.</summary>
    public void Cut(int length) => Length = length;

    /// <returns><c>false</c>: the frame would be longer than frames may be.</returns>
    public bool TryAdd(scoped ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > MaxBytes) return false;

        if (Length + bytes.Length > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(MaxBytes, BitOperations.RoundUpToPowerOf2((uint)(Length + bytes.Length))));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return true;
    }
}
