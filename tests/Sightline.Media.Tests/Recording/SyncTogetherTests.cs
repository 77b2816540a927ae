using Sightline.Media.Recording;
using Sightline.Recording;
using Sightline.Recording.Journal;

namespace Sightline.Media.Tests.Recording;

/// <summary>Many tracks are made durable in one go, where the disk can.</summary>
public sealed class SyncTogetherTests : IDisposable
{
    private const int Tracks = 10;
    private static readonly byte[] Rtp = [0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 42];

    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-node-").FullName;
    private readonly string _left = Directory.CreateTempSubdirectory("sightline-other-").FullName;

    [Fact(Timeout = 60_000)]
    public async Task What_many_tracks_have_written_becomes_durable_without_a_sync_for_each()
    {
        if (!new JournalFiles().TrySyncAll(_folder)) Assert.Skip("This file system cannot.");

        var disk = new DyingDisk();
        await WriteAsync(disk);

        disk.SyncsAlone.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_disk_cannot_each_track_is_made_durable_by_itself()
    {
        var disk = new DyingDisk { SyncsAllFail = true };
        await WriteAsync(disk);

        disk.SyncsAlone.ShouldBeGreaterThanOrEqualTo(Tracks);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_left, recursive: true);
    }

    /// <summary>Until a host that dies would still have all of it.</summary>
    private async Task WriteAsync(DyingDisk files)
    {
        var time = TimeProvider.System;
        var clock = new RecordingClock(new NodeClock(time, time.GetTimestamp()));
        using var disk = new JournalDisk(files, _folder, time, () => { });
        var recording = Guid.NewGuid();
        var journals = Enumerable.Range(0, Tracks).Select(_ => Open(files, recording, clock, disk)).ToArray();
        // All have begun before the first is due, so that none is alone.
        foreach (var journal in journals) journal.Packet(Rtp, 1, new StreamFormat(111, Codec.Opus, 48_000, 2), clock.Now);

        await RecordingScene.UntilAsync(() =>
        {
            files.Die(_folder, _left);
            return Directory.GetFiles(_left, "*.journal", SearchOption.AllDirectories).Count(HasPacket) == Tracks;
        });
        disk.Journals.Length.ShouldBe(Tracks);
    }

    private TrackJournal Open(DyingDisk files, Guid recording, RecordingClock clock, JournalDisk disk)
    {
        var folder = JournalFolder.Of(_folder, new LegName(recording, Guid.NewGuid(), Guid.NewGuid()), TrackKind.Microphone);
        var identity = new JournalIdentity(recording, Guid.NewGuid(), TrackKind.Microphone);
        return TrackJournal.Open(identity, JournalLimits.Default, default, clock.Now, clock, disk, new SegmentFiles(files, _folder, folder));
    }

    private static bool HasPacket(string path)
    {
        var reader = new JournalReader();
        reader.Open(File.ReadAllBytes(path));
        while (reader.TryRead(out var record))
        {
            if (record.Kind == RecordKind.Packet) return record.Body.SequenceEqual(Rtp);
        }

        return false;
    }
}
