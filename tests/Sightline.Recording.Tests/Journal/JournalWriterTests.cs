using Sightline.Recording.Journal;
using static Sightline.Recording.Tests.Scene;

namespace Sightline.Recording.Tests.Journal;

/// <summary>What arrives is written and made durable in time, whatever the disk does.</summary>
public sealed class JournalWriterTests
{
    private static readonly JournalLimits Limits = JournalLimits.Default;

    private readonly JournalWriter _writer = new(Camera, Limits);
    private readonly VirtualDisk _disk;

    public JournalWriterTests() => _disk = new VirtualDisk(_writer);

    [Fact]
    public void A_packet_is_written_within_50_ms_and_durable_within_a_second()
    {
        _writer.Packet(Rtp(98, 1, 0), Start).ShouldBeTrue();

        _disk.WorkUntil(Ms(10_000));

        _disk.Steps.Select(step => step.Kind).ShouldBe([JournalStepKind.Write, JournalStepKind.Sync]);
        _disk.Steps[0].At.ShouldBeLessThan(Ms(50));
        _disk.Steps[1].At.ShouldBeLessThan(Ms(1000));
    }

    [Fact]
    public void What_is_written_is_made_durable_before_its_time_when_others_are()
    {
        _writer.Packet(Rtp(98, 1, 0), Start);
        _writer.Poll(Ms(10), syncSoon: true).Kind.ShouldBe(JournalStepKind.Wait, "nothing is written yet");
        _disk.WorkUntil(Ms(100));

        _writer.Poll(Ms(100)).Kind.ShouldBe(JournalStepKind.Wait);
        _writer.Poll(Ms(100), syncSoon: true).Kind.ShouldBe(JournalStepKind.Sync);
        _writer.Synced(succeeded: true, Ms(110));
        _disk.WorkUntil(Ms(10_000));
        _disk.Steps.Select(step => step.Kind).ShouldBe([JournalStepKind.Write], "nothing is left to be made durable");
    }

    [Fact]
    public void Nothing_is_to_be_done_before_the_first_packet_and_after_the_last_is_durable()
    {
        _writer.WakeAt.ShouldBeNull();
        _writer.Packet(Rtp(98, 1, 0), Start);
        _disk.WorkUntil(Ms(1000));

        _writer.WakeAt.ShouldBeNull();
    }

    [Fact]
    public void Packets_that_arrive_together_are_written_together()
    {
        for (var i = 0; i < 20; i++)
            _writer.Packet(Rtp(98, (ushort)i, 0), Ms(i));

        _disk.WorkUntil(Ms(60));

        _disk.Steps.Count(step => step.Kind == JournalStepKind.Write).ShouldBe(1);
        Read().Count.ShouldBe(20);
    }

    [Fact]
    public void Segments_close_one_by_one_and_each_says_by_itself_what_it_holds()
    {
        _writer.Format(Vp9, Start);
        SendFor(13_000);
        _disk.WorkUntil(Ms(13_500));

        _disk.Steps.Where(step => step.Kind == JournalStepKind.Close).Select(step => step.Segment).ShouldBe([0u, 1u, 2u]);
        foreach (var (bytes, number) in _disk.Segments.Select((bytes, index) => (bytes, (uint)index)))
        {
            var reader = new JournalReader();
            reader.Open(bytes);
            reader.Identity.ShouldBe(Camera);
            reader.TryRead(out var first).ShouldBeTrue();
            first.Kind.ShouldBe(RecordKind.Format);
            first.Format.ShouldBe(Vp9);
            reader.NextSegment.ShouldBe(number + 1);
        }
    }

    [Fact]
    public void A_segment_closes_only_when_it_is_durable()
    {
        _disk.SyncHangs = true;
        SendFor(5000);

        _disk.Steps.ShouldNotContain(step => step.Kind == JournalStepKind.Close);
        _writer.Synced(succeeded: true, Ms(5000));
        _disk.SyncHangs = false;
        _disk.WorkUntil(Ms(5000));

        _disk.Steps.Where(step => step.Kind == JournalStepKind.Close).ShouldHaveSingleItem().Segment.ShouldBe(0u);
    }

    [Fact]
    public void Writing_goes_on_while_the_disk_syncs()
    {
        _disk.SyncHangs = true;
        SendFor(3000);

        _disk.Steps.Count(step => step.Kind == JournalStepKind.Sync).ShouldBe(1);
        Read().Count.ShouldBeGreaterThan(290);
    }

    [Fact]
    public void A_disk_that_never_syncs_holds_a_bounded_number_of_segments()
    {
        _disk.SyncHangs = true;
        SendFor(120_000);

        _disk.Segments.Count.ShouldBeInRange(2, Limits.MaxUnsyncedSegments + 1);
    }

