using Sightline.Recording;
using Sightline.Recording.Journal;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>Three hours take no more memory than three minutes, but for the index.</summary>
public sealed class LongRecordingTests : IDisposable
{
    private const double LengthMs = 3 * 3_600_000;

    private readonly RecordedCall _call = new();

    public void Dispose() => _call.Dispose();

    [Fact]
    public async Task Memory_does_not_grow_with_the_length()
    {
        // Large steps: what is tested is reading.
        var limits = JournalLimits.Default with
        {
            WriteAfter = TimeSpan.FromSeconds(30),
            SyncAfter = TimeSpan.FromSeconds(60),
            SegmentLength = TimeSpan.FromSeconds(60),
            ChunkBytes = 1024 * 1024,
            MaxBufferedBytes = 8 * 1024 * 1024,
        };
        var microphone = new Sender(_call.Track(TrackKind.Microphone, limits: limits), Film.Tone, 111, 1);
        var camera = new Sender(_call.Track(TrackKind.Camera, limits: limits), Film.Of(Codec.Vp9, 64), 98, 2);
        foreach (var sender in new[] { microphone, camera })
            sender.Begin(0);
        var frames = 0;
        for (var ms = 0; ms < LengthMs; ms += Sender.SoundMs)
        {
            microphone.Send(ms / Sender.SoundMs % 200, ms);
            if (ms % 200 == 0)
                camera.Send(frames++ % 100, ms);
            if (ms % 5000 != 0)
                continue;
            microphone.Report(ms);
            camera.Report(ms);
        }

        _call.End();
        var heap = new Heap();

        var result = await _call.FinishAsync(progress: heap);

        var finished = result.Recording.ShouldNotBeNull();
        finished.Length.TotalMilliseconds.ShouldBe(LengthMs, 300);
        finished.Gaps.ShouldBeEmpty();
        heap.Bytes.Count.ShouldBeGreaterThan(10);
        (heap.Bytes.Max() - heap.Bytes[0]).ShouldBeLessThan(32L * 1024 * 1024);
        var path = _call.PathOf(finished.Files.ShouldHaveSingleItem());
        var streams = Ffmpeg.Run("ffprobe", ["-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", path]);
        System.Text.Encoding.ASCII.GetString(streams).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe([$"{(int)(LengthMs / Sender.SoundMs)}", $"{frames}"]);
    }

    /// <summary>Looks at the heap now and then.</summary>
    private sealed class Heap : IProgress<double>
    {
        private const double Step = 0.05;
        private double _next = Step;

        public List<long> Bytes { get; } = [];

        public void Report(double value)
        {
            if (value < _next)
                return;
            _next = value + Step;
            Bytes.Add(GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
