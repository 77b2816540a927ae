using Sightline.Recording.Muxing.Bitstreams;

namespace Sightline.Recording.Muxing.Mp4;

/// <summary>One sample of the fragment that is being filled.</summary>
internal readonly record struct Mp4Sample(long DecodeTime, int Offset, bool IsKeyframe);

/// <summary>One track's samples of the fragment that is being filled. The last has no length yet: the next one's time says it.</summary>
internal sealed class Mp4Track(int id, Codec codec, MuxLimits limits)
{
    private const int VideoRateHz = 90_000;

    /// <summary>A picture whose end nobody says is seen for as long as one of 30 a second.</summary>
    private const int ShortestPicture = VideoRateHz / 30;

    private readonly OpusLine _sound = new();
    private SampleDescription? _upcoming;
    private long _lastDecodeTime = -1;

    public int Id { get; } = id;

    public Codec Codec { get; } = codec;

    public bool IsAudio { get; } = codec == Codec.Opus;

    public int RateHz { get; } = codec == Codec.Opus ? OpusLine.RateHz : VideoRateHz;

    public List<SampleDescription> Descriptions { get; } = [];

    public List<Mp4Sample> Samples { get; } = [];

    public ByteWriter Data { get; } = new(64 * 1024);

    public Mp4Index Index { get; } = new();

    /// <summary>Where the last sample of the last fragment ends.</summary>
    public long WrittenUntil { get; set; }

    public bool HasBegun => Descriptions.Count > 0;

    public long ToTicks(TimeSpan at) => (long)Math.Round((double)at.Ticks * RateHz / TimeSpan.TicksPerSecond);

    /// <summary>How long the complete samples are.</summary>
    public TimeSpan Filled => Samples.Count == 0 ? TimeSpan.Zero
        : TimeSpan.FromSeconds((Samples[^1].DecodeTime - Samples[0].DecodeTime) / (double)RateHz);

    /// <summary>Whether the frame needs another description than the last; <see cref="Describe"/> then adds it.</summary>
    public MuxRefusal? Look(in MediaFrame frame, out bool needsDescription)
    {
        _upcoming = null;
        needsDescription = false;
        if (IsAudio)
        {
            needsDescription = !HasBegun;
            _upcoming = SampleDescription.Opus;
            return null;
        }

        if (!frame.IsKeyframe)
            return HasBegun ? null : MuxRefusal.BeforeKeyframe;
        var configuration = Codec switch
        {
            Codec.Vp9 => Vp9.Configuration(frame.Data, frame.Width, frame.Height),
            Codec.Av1 => Av1.Configuration(frame.Data),
            Codec.H264 => H264.Configuration(frame.Data),
            _ => null,
        };
        if (configuration is null)
            return MuxRefusal.Unreadable;
        _upcoming = new SampleDescription(Codec, frame.Width, frame.Height, configuration);
        needsDescription = !HasBegun || (!Descriptions[^1].Equals(_upcoming) && Descriptions.Count < limits.MaxDescriptions);
        return null;
    }

    public void Describe()
    {
        if (_upcoming is not null)
            Descriptions.Add(_upcoming);
    }

    public MuxRefusal? Add(in MediaFrame frame)
    {
        var at = Math.Max(0, ToTicks(frame.At));
        if (IsAudio)
            return AddSound(at, frame.Data);

        Begin(at, frame.IsKeyframe);
        if (Codec == Codec.Av1)
            Av1.WriteSample(frame.Data, Data);
        else if (Codec == Codec.H264)
            H264.WriteSample(frame.Data, Data);
        else
            Data.Bytes(frame.Data);
        return null;
    }

    /// <summary>Where the last sample ends, were there none behind it.</summary>
    public long EndAt(TimeSpan end)
    {
        var last = Samples[^1];
        if (IsAudio)
            return last.DecodeTime + OpusLine.DurationOf(Data.Written[last.Offset..]);
        return Math.Max(last.DecodeTime + ShortestPicture, ToTicks(end));
    }

    /// <summary>The fragment is written: only the last sample stays, if it has no length yet.</summary>
    public void Forget(int samples)
    {
        var kept = samples < Samples.Count ? Samples[samples].Offset : Data.Length;
        Samples.RemoveRange(0, samples);
        Data.RemoveBefore(kept);
        for (var i = 0; i < Samples.Count; i++)
            Samples[i] = Samples[i] with { Offset = Samples[i].Offset - kept };
    }

    private MuxRefusal? AddSound(long at, ReadOnlySpan<byte> packet)
    {
        if (_sound.Place(at, packet, out var start) is not { } silences)
            return MuxRefusal.Overlaps;
        for (var i = 0; i < silences; i++)
        {
            Begin(start + ((long)i * OpusLine.SilenceLength), isKeyframe: true);
            Data.Bytes(OpusLine.Silence);
        }

        Begin(at, isKeyframe: true);
        Data.Bytes(packet);
        return null;
    }

    private void Begin(long at, bool isKeyframe)
    {
        // Two frames of one moment: the earlier is seen for as short as can be.
        _lastDecodeTime = Math.Max(at, _lastDecodeTime + 1);
        Samples.Add(new Mp4Sample(_lastDecodeTime, Data.Length, isKeyframe));
    }
}
