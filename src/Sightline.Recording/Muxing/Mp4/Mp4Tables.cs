namespace Sightline.Recording.Muxing.Mp4;

/// <summary>Where each sample of a track is, how long and how large (ISO/IEC 14496-12 §8.5–8.7). A part's tables are empty.</summary>
internal static class Mp4Tables
{
    /// <summary>Returns where the chunks' offsets are to be filled in.</summary>
    public static int Write(BoxWriter boxes, Mp4Track track, bool isFinished)
    {
        var to = boxes.Bytes;
        var index = isFinished ? track.Index : new Mp4Index();
        boxes.Begin("stbl");
        boxes.BeginFull("stsd");
        to.U32((uint)track.Descriptions.Count);
        foreach (var description in track.Descriptions)
            description.Write(boxes);
        boxes.End();
        boxes.BeginFull("stts");
        to.U32((uint)index.Durations.Count);
        foreach (var (count, duration) in index.Durations)
        {
            to.U32(count);
            to.U32(duration);
        }

        boxes.End();
        if (!track.IsAudio && isFinished)
        {
            boxes.BeginFull("stss");
            to.U32((uint)index.Keyframes.Count);
            foreach (var number in index.Keyframes)
                to.U32(number);
            boxes.End();
        }

        WriteChunkSizes(boxes, index);
        boxes.BeginFull("stsz");
        to.U32(0);
        to.U32((uint)index.Sizes.Count);
        foreach (var size in index.Sizes)
            to.U32(size);
        boxes.End();
        boxes.BeginFull("co64");
        to.U32((uint)index.Chunks.Count);
        var chunksAt = to.Length;
        to.Zeros(8 * index.Chunks.Count);
        boxes.End();
        boxes.End();
        return chunksAt;
    }

    /// <summary>Only where a chunk differs from the one before.</summary>
    private static void WriteChunkSizes(BoxWriter boxes, Mp4Index index)
    {
        var to = boxes.Bytes;
        boxes.BeginFull("stsc");
        var countAt = to.Length;
        to.U32(0);
        var count = 0u;
        for (var i = 0; i < index.Chunks.Count; i++)
        {
            var chunk = index.Chunks[i];
            if (i > 0 && chunk.Samples == index.Chunks[i - 1].Samples && chunk.Description == index.Chunks[i - 1].Description)
                continue;
            to.U32((uint)i + 1);
            to.U32((uint)chunk.Samples);
            to.U32((uint)chunk.Description);
            count++;
        }

        to.PatchU32(countAt, count);
        boxes.End();
    }
}
