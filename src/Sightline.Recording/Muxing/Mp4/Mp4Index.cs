using System.Runtime.InteropServices;

namespace Sightline.Recording.Muxing.Mp4;

/// <summary>A run of one track's samples that stand together in the file.</summary>
internal readonly record struct Mp4Chunk(int Samples, int Description, long Offset);

/// <summary>
/// What the index of the finished file needs of each sample that was written: four bytes a sample, and less of all else. It is
/// the one thing that grows with a recording, by about a megabyte an hour.
/// </summary>
internal sealed class Mp4Index
{
    public List<uint> Sizes { get; } = [];

    /// <summary>Runs of samples of one length.</summary>
    public List<(uint Count, uint Duration)> Durations { get; } = [];

    /// <summary>Numbers of the keyframes, from 1.</summary>
    public List<uint> Keyframes { get; } = [];

    public List<Mp4Chunk> Chunks { get; } = [];

    public long FirstDecodeTime { get; private set; } = -1;

    public long Duration { get; private set; }

    private long _lastDecodeTime;

    public void Add(long decodeTime, uint size, bool isKeyframe)
    {
        if (FirstDecodeTime < 0)
            FirstDecodeTime = decodeTime;
        else
            AddDuration(decodeTime - _lastDecodeTime);
        _lastDecodeTime = decodeTime;
        Sizes.Add(size);
        if (isKeyframe)
            Keyframes.Add((uint)Sizes.Count);
    }

    /// <summary>The last sample ends here.</summary>
    public void Complete(long end)
    {
        if (Sizes.Count > 0)
            AddDuration(Math.Max(1, end - _lastDecodeTime));
    }

    private void AddDuration(long ticks)
    {
        var duration = (uint)ticks;
        Duration += duration;
        var runs = CollectionsMarshal.AsSpan(Durations);
        if (runs.Length > 0 && runs[^1].Duration == duration)
            runs[^1].Count++;
        else
            Durations.Add((1, duration));
    }
}
