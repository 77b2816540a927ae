using Sightline.Recording.Journal;
using Sightline.Recording.Timeline;

namespace Sightline.Recording.Tests.Timeline;

/// <summary>Memory is measured for the whole process: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Three hours through journal, reader and timeline, with clocks that drift and numbers that wrap.</summary>
[Collection(nameof(Alone))]
public sealed class LongRecordingTests
{
    private static readonly TimeSpan Length = TimeSpan.FromHours(3);

    /// <summary>Sound and picture would be 0.9 s apart at the end if nobody steered.</summary>
    [Fact]
    public void Three_hours_stay_together_in_flat_memory()
    {
        var sender = new SenderClock();
        var drift = TimeSpan.Zero;
        // The sound card runs fast, the computer's clock behind this node's; both timestamps and sequences wrap.
        var voice = new VirtualStream(Scene.Opus, 1, 65_000, uint.MaxValue - 48_000) { DriftPpm = 60 };
        var face = new VirtualStream(Scene.Vp9, 2, 64_000, uint.MaxValue - 90_000) { DriftPpm = -20 };
        using var sound = new Leg(sender, Scene.Opus);
        using var picture = new Leg(sender, Scene.Vp9);

        var worstMs = 0.0;
        var memory = new List<long>();
        for (var second = 0; second < Length.TotalSeconds; second++)
        {
            drift = TimeSpan.FromSeconds(second * -30e-6);
            voice.ClockAhead = face.ClockAhead = drift;
            for (var i = 0; i < 25; i++)
            {
                var at = TimeSpan.FromSeconds(second + (i * 0.04));
                sound.Packet(voice.Packet(at), at + TimeSpan.FromMilliseconds(30 + (i % 4 * 5)));
                picture.Packet(face.Packet(at), at + TimeSpan.FromMilliseconds(60 + (i % 5 * 20)));
            }

            var sent = TimeSpan.FromSeconds(second + 0.99);
            picture.Report(face.Report(sent), sent + TimeSpan.FromMilliseconds(50));
            if (second % 5 == 0)
                sound.Report(voice.Report(sent), sent + TimeSpan.FromMilliseconds(35));
            sound.Play();
            picture.Play();
            worstMs = Math.Max(worstMs, Leg.WorstOffsetMs(sound, picture));
            if (second % 600 == 599)
                memory.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        sound.Count.ShouldBeInRange((25 * (int)Length.TotalSeconds) - 200, 25 * (int)Length.TotalSeconds);
        worstMs.ShouldBeLessThan(5);
        sound.LastAt.TotalSeconds.ShouldBe(Length.TotalSeconds, 0.5);
        sound.Gaps.ShouldBe(0);
        // After the first ten minutes nothing more is kept.
        (memory[^1] - memory[0]).ShouldBeLessThan(256 * 1024);
    }

    /// <summary>A track's whole way: written, read segment by segment, placed.</summary>
    private sealed class Leg : IDisposable
    {
        private readonly JournalWriter _writer = new(Scene.Camera, JournalLimits.Default);
        private readonly JournalReader _reader = new();
        private readonly TrackTimeline _timeline;
        private readonly Queue<TimeSpan> _placed = [];
        private readonly Dictionary<uint, MemoryStream> _open = [];
        private DateTimeOffset _now = Scene.Start;

        public Leg(SenderClock sender, StreamFormat format)
        {
            _timeline = new TrackTimeline(sender, Scene.Start, TimelineLimits.Default);
            _writer.Format(format, Scene.Start);
        }

        public long Count { get; private set; }

        public TimeSpan LastAt { get; private set; }

        public long Gaps => _timeline.Gaps.Count;

        public void Packet(byte[] rtp, TimeSpan at) => _writer.Packet(rtp, _now = Scene.Start + at).ShouldBeTrue();

        public void Report(SenderReport report, TimeSpan at) => _writer.SenderReport(report, _now = Scene.Start + at).ShouldBeTrue();

        public void Play()
        {
            for (var step = _writer.Poll(_now); step.Kind != JournalStepKind.Wait; step = _writer.Poll(_now))
            {
                if (step.Kind == JournalStepKind.Write)
                {
                    _open.TryAdd(step.Segment, new MemoryStream());
                    _open[step.Segment].Write(step.Bytes.Span);
                    _writer.Wrote(step.Bytes.Length, _now);
                }

                if (step.Kind == JournalStepKind.Sync)
                    _writer.Synced(succeeded: true, _now);
                if (step.Kind == JournalStepKind.Close && _open.Remove(step.Segment, out var segment))
                    Read(segment.ToArray());
            }
        }

        /// <summary>Both send at the same moments: the n-th of one belongs to the n-th of the other.</summary>
        public static double WorstOffsetMs(Leg one, Leg other)
        {
            var worst = 0.0;
            while (one._placed.Count > 0 && other._placed.Count > 0)
                worst = Math.Max(worst, Math.Abs((one._placed.Dequeue() - other._placed.Dequeue()).TotalMilliseconds));
            return worst;
        }

        public void Dispose() => _timeline.Dispose();

        private void Read(byte[] segment)
        {
            _reader.Open(segment);
            while (_reader.TryRead(out var record))
            {
                _timeline.Add(record);
                while (_timeline.TryTake(out var packet))
                {
                    Count++;
                    LastAt = packet.At;
                    _placed.Enqueue(packet.At);
                }
            }
        }
    }
}
