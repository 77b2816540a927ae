using Sightline.Recording.Journal;
using static Sightline.Recording.Tests.Scene;

namespace Sightline.Recording.Tests.Journal;

/// <summary>A journal is read whatever became of it, and says what it lost.</summary>
public sealed class JournalReaderTests
{
    private static readonly byte[][] Sound = Write(segments: 3, packets: 12);
    private static readonly List<Seen> Whole = Seen.All(Sound, out _);

    [Fact]
    public void What_was_written_is_read()
    {
        var writer = new JournalWriter(Camera, JournalLimits.Default);
        var report = new SenderReport(7, 0x0123_4567_89AB_CDEF, 8, 9, 10);
        writer.Format(Opus, Start);
        writer.Packet(Rtp(111, 65_535, 4_294_967_295), Ms(1.5));
        writer.SenderReport(report, Ms(2));
        writer.Muted(isMuted: true, Ms(3));
        writer.Muted(isMuted: false, Ms(4));
        writer.Interrupted(InterruptionCause.Node, Ms(5));
        writer.Resumed(Ms(6));
        writer.LayerChanged(77, Ms(7));
        writer.ClockStepped(TimeSpan.FromSeconds(-3), Ms(8));
        writer.End(EndReason.Stopped, Ms(9));

        var reader = new JournalReader();
        reader.Open(Drain(writer).Single());

        // The segment's own repetition of what holds.
        Next(reader, RecordKind.Format, 0).Format.ShouldBe(Opus);
        Next(reader, RecordKind.Format, 0).Format.ShouldBe(Opus);
        Next(reader, RecordKind.Packet, 1.5).Body.ToArray().ShouldBe(Rtp(111, 65_535, 4_294_967_295));
        Next(reader, RecordKind.SenderReport, 2).SenderReport.ShouldBe(report);
        Next(reader, RecordKind.Muted, 3);
        Next(reader, RecordKind.Unmuted, 4);
        Next(reader, RecordKind.Interrupted, 5).InterruptionCause.ShouldBe(InterruptionCause.Node);
        Next(reader, RecordKind.Resumed, 6);
        Next(reader, RecordKind.LayerChanged, 7).LayerSsrc.ShouldBe(77u);
        Next(reader, RecordKind.ClockStepped, 8).ClockStep.ShouldBe(TimeSpan.FromSeconds(-3));
        Next(reader, RecordKind.Ended, 9).EndReason.ShouldBe(EndReason.Stopped);
        reader.TryRead(out _).ShouldBeFalse();
        reader.Report.ShouldSatisfyAllConditions(
            all => all.IsSound.ShouldBeTrue(),
            all => all.HasEnd.ShouldBeTrue(),
            all => all.Records.ShouldBe(11));
    }

    [Fact]
    public void A_segment_cut_at_any_byte_keeps_every_whole_record_and_says_where_to_cut()
    {
        var segment = Sound[0];
        for (var length = 0; length < segment.Length; length++)
        {
            var reader = new JournalReader();
            reader.Open(segment.AsMemory(0, length));
            var read = new List<Seen>();
            while (reader.TryRead(out var record))
                read.Add(Seen.Of(record));

            read.ShouldBe(Whole.Take(read.Count));
            reader.SoundLength.ShouldBeLessThanOrEqualTo(length);
            var isTorn = length > reader.SoundLength;
            reader.Report.Damages.Count.ShouldBe(isTorn ? 1 : 0);

            // What is left after the cut is sound, and nothing of it is lost.
            Seen.All([segment[..reader.SoundLength]], out var afterwards).ShouldBe(read);
            afterwards.IsSound.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_flipped_bit_costs_one_record_and_the_report_counts_it()
    {
        var segment = Sound[0];
        for (var bit = 0; bit < segment.Length * 8; bit++)
        {
            var damaged = segment.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));

            var read = Seen.All([damaged, Sound[1], Sound[2]], out var report);

            read.ShouldBeSubsetOf(Whole);
            read.Count.ShouldBeGreaterThanOrEqualTo(Whole.Count - 1);
            report.LostRecords.ShouldBe(Whole.Count - read.Count);
            report.Damages.ShouldHaveSingleItem();
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 40)]
    [InlineData(3, 400)]
    public void Whatever_happens_to_the_bytes_only_what_was_written_is_read(int seed, int mutations)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var segments = Sound.Select(segment => Mutated(segment, random, random.Next(mutations))).ToList();
            if (random.Next(10) == 0)
                segments.RemoveAt(random.Next(segments.Count));

            var read = Seen.All(segments, out var report);

