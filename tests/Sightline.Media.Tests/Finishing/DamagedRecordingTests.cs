using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>Journals that end anywhere, disks that are full, work that was cut off.</summary>
public sealed class DamagedRecordingTests : IDisposable
{
    private readonly RecordedCall _call = new();

    public void Dispose() => _call.Dispose();

    [Fact]
    public async Task A_journal_that_is_cut_anywhere_gives_what_stands_before()
    {
        _call.Play(0, 400, Film.Of(Codec.Vp9, 64));
        _call.End();
        var cut = _call.Journals().Select(journal => journal.Path).Single(path => path.Contains("/microphone/", StringComparison.Ordinal));
        var whole = await File.ReadAllBytesAsync(cut, TestContext.Current.CancellationToken);
        var lengths = new List<double>();
        for (var length = 0; length <= whole.Length; length += 13)
        {
            await File.WriteAllBytesAsync(cut, whole[..length], TestContext.Current.CancellationToken);

            var finished = await _call.FinishedAsync();

            finished.Files.ShouldHaveSingleItem().ContentType.ShouldBe("video/mp4");
            lengths.Add(finished.Length.TotalMilliseconds);
        }

        lengths.ShouldBeInOrder();
        lengths[^1].ShouldBe(400, 50);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.77)]
    [InlineData(0.999)]
    public async Task A_picture_whose_journal_is_cut_can_be_decoded(double part)
    {
        _call.Play(0, 4000);
        _call.End();
        foreach (var path in _call.Journals().Select(journal => journal.Path))
        {
            using var file = new FileStream(path, FileMode.Open);
            file.SetLength((long)(file.Length * part));
        }

        var finished = await _call.FinishedAsync();

        var probed = Ffmpeg.Probe(_call.PathOf(finished.Files.ShouldHaveSingleItem()));
        probed.Picture.Frames.ShouldBeGreaterThan(10);
        probed.Sound.Frames.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_damaged_byte_costs_its_packet_and_is_named()
    {
        var microphone = new Sender(_call.Track(TrackKind.Microphone), Film.Tone, 111, 1);
        microphone.Begin(0);
        microphone.Play(0, 2000);
        _call.End();
        var path = _call.Journals().ShouldHaveSingleItem().Path;
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var finished = await _call.FinishedAsync();

        var gap = finished.Gaps.ShouldHaveSingleItem();
        (gap.Cause, gap.Packets).ShouldBe((Sightline.Recording.Timeline.GapCause.Disk, 1));
        Ffmpeg.Probe(_call.PathOf(finished.Files.ShouldHaveSingleItem())).Sound.Frames.ShouldBe(100, "silence takes its place");
    }

    [Fact]
    public async Task A_full_disk_leaves_the_journals_and_nothing_else()
    {
        _call.Play(0, 1000);
        _call.Play(500, 1500, Film.Of(Codec.Vp8), person: 2, device: 2);
        _call.End();
        var journals = _call.Journals();
        var whole = new FullDisk(long.MaxValue);
        (await _call.FinishAsync(whole)).Problem.ShouldBe(FinishProblem.None);
        Directory.Delete(_call.FinishedFolder, recursive: true);
        foreach (var room in Enumerable.Range(0, 40).Select(part => whole.Written * part / 40))
        {
            (await _call.FinishAsync(new FullDisk(room))).ShouldBe(new FinishResult(null, FinishProblem.DiskFull), $"with {room} bytes");

            _call.Journals().ShouldBe(journals);
            Directory.GetDirectories(_call.Folder).Length.ShouldBe(2, "only the two people's journals are left");
        }

        (await _call.FinishAsync()).Problem.ShouldBe(FinishProblem.None);
    }

    [Fact]
    public async Task Without_room_for_the_files_none_is_begun()
    {
        _call.Play(0, 1000);

        var result = await _call.FinishAsync(new FullDisk(long.MaxValue) { Free = 1000 });

        result.Problem.ShouldBe(FinishProblem.DiskFull);
        Directory.GetDirectories(_call.Folder).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_cut_off_is_done_again_and_leaves_no_rubbish()
    {
        _call.Play(0, 1000);
        foreach (var left in new[] { "finished.partial", "finished.replaced" })
        {
            Directory.CreateDirectory(Path.Combine(_call.Folder, left));
            var rubbish = Path.Combine(_call.Folder, left, "person-9.mp4.media");
            await File.WriteAllTextAsync(rubbish, "half", TestContext.Current.CancellationToken);
        }

        var first = await _call.FinishedAsync();
        var second = await _call.FinishedAsync();

        second.Files.ShouldBe(first.Files);
        Directory.GetFiles(_call.FinishedFolder).ShouldHaveSingleItem();
        Directory.GetDirectories(_call.Folder).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Who_gives_up_leaves_what_was_finished_before()
    {
        _call.Play(0, 1000);
        var first = await _call.FinishedAsync();
        using var cancel = new CancellationTokenSource();
        var progress = new Cancels(cancel);

        await Should.ThrowAsync<OperationCanceledException>(() => _call.FinishAsync(progress: progress, cancel: cancel.Token));

        Directory.GetDirectories(_call.Folder).Length.ShouldBe(2);
        new FileInfo(_call.PathOf(first.Files[0])).Length.ShouldBe(first.Files[0].Bytes);
    }

    private sealed class Cancels(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }

    /// <summary>A disk with room for so many bytes.</summary>
    private sealed class FullDisk(long room) : IFinishedDisk
    {
        private const int NoSpace = 28;

        public long Written { get; private set; }

        public long Free { get; init; } = long.MaxValue;

        public Stream Create(string path) => new Limited(this, path);

        public long FreeBytes(string folder) => Free;

        private void Take(int count)
        {
            if (Written + count > room)
                throw new IOException("No space left on device.", NoSpace);
            Written += count;
        }

        private sealed class Limited(FullDisk disk, string path) : FileStream(path, FileMode.Create, FileAccess.ReadWrite)
        {
            // Spans come here too: the base class hands them on to who inherits from it.
            public override void Write(byte[] buffer, int offset, int count)
            {
                disk.Take(count);
                base.Write(buffer, offset, count);
            }
        }
    }
}
