using System.Buffers.Binary;

namespace Sightline.Recording.Muxing.WebM;

/// <summary>
/// Writes VP8, VP9 and Opus as WebM while they come (RFC 9559 with the elements that WebM allows): what is written plays
/// although the end is not; length and cues follow at the end. A picture that changes its size says so by itself. Frames of a
/// track come in the order of their time, tracks about in step.
/// </summary>
public sealed class WebMMuxer
{
    private const int SizeFieldLength = 8;
    private const int SeekHeadLength = 128;
    private const int DurationLength = 14;
    private const ulong UnknownSize = 0x01FF_FFFF_FFFF_FFFF;

    private readonly IWebMSink _sink;
    private readonly MuxLimits _limits;
    private readonly WebMTrack[] _tracks;
    private readonly ByteWriter _bytes = new(1024);
    private readonly ByteWriter _blocks = new(64 * 1024);
    private readonly List<(long TimeMs, int Track, long Position)> _cues = [];

    private long _written;
    private long _segmentAt;
    private long _infoAt;
    private long _tracksAt;
    private long _durationAt;
    private long _clusterMs = -1;
    private int _cueTrack;
    private long _endMs;

    /// <param name="tracks">The codec of each track: VP8, VP9 or Opus.</param>
    public WebMMuxer(IWebMSink sink, IReadOnlyList<Codec> tracks, MuxLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tracks.Count, limits.MaxTracks, nameof(tracks));
        if (tracks.Any(codec => codec is Codec.Av1 or Codec.H264))
            throw new ArgumentException("AV1 and H.264 go into MP4.", nameof(tracks));
        (_sink, _limits) = (sink, limits);
        _tracks = [.. tracks.Select((codec, index) => new WebMTrack(index + 1, codec))];
        WriteHead();
    }

    /// <summary>Adds a frame, or says why it is left out.</summary>
    public MuxRefusal? Add(in MediaFrame frame)
    {
        var track = _tracks[frame.Track];
        if (frame.Data.Length > _limits.MaxFrameBytes)
            return MuxRefusal.TooLong;
        if (track.IsAudio)
            return AddSound(track, frame);
        if (!track.HasBegun && !frame.IsKeyframe)
            return MuxRefusal.BeforeKeyframe;
        if (!track.HasBegun)
            WriteSize(track, frame.Width, frame.Height);
        AddBlock(track, ToMs(frame.At), frame.Data, frame.IsKeyframe);
        return null;
    }

    /// <summary>Writes what is left, the cues, and all lengths. Nothing is added afterwards.</summary>
    /// <param name="end">Until when the last picture is seen.</param>
    public void Finish(TimeSpan end)
    {
        WriteCluster();
        var cuesAt = _written;
        WriteCues();
        Patch(_segmentAt - SizeFieldLength, bytes => bytes.Bytes.U64(0x0100_0000_0000_0000 | (ulong)(_written - _segmentAt)));
        Patch(_durationAt, bytes => bytes.Float(0x4489, Math.Max(_endMs, ToMs(end))));
        Patch(_segmentAt, bytes => WriteSeekHead(bytes, cuesAt));
    }

    private static long ToMs(TimeSpan at) => (long)Math.Round(Math.Max(0, at.TotalMilliseconds));

    private MuxRefusal? AddSound(WebMTrack track, in MediaFrame frame)
    {
        const double samplesPerMs = OpusLine.RateHz / 1000.0;
        var at = (long)Math.Round(frame.At.TotalMilliseconds * samplesPerMs);
        if (track.Sound.Place(at, frame.Data, out var start) is not { } silences)
            return MuxRefusal.Overlaps;
        for (var i = 0; i < silences; i++)
            AddBlock(track, (long)Math.Round((start + (i * OpusLine.SilenceLength)) / samplesPerMs), OpusLine.Silence, isKeyframe: true);
        AddBlock(track, ToMs(frame.At), frame.Data, isKeyframe: true);
        _endMs = Math.Max(_endMs, ToMs(frame.At) + (long)(OpusLine.DurationOf(frame.Data) / samplesPerMs));
        return null;
    }

    private void AddBlock(WebMTrack track, long ms, ReadOnlySpan<byte> data, bool isKeyframe)
    {
        // A track's times never go back.
        ms = track.LastMs = Math.Max(ms, track.LastMs);
        track.HasBegun = true;
        if (_clusterMs >= 0 && MustCut(track, ms, isKeyframe))
            WriteCluster();
        if (_clusterMs < 0)
            (_clusterMs, _cueTrack) = (ms, 0);
        if (isKeyframe && (_cueTrack == 0 || !track.IsAudio))
            _cueTrack = track.Number;

        const int keyframe = 0x80;
        var block = new EbmlWriter(_blocks);
        block.Id(0xA3);
        block.Length(4 + data.Length);
        _blocks.U8(0x80 | track.Number);
        _blocks.U16((int)(ms - _clusterMs));
        _blocks.U8(isKeyframe ? keyframe : 0);
        _blocks.Bytes(data);
        _endMs = Math.Max(_endMs, ms);
    }

    private bool MustCut(WebMTrack track, long ms, bool isKeyframe)
    {
        var filledMs = ms - _clusterMs;
        var mayCut = isKeyframe && (!track.IsAudio || !_tracks.Any(one => !one.IsAudio && one.HasBegun));
        var most = mayCut ? _limits.MinFragment : _limits.MaxFragment;
        // A block says by how many milliseconds it is off its cluster, in 16 bits.
        return _blocks.Length >= _limits.MaxFragmentBytes || filledMs >= most.TotalMilliseconds || filledMs < short.MinValue;
    }

    private void WriteHead()
    {
        var ebml = new EbmlWriter(_bytes);
        ebml.Begin(0x1A45DFA3);
        ebml.Unsigned(0x4286, 1);
        ebml.Unsigned(0x42F7, 1);
        ebml.Unsigned(0x42F2, 4);
        ebml.Unsigned(0x42F3, 8);
        ebml.Text(0x4282, "webm");
        ebml.Unsigned(0x4287, 4);
        ebml.Unsigned(0x4285, 2);
        ebml.End();
        ebml.Id(0x18538067);
        _bytes.U64(UnknownSize);
        _segmentAt = _bytes.Length;
        ebml.Void(SeekHeadLength);
        _infoAt = _bytes.Length;
        ebml.Begin(0x1549A966);
        ebml.Unsigned(0x2AD7B1, 1_000_000);
        ebml.Text(0x4D80, "Sightline");
        ebml.Text(0x5741, "Sightline");
        _durationAt = _bytes.Length;
        ebml.Void(DurationLength);
        ebml.End();
        _tracksAt = _bytes.Length;
        ebml.Begin(0x1654AE6B);
        foreach (var track in _tracks)
            track.Write(ebml);
        ebml.End();
        Put();
    }

    private void WriteSize(WebMTrack track, int width, int height)
    {
        Patch(track.WidthAt, bytes => bytes.Unsigned(WebMTrack.WidthId, (ulong)width));
        Patch(track.HeightAt, bytes => bytes.Unsigned(WebMTrack.HeightId, (ulong)height));
    }

    private void WriteCluster()
    {
        if (_clusterMs < 0)
            return;
        if (_cueTrack > 0)
            _cues.Add((_clusterMs, _cueTrack, _written - _segmentAt));
        _bytes.Clear();
        var ebml = new EbmlWriter(_bytes);
        ebml.Id(0x1F43B675);
        ebml.Length(13 + _blocks.Length);
        ebml.Unsigned(0xE7, (ulong)_clusterMs);
        Put();
        _sink.Write(_blocks.Written);
        _written += _blocks.Length;
        _blocks.Clear();
        _clusterMs = -1;
    }

    private void WriteCues()
    {
        _bytes.Clear();
        var ebml = new EbmlWriter(_bytes);
        ebml.Begin(0x1C53BB6B);
        foreach (var (timeMs, track, position) in _cues)
        {
            ebml.Begin(0xBB);
            ebml.Unsigned(0xB3, (ulong)timeMs);
            ebml.Begin(0xB7);
            ebml.Unsigned(0xF7, (ulong)track);
            ebml.Unsigned(0xF1, (ulong)position);
            ebml.End();
            ebml.End();
        }

        ebml.End();
        Put();
    }

    private void WriteSeekHead(EbmlWriter ebml, long cuesAt)
    {
        ebml.Begin(0x114D9B74);
        Span<byte> target = stackalloc byte[4];
        foreach (var (id, at) in (ReadOnlySpan<(uint, long)>)[(0x1549A966u, _infoAt), (0x1654AE6Bu, _tracksAt), (0x1C53BB6Bu, cuesAt)])
        {
            ebml.Begin(0x4DBB);
            BinaryPrimitives.WriteUInt32BigEndian(target, id);
            ebml.Binary(0x53AB, target);
            ebml.Unsigned(0x53AC, (ulong)(at - _segmentAt));
            ebml.End();
        }

        ebml.End();
        ebml.Void(SeekHeadLength - ebml.Bytes.Length);
    }

    private void Patch(long offset, Action<EbmlWriter> write)
    {
        _bytes.Clear();
        write(new EbmlWriter(_bytes));
        _sink.Patch(offset, _bytes.Written);
    }

    private void Put()
    {
        _sink.Write(_bytes.Written);
        _written += _bytes.Length;
    }
}