            read.ShouldBeSubsetOf(Whole);
            read.Select(record => record.Number).ShouldBeInOrder(SortDirection.Ascending);
            report.LostRecords.ShouldBeInRange(0, Whole.Count - read.Count);
        }
    }

    [Fact]
    public void Noise_is_no_journal()
    {
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var noise = new byte[random.Next(5000)];
            random.NextBytes(noise);
            Seen.All([noise], out var report).ShouldBeEmpty();
            report.IsSound.ShouldBe(noise.Length == 0);
        }
    }

    [Fact]
    public void Zeros_at_the_end_which_a_failed_host_leaves_are_a_torn_tail()
    {
        var read = Seen.All([[.. Sound[0], .. new byte[5000]]], out var report);

        read.ShouldBe(Whole.Take(read.Count));
        report.Damages.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            damage => damage.Kind.ShouldBe(DamageKind.TornTail),
            damage => damage.Offset.ShouldBe(Sound[0].Length),
            damage => damage.Bytes.ShouldBe(5000));
    }

    [Fact]
    public void A_missing_segment_is_named_with_what_it_held()
    {
        var read = Seen.All([Sound[0], Sound[2]], out var report);

        var damage = report.Damages.ShouldHaveSingleItem();
        damage.Kind.ShouldBe(DamageKind.MissingSegment);
        damage.LostRecords.ShouldBe(Whole.Count - read.Count);
        damage.From.ShouldNotBeNull();
        damage.To.ShouldNotBeNull();
    }

    [Fact]
    public void A_segment_of_another_track_or_version_and_one_that_comes_twice_are_left_out()
    {
        var other = Drain(Written(new JournalWriter(Camera with { TrackId = Guid.Empty }, JournalLimits.Default, firstSegment: 1)));
        var newer = Sound[1].ToArray();
        newer[4] = 2;
        JournalFormatTests.Reseal(newer);

        Seen.All([Sound[0], other[0]], out var foreign).Count.ShouldBe(Seen.All([Sound[0]], out _).Count);
        Seen.All([Sound[0], newer], out var version).Count.ShouldBe(Seen.All([Sound[0]], out _).Count);
        Seen.All([Sound[0], Sound[0]], out var twice).Count.ShouldBe(Seen.All([Sound[0]], out _).Count);

        foreign.Damages.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.ForeignSegment);
        version.Damages.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.Version);
        twice.Damages.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.ForeignSegment);
    }

    [Fact]
    public void A_journal_goes_on_behind_a_torn_tail_after_a_restart()
    {
        var reader = new JournalReader();
        reader.Open(Sound[0].AsMemory(0, Sound[0].Length - 5));
        while (reader.TryRead(out _)) { }
        var next = new JournalWriter(Camera, JournalLimits.Default, reader.NextSegment, reader.NextRecord);

        var read = Seen.All([Sound[0][..reader.SoundLength], .. Drain(Written(next))], out var report);

        report.IsSound.ShouldBeTrue();
        read.Select(record => record.Number).ShouldBe(Enumerable.Range(0, read.Count).Select(number => (uint)number));
    }

    private static JournalWriter Written(JournalWriter writer)
    {
        writer.Format(Vp9, Ms(60_000));
        writer.Packet(Rtp(98, 1, 0), Ms(60_000));
        return writer;
    }

    private static JournalRecord Next(JournalReader reader, RecordKind kind, double atMs)
    {
        reader.TryRead(out var record).ShouldBeTrue();
        record.Kind.ShouldBe(kind);
        record.At.ShouldBe(Ms(atMs));
        return record;
    }

    private static IReadOnlyList<byte[]> Drain(JournalWriter writer)
    {
        writer.End(EndReason.Stopped, Ms(90_000));
        var disk = new VirtualDisk(writer);
        disk.Work(Ms(90_000));
        return disk.Segments;
    }

    private static byte[][] Write(int segments, int packets)
    {
        var writer = new JournalWriter(Camera, JournalLimits.Default with { SegmentLength = TimeSpan.FromSeconds(1) });
        var disk = new VirtualDisk(writer);
        writer.Format(Vp9, Start);
        for (var i = 0; i < segments * packets; i++)
        {
            var at = Ms(i * 1000.0 / packets);
            disk.WorkUntil(at);
            writer.Packet(Rtp(98, (ushort)i, (uint)i * 3000, payloadBytes: 40 + (i * 7 % 50)), at);
        }

        disk.WorkUntil(Ms(segments * 1000));
        disk.Segments.Count.ShouldBeGreaterThanOrEqualTo(segments);
        return [.. disk.Segments.Take(segments)];
    }

    private static byte[] Mutated(byte[] sound, Random random, int mutations)
    {
        var bytes = sound.ToList();
        for (var i = 0; i < mutations; i++)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(200), bytes.Count - at - 1)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(0, Math.Min(random.Next(200), bytes.Count))); break;
                default: bytes.Insert(at, 0xA5); break;
            }
        }

        return [.. bytes];
    }
}
