namespace Sightline.Recording.Muxing.Mp4;

/// <summary>
/// Where a fragmented MP4 goes while the recording runs. It comes in parts, each a file that plays by itself: another begins
/// when a track appears or a picture changes its size, because an MP4 describes its tracks only once.
/// </summary>
public interface IMp4Sink
{
    /// <summary>What follows belongs to the next part.</summary>
    void BeginPart(int part);

    void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>Bytes of a part.</summary>
public readonly record struct PartRange(int Part, long Offset, long Length);

/// <summary>
/// The finished file, index in front: <see cref="Head"/>, and behind it these bytes of the parts as they are. Making it is
/// copying; nothing is decoded or muxed again.
/// </summary>
public sealed record FinishedMp4(ReadOnlyMemory<byte> Head, IReadOnlyList<PartRange> Media);
