namespace Sightline.Recording.Muxing.Mp4;

/// <summary>What stands before the media: of a part, and of the finished file (ISO/IEC 14496-12 §8).</summary>
internal static class Mp4Head
{
    /// <summary>Of the movie's own times: starts of tracks, whole length.</summary>
    private const int MovieRateHz = 90_000;

    /// <summary>A part that is to be followed by fragments.</summary>
    public static void WriteInit(ByteWriter to, IReadOnlyList<Mp4Track> tracks)
    {
        var boxes = new BoxWriter(to);
        WriteFileType(boxes);
        boxes.Begin("moov");
        WriteMovieHeader(boxes, 0, tracks);
        foreach (var track in tracks)
            WriteTrack(boxes, track, isFinished: false);
        boxes.Begin("mvex");
        foreach (var track in tracks)
        {
            boxes.BeginFull("trex");
            to.U32((uint)track.Id);
            to.U32(1);
            to.Zeros(12);
            boxes.End();
        }

        boxes.End();
        boxes.End();
    }

    /// <summary>Everything up to the media, <paramref name="mediaLength"/> bytes, of the finished file.</summary>
    public static void Write(ByteWriter to, IReadOnlyList<Mp4Track> tracks, long mediaLength)
    {
        var boxes = new BoxWriter(to);
        WriteFileType(boxes);
        var movieAt = to.Length;
        var chunksAt = new List<(int At, Mp4Track Track)>();
        boxes.Begin("moov");
        WriteMovieHeader(boxes, tracks.Select(MovieDurationOf).DefaultIfEmpty().Max(), tracks);
        foreach (var track in tracks)
            chunksAt.Add((WriteTrack(boxes, track, isFinished: true), track));
        boxes.End();
        to.U32(1);
        to.Ascii("mdat");
        to.U64((ulong)(16 + mediaLength));

        // Only now is it known where the media begins.
        foreach (var (at, track) in chunksAt)
        {
            for (var i = 0; i < track.Index.Chunks.Count; i++)
            {
                var offset = (ulong)(to.Length + track.Index.Chunks[i].Offset);
                to.PatchU32(at + (8 * i), (uint)(offset >> 32));
                to.PatchU32(at + (8 * i) + 4, (uint)offset);
            }
        }
    }

    private static void WriteFileType(BoxWriter boxes)
    {
        boxes.Begin("ftyp");
        boxes.Bytes.Ascii("isom");
        boxes.Bytes.U32(512);
        boxes.Bytes.Ascii("isomiso6mp41");
        boxes.End();
    }

    private static void WriteMovieHeader(BoxWriter boxes, long duration, IReadOnlyList<Mp4Track> tracks)
    {
        var to = boxes.Bytes;
        boxes.BeginFull("mvhd", version: 1);
        to.Zeros(16);
        to.U32(MovieRateHz);
        to.U64((ulong)duration);
        to.U32(0x0001_0000);
        to.U16(0x0100);
        to.Zeros(10);
        WriteUnityMatrix(to);
        to.Zeros(24);
        to.U32((uint)tracks.Select(track => track.Id).DefaultIfEmpty().Max() + 1);
        boxes.End();
    }

    /// <summary>Returns where the chunks' offsets are to be filled in.</summary>
    private static int WriteTrack(BoxWriter boxes, Mp4Track track, bool isFinished)
    {
        var to = boxes.Bytes;
        const int enabledAndInMovie = 3;
        boxes.Begin("trak");
        boxes.BeginFull("tkhd", version: 1, flags: enabledAndInMovie);
        to.Zeros(16);
        to.U32((uint)track.Id);
        to.Zeros(4);
        to.U64(isFinished ? (ulong)MovieDurationOf(track) : 0);
        to.Zeros(12);
        to.U16(track.IsAudio ? 0x0100 : 0);
        to.Zeros(2);
        WriteUnityMatrix(to);
        to.U32((uint)track.Descriptions.Max(description => description.Width) << 16);
        to.U32((uint)track.Descriptions.Max(description => description.Height) << 16);
        boxes.End();
        WriteEdits(boxes, track, isFinished);
        boxes.Begin("mdia");
        boxes.BeginFull("mdhd", version: 1);
        to.Zeros(16);
        to.U32((uint)track.RateHz);
        to.U64(isFinished ? (ulong)track.Index.Duration : 0);
        to.U16(0x55C4); // Language: undetermined.
        to.U16(0);
        boxes.End();
        boxes.BeginFull("hdlr");
        to.Zeros(4);
        to.Ascii(track.IsAudio ? "soun" : "vide");
        to.Zeros(13);
        boxes.End();
        boxes.Begin("minf");
        WriteMediaHeader(boxes, track);
        var chunksAt = Mp4Tables.Write(boxes, track, isFinished);
        boxes.End();
        boxes.End();
        boxes.End();
        return chunksAt;
    }

    /// <summary>A track that begins late waits; what the encoder of sound puts before its first sample is not heard.</summary>
    private static void WriteEdits(BoxWriter boxes, Mp4Track track, bool isFinished)
    {
        var to = boxes.Bytes;
        var skip = track.IsAudio ? OpusLine.PreSkip : 0;
        // Fragments carry their own times: only the skip is left to say.
        var wait = isFinished ? ToMovie(track, track.Index.FirstDecodeTime) : 0;
        if (skip == 0 && wait == 0)
            return;
        boxes.Begin("edts");
        boxes.BeginFull("elst", version: 1);
        to.U32(wait > 0 ? 2u : 1u);
        if (wait > 0)
        {
            to.U64((ulong)wait);
            to.U64(ulong.MaxValue);
            to.U32(0x0001_0000);
        }

        to.U64(isFinished ? (ulong)Math.Max(0, ToMovie(track, track.Index.Duration - skip)) : 0);
        to.U64((ulong)skip);
        to.U32(0x0001_0000);
        boxes.End();
        boxes.End();
    }

    private static void WriteMediaHeader(BoxWriter boxes, Mp4Track track)
    {
        const int isSelfContained = 1;
        if (track.IsAudio)
        {
            boxes.BeginFull("smhd");
            boxes.Bytes.Zeros(4);
        }
        else
        {
            boxes.BeginFull("vmhd", flags: 1);
            boxes.Bytes.Zeros(8);
        }

        boxes.End();
        boxes.Begin("dinf");
        boxes.BeginFull("dref");
        boxes.Bytes.U32(1);
        boxes.BeginFull("url ", flags: isSelfContained);
        boxes.End();
        boxes.End();
        boxes.End();
    }

    private static void WriteUnityMatrix(ByteWriter to)
    {
        foreach (var value in (ReadOnlySpan<uint>)[0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000])
            to.U32(value);
    }

    private static long MovieDurationOf(Mp4Track track) =>
        ToMovie(track, track.Index.FirstDecodeTime + track.Index.Duration - (track.IsAudio ? OpusLine.PreSkip : 0));

    private static long ToMovie(Mp4Track track, long ticks) => ticks * MovieRateHz / track.RateHz;
}
