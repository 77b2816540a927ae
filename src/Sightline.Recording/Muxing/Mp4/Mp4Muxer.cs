namespace Sightline.Recording.Muxing.Mp4;

/// <summary>
/// Writes VP9, AV1, H.264 and Opus as fragmented MP4 while they come (ISO/IEC 14496-12 §8.8), so that what is written plays
/// although the end is not; and in the end says how the same bytes become a file with its index in front. Frames of a track come
/// in the order of their time, tracks about in step.
/// </summary>
public sealed class Mp4Muxer
{
    private readonly IMp4Sink _sink;
    private readonly MuxLimits _limits;
    private readonly Mp4Track[] _tracks;
    private readonly ByteWriter _bytes = new(16 * 1024);
    private readonly List<PartRange> _media = [];
    private int _part = -1;
    private long _partLength;
    private long _mediaLength;
    private uint _fragments;

    /// <param name="tracks">The codec of each track. VP8 is not for MP4: no browser plays it there.</param>
    public Mp4Muxer(IMp4Sink sink, IReadOnlyList<Codec> tracks, MuxLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tracks.Count, limits.MaxTracks, nameof(tracks));
        if (tracks.Contains(Codec.Vp8))
            throw new ArgumentException("VP8 goes into WebM.", nameof(tracks));
        (_sink, _limits) = (sink, limits);
        _tracks = [.. tracks.Select((codec, index) => new Mp4Track(index + 1, codec, limits))];
    }

    /// <summary>Adds a frame, or says why it is left out.</summary>
    public MuxRefusal? Add(in MediaFrame frame)
    {
        var track = _tracks[frame.Track];
        if (frame.Data.Length > _limits.MaxFrameBytes)
            return MuxRefusal.TooLong;
        if (track.Look(frame, out var needsDescription) is { } refusal)
            return refusal;
        if (needsDescription)
        {
            // What came until now is of the old part, and as long as it is until now.
            WriteFragment(frame.At, isWhole: true);
            track.Describe();
            _part++;
            _partLength = 0;
            _sink.BeginPart(_part);
            WriteInit();
        }
        else if (IsFull(track, frame))
        {
            WriteFragment(frame.At, isWhole: false);
        }

        return track.Add(frame);
    }

    /// <summary>Writes what is left, and says how the finished file is put together. Nothing is added afterwards.</summary>
    /// <param name="end">Until when the last picture is seen.</param>
    public FinishedMp4 Finish(TimeSpan end)
    {
        WriteFragment(end, isWhole: true);
        foreach (var track in _tracks)
            track.Index.Complete(track.WrittenUntil);
        _bytes.Clear();
        Mp4Head.Write(_bytes, [.. _tracks.Where(track => track.Index.Sizes.Count > 0)], _mediaLength);
        return new FinishedMp4(_bytes.Written.ToArray(), _media);
    }

    private bool IsFull(Mp4Track track, in MediaFrame frame)
    {
        var filled = TimeSpan.Zero;
        var bytes = 0L;
        var hasPicture = false;
        foreach (var one in _tracks)
        {
            filled = one.Filled > filled ? one.Filled : filled;
            bytes += one.Data.Length;
            hasPicture |= !one.IsAudio && one.HasBegun;
        }

        // Best before a keyframe; sound alone may be cut anywhere.
        var mayCut = !hasPicture || (frame.IsKeyframe && !track.IsAudio);
        return bytes >= _limits.MaxFragmentBytes || filled >= (mayCut ? _limits.MinFragment : _limits.MaxFragment);
    }

    private void WriteInit()
    {
        _bytes.Clear();
        Mp4Head.WriteInit(_bytes, [.. _tracks.Where(track => track.HasBegun)]);
        Put(_bytes.Written);
    }

    /// <param name="isWhole">The last samples too, which end at <paramref name="end"/>; otherwise they wait for those behind them.</param>
    private void WriteFragment(TimeSpan end, bool isWhole)
    {
        var total = 0;
        foreach (var track in _tracks)
            total += CountOf(track, isWhole);
        if (total == 0)
            return;

        _bytes.Clear();
        var boxes = new BoxWriter(_bytes);
        boxes.Begin("moof");
        boxes.BeginFull("mfhd");
        _bytes.U32(++_fragments);
        boxes.End();
        Span<int> offsetsAt = stackalloc int[_tracks.Length];
        for (var i = 0; i < _tracks.Length; i++)
            offsetsAt[i] = WriteRun(boxes, _tracks[i], CountOf(_tracks[i], isWhole), end);
        boxes.End();

        var headLength = _bytes.Length + 8;
        var length = 0;
        for (var i = 0; i < _tracks.Length; i++)
        {
            if (offsetsAt[i] == 0)
                continue;
            _bytes.PatchU32(offsetsAt[i], (uint)(headLength + length));
            length += LengthOf(_tracks[i], CountOf(_tracks[i], isWhole));
        }

        _bytes.U32((uint)(8 + length));
        _bytes.Ascii("mdat");
        Put(_bytes.Written);
        _media.Add(new PartRange(_part, _partLength, length));
        foreach (var track in _tracks)
            WriteMedia(track, CountOf(track, isWhole));
    }

    private void WriteMedia(Mp4Track track, int count)
    {
        if (count == 0)
            return;
        var length = LengthOf(track, count);
        track.Index.Chunks.Add(new Mp4Chunk(count, track.Descriptions.Count, _mediaLength));
        Put(track.Data.Written[..length]);
        _mediaLength += length;
        track.Forget(count);
    }

    /// <summary>One track's part of the fragment; returns where the offset of its data is to be filled in, 0 when it has none.</summary>
    private static int WriteRun(BoxWriter boxes, Mp4Track track, int count, TimeSpan end)
    {
        const int defaultBaseIsMoof = 0x02_0000;
        const int hasDataOffset = 0x0001, hasDurations = 0x0100, hasSizes = 0x0200, hasFlags = 0x0400;
        const uint dependsOnNothing = 0x0200_0000, dependsOnOthers = 0x0101_0000;
        if (count == 0)
            return 0;
        var bytes = boxes.Bytes;
        boxes.Begin("traf");
        boxes.BeginFull("tfhd", flags: defaultBaseIsMoof | 2);
        bytes.U32((uint)track.Id);
        bytes.U32((uint)track.Descriptions.Count);
        boxes.End();
        boxes.BeginFull("tfdt", version: 1);
        bytes.U64((ulong)track.Samples[0].DecodeTime);
        boxes.End();
        boxes.BeginFull("trun", flags: hasDataOffset | hasDurations | hasSizes | hasFlags);
        bytes.U32((uint)count);
        var offsetAt = bytes.Length;
        bytes.U32(0);
        for (var i = 0; i < count; i++)
        {
            var sample = track.Samples[i];
            var isLast = i + 1 == track.Samples.Count;
            var next = isLast ? track.EndAt(end) : track.Samples[i + 1].DecodeTime;
            var size = (uint)((isLast ? track.Data.Length : track.Samples[i + 1].Offset) - sample.Offset);
            var duration = (uint)Math.Clamp(next - sample.DecodeTime, 1, uint.MaxValue);
            bytes.U32(duration);
            bytes.U32(size);
            bytes.U32(sample.IsKeyframe ? dependsOnNothing : dependsOnOthers);
            track.Index.Add(sample.DecodeTime, size, sample.IsKeyframe);
            track.WrittenUntil = next;
        }

        boxes.End();
        boxes.End();
        return offsetAt;
    }

    private static int CountOf(Mp4Track track, bool isWhole) => isWhole ? track.Samples.Count : Math.Max(0, track.Samples.Count - 1);

    private static int LengthOf(Mp4Track track, int count) =>
        count < track.Samples.Count ? track.Samples[count].Offset : track.Data.Length;

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _sink.Write(bytes);
        _partLength += bytes.Length;
    }
}
