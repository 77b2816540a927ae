using Sightline.Recording;
using Sightline.Recording.Timeline;

namespace Sightline.Media.Finishing;

/// <summary>What stands at the beginning of a track.</summary>
/// <param name="FirstAt">Of its first packet, by the clock of the records.</param>
internal sealed record TrackBeginning(TrackFolder Folder, DateTimeOffset FirstAt, Codec Codec);

/// <summary>A device that has something to play.</summary>
internal sealed record DeviceBeginning(DeviceFolder Folder, IReadOnlyList<TrackBeginning> Tracks)
{
    public DateTimeOffset FirstAt => Tracks.Min(track => track.FirstAt);
}

/// <summary>Gives files in a folder their names: person-1, person-2, screen-1.</summary>
internal sealed class FileNames(string folder)
{
    private readonly Dictionary<FinishedFileKind, int> _counts = [];

    /// <returns>The path, without its ending.</returns>
    public string Next(FinishedFileKind kind)
    {
        var number = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        return Path.Combine(folder, $"{(kind == FinishedFileKind.Person ? "person" : "screen")}-{number}");
    }
}

/// <summary>
/// Makes the files of one device: reads its journals side by side as everything arrived, puts all on one timeline, and writes
/// microphone and camera into one file, the screen into another. Where a codec changes, another file goes on.
/// </summary>
internal sealed class DeviceFiles : IDisposable
{
    /// <summary>Tracks that are silent learn so often how late it is.</summary>
    private static readonly TimeSpan AdvanceEvery = TimeSpan.FromMilliseconds(250);

    private readonly IFinishedDisk _disk;
    private readonly FileNames _names;
    private readonly DeviceBeginning _device;
    private readonly DateTimeOffset _origin;
    private readonly FrameLine _line = new();
    private readonly List<(TrackRecords Records, TrackFrames Frames)> _tracks = [];
    private MediaFile? _person;
    private MediaFile? _screen;
    private Codec? _camera;

    public DeviceFiles(IFinishedDisk disk, FileNames names, DeviceBeginning device, DateTimeOffset origin)
    {
        (_disk, _names, _device, _origin) = (disk, names, device, origin);
        _camera = device.Tracks.FirstOrDefault(track => track.Folder.Kind == TrackKind.Camera)?.Codec;
        var clock = new SenderClock();
        foreach (var track in device.Tracks)
            _tracks.Add((new TrackRecords(track.Folder), new TrackFrames(track.Folder.Kind, clock, origin, _line)));
    }

    public List<MadeFile> Made { get; } = [];

    /// <summary>When the last record was written.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <param name="read">Is told of bytes that were read.</param>
    public void Make(Action<long> read, CancellationToken cancel)
    {
        var advancedAt = DateTimeOffset.MinValue;
        var left = _tracks.FindAll(track => track.Records.MoveNext());
        for (var told = 0L; left.Count > 0;)
        {
            var (records, frames) = left.MinBy(track => track.Records.At);
            LastAt = records.At > LastAt ? records.At : LastAt;
            frames.Add(records.Record);
            if (!records.MoveNext())
            {
                frames.Complete();
                left.RemoveAll(track => track.Records == records);
            }

            if (LastAt - advancedAt < AdvanceEvery)
                continue;
            cancel.ThrowIfCancellationRequested();
            advancedAt = LastAt;
            foreach (var (_, other) in _tracks)
                other.Advance(LastAt);
            Write(LastAt - _origin);
            var sum = _tracks.Sum(track => track.Records.BytesRead);
            if (sum > told)
                read(sum - told);
            told = sum;
        }

        Write(TimeSpan.MaxValue);
        Complete(ref _person, FinishedFileKind.Person);
        Complete(ref _screen, FinishedFileKind.Screen);
    }

    /// <param name="end">Of the whole recording.</param>
    public IEnumerable<NamedGap> GapsUntil(DateTimeOffset end) =>
        from track in _tracks
        from gap in track.Frames.GapsUntil(end)
        select new NamedGap(_device.Folder.PersonId, track.Frames.Kind, gap.At, gap.Length, gap.Packets, gap.Cause);

    public void Dispose()
    {
        _line.Dispose();
        _person?.Dispose();
        _screen?.Dispose();
        foreach (var (_, frames) in _tracks)
            frames.Dispose();
    }

    private void Write(TimeSpan now)
    {
        while (_line.TryTake(now, out var frame))
        {
            if (frame.Track == TrackKind.Screen)
                Write(ref _screen, FinishedFileKind.Screen, frame);
            else
                Write(ref _person, FinishedFileKind.Person, frame);
            FrameLine.Return(frame);
        }
    }

    private void Write(ref MediaFile? file, FinishedFileKind kind, in WaitingFrame frame)
    {
        var isSound = frame.Codec == Codec.Opus;
        if (file is not null && !file.Takes(frame.Codec))
        {
            if (!isSound)
                _camera = kind == FinishedFileKind.Person ? frame.Codec : _camera;
            Complete(ref file, kind);
        }

        file ??= kind == FinishedFileKind.Person
            ? new MediaFile(_disk, _names.Next(kind), _camera, _device.Tracks.Any(track => track.Codec == Codec.Opus))
            : new MediaFile(_disk, _names.Next(kind), frame.Codec, hasSound: false);
        file.Add(frame);
    }

    private void Complete(ref MediaFile? file, FinishedFileKind kind)
    {
        if (file is { IsEmpty: false })
            Made.Add(file.Finish(kind, _device.Folder.PersonId));
        file?.Dispose();
        file = null;
    }
}