    [Fact]
    public void After_a_sync_that_failed_the_next_packets_go_to_another_segment()
    {
        _disk.SyncFails = true;
        SendFor(1000);
        _disk.SyncFails = false;
        SendFor(500, fromMs: 1000);

        _disk.Segments.Count.ShouldBe(2);
        Read().Count.ShouldBe(150);
    }

    [Fact]
    public void A_disk_that_takes_a_part_gets_the_rest_later()
    {
        _disk.Takes = 33;
        _writer.Packet(Rtp(98, 1, 0), Start);
        _disk.WorkUntil(Ms(21));
        _disk.Takes = null;
        _disk.WorkUntil(Ms(1000));

        Read().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_full_disk_costs_only_what_has_no_room_and_the_journal_says_so()
    {
        _disk.Takes = 0;
        SendFor(60_000, payloadBytes: 1000);
        _writer.DroppedRecords.ShouldBeInRange(1000, 5000);

        _disk.Takes = null;
        SendFor(100, fromMs: 60_000);
        _disk.WorkUntil(Ms(61_000));

        var records = Read();
        var dropped = records.Where(record => record.Kind == RecordKind.Dropped).ShouldHaveSingleItem();
        dropped.Dropped.ShouldBe((uint)_writer.DroppedRecords);
        records.Count(record => record.Kind == RecordKind.Packet).ShouldBe(6010 - (int)_writer.DroppedRecords);
    }

    [Fact]
    public void While_the_disk_takes_nothing_a_thin_stream_has_all_the_room_that_there_is()
    {
        _disk.Takes = 0;
        SendFor(120_000);
        _disk.Takes = null;
        _disk.WorkUntil(Ms(121_000));

        _writer.DroppedRecords.ShouldBe(0);
        Read().Count(record => record.Kind == RecordKind.Packet).ShouldBe(12_000);
    }

    [Fact]
    public void The_end_is_written_durable_and_closed_at_once()
    {
        _writer.Packet(Rtp(98, 1, 0), Start);
        _writer.End(EndReason.Removed, Ms(1));
        _disk.Work(Ms(1));

        _disk.Steps.Select(step => step.Kind).ShouldBe([JournalStepKind.Write, JournalStepKind.Sync, JournalStepKind.Close]);
        _writer.IsDone.ShouldBeTrue();
        _writer.Packet(Rtp(98, 2, 0), Ms(2)).ShouldBeFalse();
    }

    [Fact]
    public void An_end_that_finds_the_disk_full_is_written_when_there_is_room()
    {
        _disk.Takes = 0;
        SendFor(60_000, payloadBytes: 1000);
        _writer.End(EndReason.Stopped, Ms(60_100));
        _writer.IsDone.ShouldBeFalse();

        _disk.Takes = null;
        _disk.WorkUntil(Ms(61_000));

        _writer.IsDone.ShouldBeTrue();
        Read()[^1].Kind.ShouldBe(RecordKind.Ended);
    }

    [Fact]
    public void What_is_longer_than_a_packet_is_refused() => _writer.Packet(new byte[3000], Start).ShouldBeFalse();

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        var packet = Rtp(98, 1, 0, payloadBytes: 1100);
        Run(0, 20_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(20_000, 60_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run(int fromMs, int untilMs)
        {
            for (var ms = fromMs; ms < untilMs; ms++)
            {
                var now = Ms(ms);
                _writer.Packet(packet, now);
                if (ms % 1000 == 0)
                    _writer.SenderReport(new SenderReport(1, 2, 3, 4, 5), now);
                for (var step = _writer.Poll(now); step.Kind != JournalStepKind.Wait; step = _writer.Poll(now))
                {
                    if (step.Kind == JournalStepKind.Write)
                        _writer.Wrote(step.Bytes.Length, now);
                    if (step.Kind == JournalStepKind.Sync)
                        _writer.Synced(succeeded: true, now);
                }
            }
        }
    }

    /// <summary>A packet every 10 ms.</summary>
    private void SendFor(int durationMs, int fromMs = 0, int payloadBytes = 100)
    {
        for (var ms = fromMs; ms < fromMs + durationMs; ms += 10)
        {
            _disk.WorkUntil(Ms(ms));
            _writer.Packet(Rtp(98, (ushort)(ms / 10), (uint)ms * 90, payloadBytes: payloadBytes), Ms(ms));
        }

        _disk.WorkUntil(Ms(fromMs + durationMs + 35));
    }

    private List<Seen> Read()
    {
        var records = Seen.All(_disk.Segments, out var report);
        report.IsSound.ShouldBeTrue(string.Join('\n', report.Damages));
        return records;
    }
}
