using System.Buffers;
using Sightline.Recording;
using Sightline.Rtc.Codecs;

namespace Sightline.Media.Finishing;

/// <summary>A frame that waits. Its bytes go back to the pool when it is taken.</summary>
internal readonly record struct WaitingFrame(
    TrackKind Track, Codec Codec, TimeSpan At, byte[] Buffer, int Length, bool IsKey, int Width, int Height)
{
    public ReadOnlySpan<byte> Data => Buffer.AsSpan(0, Length);
}

/// <summary>
/// Brings the frames of a device's tracks into one order: each timeline keeps its packets for another while, and files want
/// sound and picture in step.
/// </summary>
internal sealed class FrameLine : IFrameSink, IDisposable
{
    /// <summary>Longer than a timeline keeps a packet: it waits for the first report, and for what is missing.</summary>
    public static readonly TimeSpan Delay = TrackFrames.Limits.HoldForReport + TrackFrames.Limits.ReorderFor + TimeSpan.FromSeconds(1);

    /// <summary>The oldest go when more waits.</summary>
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly PriorityQueue<WaitingFrame, (TimeSpan At, long Number)> _frames = new();
    private long _number;
    private long _bytes;

    public void Add(TrackKind track, Codec codec, TimeSpan at, in Frame frame)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(frame.Data.Length);
        frame.Data.CopyTo(buffer);
        _bytes += frame.Data.Length;
        _frames.Enqueue(
            new WaitingFrame(track, codec, at, buffer, frame.Data.Length, frame.IsKey, frame.Width, frame.Height), (at, _number++));
    }

    /// <summary>The next frame, if none can come before it any more. Give it back by <see cref="Return"/>.</summary>
    /// <param name="now">From the timeline's origin.</param>
    public bool TryTake(TimeSpan now, out WaitingFrame frame)
    {
        frame = default;
        if (!_frames.TryPeek(out var first, out _) || (first.At + Delay > now && _bytes <= MaxBytes))
            return false;
        frame = _frames.Dequeue();
        _bytes -= frame.Length;
        return true;
    }

    public static void Return(in WaitingFrame frame) => ArrayPool<byte>.Shared.Return(frame.Buffer);

    public void Dispose()
    {
        while (TryTake(TimeSpan.MaxValue, out var frame))
            Return(frame);
    }
}
