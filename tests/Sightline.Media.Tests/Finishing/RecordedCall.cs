using System.Security.Cryptography;
using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Composition;
using Sightline.Recording.Journal;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>A recording that a test writes, in a folder of its own.</summary>
internal sealed class RecordedCall : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static readonly CombinedPictureOptions Small = new() { Width = 320, Height = 180, FramesPerSecond = 25 };

    private readonly List<RecordedTrack> _tracks = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("sightline-finishing-").FullName;

    public Guid Id { get; } = Guid.Parse("0195f7a4-0000-7000-8000-0000000000aa");

    public string Folder => Path.Combine(Root, Id.ToString("D"));

    public string FinishedFolder => Path.Combine(Folder, "finished");

    public static Guid Person(int number) => new($"0195f7a4-0000-7000-8000-0000000001{number:00}");

    public static DateTimeOffset Ms(double ms) => Start + TimeSpan.FromMilliseconds(ms);

    public RecordedTrack Track(TrackKind kind, int person = 1, int device = 1, JournalLimits? limits = null)
    {
        var deviceId = new Guid($"0195f7a4-0000-7000-8000-0000000002{device:00}");
        var folder = Path.Combine(Folder, Person(person).ToString("D"), deviceId.ToString("D"), kind.ToString().ToLowerInvariant());
        var track = new RecordedTrack(folder, new JournalIdentity(Id, Guid.NewGuid(), kind), limits ?? JournalLimits.Default);
        _tracks.Add(track);
        return track;
    }

    /// <summary>A device that sends sound and picture from then to then.</summary>
    public (Sender Microphone, Sender Camera) Play(
        double fromMs, double toMs, Film? picture = null, Film? sound = null, int person = 1, int device = 1)
    {
        var microphone = new Sender(Track(TrackKind.Microphone, person, device), sound ?? Film.Tone, 111, 1);
        var camera = new Sender(Track(TrackKind.Camera, person, device), picture ?? Film.Of(Codec.Vp9), 98, 2);
        foreach (var sender in new[] { microphone, camera })
        {
            sender.Begin(fromMs);
            sender.Play(fromMs, toMs);
        }

        return (microphone, camera);
    }

    /// <summary>Ends all tracks, and makes the files.</summary>
    public async Task<FinishResult> FinishAsync(
        bool combine = false, string ffmpeg = "ffmpeg", IProgress<double>? progress = null, CancellationToken? cancel = null)
    {
        End();
        var options = new RecordingFinisherOptions { Folder = Root, Combine = combine, FfmpegPath = ffmpeg, Picture = Small };
        return await new RecordingFinisher(options).FinishAsync(Id, progress, cancel ?? TestContext.Current.CancellationToken);
    }

    public Task<FinishResult> FinishAsync(IFinishedDisk disk)
    {
        End();
        var options = new RecordingFinisherOptions { Folder = Root, Combine = false };
        return new RecordingFinisher(options, disk).FinishAsync(Id, null, TestContext.Current.CancellationToken);
    }

    public async Task<FinishedRecording> FinishedAsync(bool combine = false)
    {
        var result = await FinishAsync(combine);
        result.Problem.ShouldBe(FinishProblem.None);
        return result.Recording.ShouldNotBeNull();
    }

    public void End()
    {
        foreach (var track in _tracks)
            track.End();
    }

    /// <summary>Every journal's path and bytes.</summary>
    public List<(string Path, string Hash)> Journals() =>
        [.. Directory.GetFiles(Folder, "*.journal", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (path, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))))];

    public string PathOf(FinishedFile file) => Path.Combine(FinishedFolder, file.Name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>One track's journal, written as a node writes it.</summary>
internal sealed class RecordedTrack(string folder, JournalIdentity identity, JournalLimits limits)
{
    private JournalWriter _writer = new(identity, limits);
    private DateTimeOffset _now;
    private bool _isEnded;

    public void Format(StreamFormat format, DateTimeOffset at) => Do(at, writer => writer.Format(format, at).ShouldBeTrue());

    public void Packet(byte[] rtp, DateTimeOffset at) => Do(at, writer => writer.Packet(rtp, at).ShouldBeTrue());

    public void Report(SenderReport report, DateTimeOffset at) => Do(at, writer => writer.SenderReport(report, at).ShouldBeTrue());

    public void Layer(uint ssrc, DateTimeOffset at) => Do(at, writer => writer.LayerChanged(ssrc, at).ShouldBeTrue());

    public void Interrupted(InterruptionCause cause, DateTimeOffset at) => Do(at, writer => writer.Interrupted(cause, at).ShouldBeTrue());

    public void Resumed(DateTimeOffset at) => Do(at, writer => writer.Resumed(at).ShouldBeTrue());

    /// <summary>The process is killed: what was not written is gone, and another goes on behind what is left.</summary>
    public void Kill()
    {
        var reader = new JournalReader();
        foreach (var path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            reader.Open(File.ReadAllBytes(path));
            while (reader.TryRead(out _))
            {
            }
        }

        _writer = new JournalWriter(identity, limits, reader.NextSegment, reader.NextRecord);
    }

    public void End(EndReason reason = EndReason.Stopped)
    {
        if (_isEnded)
            return;
        _isEnded = true;
        Do(_now + TimeSpan.FromMilliseconds(100), writer => writer.End(reason, _now));
        _writer.IsDone.ShouldBeTrue();
    }

    private void Do(DateTimeOffset at, Action<JournalWriter> action)
    {
        _now = at > _now ? at : _now;
        action(_writer);
        while (_writer.Poll(_now) is { Kind: not JournalStepKind.Wait } step)
        {
            if (step.Kind == JournalStepKind.Sync)
                _writer.Synced(succeeded: true, _now);
            if (step.Kind != JournalStepKind.Write)
                continue;
            Directory.CreateDirectory(folder);
            using var file = new FileStream(Path.Combine(folder, $"{step.Segment:000000}.journal"), FileMode.Append);
            file.Write(step.Bytes.Span);
            _writer.Wrote(step.Bytes.Length, _now);
        }
    }
}
