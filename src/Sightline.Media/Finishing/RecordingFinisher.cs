using Sightline.Recording;
using Sightline.Recording.Journal;

namespace Sightline.Media.Finishing;

/// <summary>
/// Makes a recording's files in a folder beside the one where they are played from, and puts that into its place when all are
/// complete and durable. Journals are only read. Memory does not grow with the recording's length, but for the index of the
/// file that is being made: a few megabytes an hour.
/// </summary>
public sealed class RecordingFinisher : IRecordingFinisher
{
    /// <summary>Of the whole work, where a film of all is made: that takes by far the most of the time.</summary>
    private const double ShareOfFiles = 0.2;

    /// <summary>A first packet is not placed before the timeline's origin, though it was sent a little before it came.</summary>
    private static readonly TimeSpan OriginBefore = TimeSpan.FromSeconds(10);

    private readonly RecordingFinisherOptions _options;
    private readonly IFinishedDisk _disk;

    public RecordingFinisher(RecordingFinisherOptions options)
        : this(options, new FinishedDisk())
    {
    }

    internal RecordingFinisher(RecordingFinisherOptions options, IFinishedDisk disk) => (_options, _disk) = (options, disk);

    public Task<FinishResult> FinishAsync(Guid recordingId, IProgress<double>? progress, CancellationToken cancel) =>
        Task.Run(() => FinishOnceAsync(new RecordingFolder(_options.Folder, recordingId), new FinishProgress(progress), cancel), cancel);

    private async Task<FinishResult> FinishOnceAsync(RecordingFolder folder, FinishProgress progress, CancellationToken cancel)
    {
        CombinedFile.EndLeftovers(folder.Partial);
        Remove(folder.Partial);
        Remove(folder.Replaced);
        var devices = folder.Devices().Select(Begin).OfType<DeviceBeginning>()
            .OrderBy(device => device.FirstAt).ThenBy(device => device.Folder.DeviceId).ToList();
        if (devices.Count == 0)
            return new FinishResult(null, FinishProblem.NothingRecorded);
        if (!HasRoom(folder, devices))
            return new FinishResult(null, FinishProblem.DiskFull);
        try
        {
            Directory.CreateDirectory(folder.Partial);
            return await MakeAsync(folder, devices, progress, cancel);
        }
        catch (IOException exception) when (FinishedDisk.IsFull(exception))
        {
            return new FinishResult(null, FinishProblem.DiskFull);
        }
        finally
        {
            Remove(folder.Partial);
        }
    }

    private async Task<FinishResult> MakeAsync(
        RecordingFolder folder, List<DeviceBeginning> devices, FinishProgress progress, CancellationToken cancel)
    {
        var origin = devices[0].FirstAt - OriginBefore;
        var (made, gaps) = MakeFiles(folder, devices, origin, progress.Part(0, _options.Combine ? ShareOfFiles : 1), cancel);
        if (made.Count == 0)
            return new FinishResult(null, FinishProblem.NothingRecorded);

        // Only now is it known what is seen or heard first.
        var start = made.Min(file => file.From);
        made = [.. made.Select(file => file.MovedBack(start))];
        gaps = [.. gaps.Select(gap => gap with { At = gap.At > start ? gap.At - start : TimeSpan.Zero })];
        var length = made.Max(file => file.From + file.Length);
        string? problem = null;
        if (_options.Combine)
        {
            var combined = await new CombinedFile(_options, folder.Partial)
                .MakeAsync(made, length, progress.Part(ShareOfFiles, 1), cancel);
            problem = combined.Problem;
            if (combined.File is { } file)
                made.Insert(0, file);
        }

        Publish(folder);
        progress.Tell(1);
        var files = made.Select(file => new FinishedFile(
            Path.GetFileName(file.Path), file.Kind, file.PersonId, file.ContentType, file.Bytes, file.From, file.Length));
        return new FinishResult(new FinishedRecording(origin + start, length, [.. files], gaps, problem), FinishProblem.None);
    }

    private (List<MadeFile> Made, List<NamedGap> Gaps) MakeFiles(
        RecordingFolder folder, List<DeviceBeginning> devices, DateTimeOffset origin, FinishProgress progress, CancellationToken cancel)
    {
        var bytes = Math.Max(1, devices.Sum(device => device.Folder.Bytes));
        var names = new FileNames(folder.Partial);
        var made = new List<MadeFile>();
        var all = new List<DeviceFiles>();
        var done = 0L;
        foreach (var device in devices)
        {
            using var files = new DeviceFiles(_disk, names, device, origin);
            files.Make(read => progress.Tell((done += read) / (double)bytes), cancel);
            made.AddRange(files.Made);
            all.Add(files);
        }

        var end = all.Max(files => files.LastAt);
        var gaps = all.SelectMany(files => files.GapsUntil(end)).OrderBy(gap => gap.At).Take(TrackFrames.Limits.MaxGaps).ToList();
        return (made, gaps);
    }

    /// <summary>The first packet of each track; <c>null</c> when there is none in any.</summary>
    private static DeviceBeginning? Begin(DeviceFolder device)
    {
        var tracks = device.Tracks.Select(Begin).OfType<TrackBeginning>().ToList();
        return tracks.Count == 0 ? null : new DeviceBeginning(device, tracks);
    }

    private static TrackBeginning? Begin(TrackFolder track)
    {
        var records = new TrackRecords(track);
        var codecs = new Dictionary<int, Codec>();
        while (records.MoveNext())
        {
            var record = records.Record;
            if (record.Kind == RecordKind.Format)
                codecs[record.Format.PayloadType] = record.Format.Codec;
            else if (record.Kind == RecordKind.Packet && codecs.TryGetValue(record.Body[1] & 127, out var codec))
                return new TrackBeginning(track, records.At, codec);
        }

        return null;
    }

    /// <summary>All files take about what the journals take, and the largest is copied once.</summary>
    private bool HasRoom(RecordingFolder folder, List<DeviceBeginning> devices) =>
        _disk.FreeBytes(folder.Path) - _options.MinFreeBytes >=
        devices.Sum(device => device.Folder.Bytes) + devices.Max(device => device.Folder.Bytes);

    private static void Publish(RecordingFolder folder)
    {
        FinishedDisk.SyncFolder(folder.Partial);
        if (Directory.Exists(folder.Finished))
            Directory.Move(folder.Finished, folder.Replaced);
        Directory.Move(folder.Partial, folder.Finished);
        FinishedDisk.SyncFolder(folder.Path);
        Remove(folder.Replaced);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
