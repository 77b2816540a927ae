using System.Globalization;
using Sightline.Recording;

namespace Sightline.Media.Finishing;

/// <summary>One track's journal.</summary>
/// <param name="Segments">Paths, in the order of their numbers.</param>
internal sealed record TrackFolder(TrackKind Kind, IReadOnlyList<string> Segments, long Bytes);

/// <summary>The tracks of one device of one person.</summary>
internal sealed record DeviceFolder(Guid PersonId, Guid DeviceId, IReadOnlyList<TrackFolder> Tracks)
{
    public long Bytes => Tracks.Sum(track => track.Bytes);
}

/// <summary>Where everything of one recording stands: docs/recording-format.md.</summary>
internal sealed class RecordingFolder(string recordings, Guid recordingId)
{
    private static readonly (string Name, TrackKind Kind)[] Kinds =
        [("microphone", TrackKind.Microphone), ("camera", TrackKind.Camera), ("screen", TrackKind.Screen)];

    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(recordings, recordingId.ToString("D")));

    public string Finished => System.IO.Path.Combine(Path, "finished");

    /// <summary>Where the files are made. What is in it when nobody makes any was cut off.</summary>
    public string Partial => System.IO.Path.Combine(Path, "finished.partial");

    /// <summary>The files that were there before, for the moment in which others take their place.</summary>
    public string Replaced => System.IO.Path.Combine(Path, "finished.replaced");

    /// <summary>Devices that have a journal, in the order of their ids.</summary>
    public List<DeviceFolder> Devices()
    {
        var devices = new List<DeviceFolder>();
        foreach (var (personId, person) in Named(Path))
        {
            foreach (var (deviceId, device) in Named(person))
            {
                var tracks = Kinds.Select(kind => Track(System.IO.Path.Combine(device, kind.Name), kind.Kind)).OfType<TrackFolder>();
                if (tracks.ToList() is { Count: > 0 } some)
                    devices.Add(new DeviceFolder(personId, deviceId, some));
            }
        }

        return devices;
    }

    private static IEnumerable<(Guid Id, string Path)> Named(string folder) =>
        from path in Directory.Exists(folder) ? Directory.GetDirectories(folder) : []
        let id = Guid.TryParseExact(System.IO.Path.GetFileName(path), "D", out var parsed) ? parsed : (Guid?)null
        where id is not null
        orderby id
        select (id.Value, path);

    private static TrackFolder? Track(string folder, TrackKind kind)
    {
        if (!Directory.Exists(folder))
            return null;
        var segments = new List<(uint Number, FileInfo File)>();
        foreach (var file in new DirectoryInfo(folder).GetFiles("*.journal"))
        {
            if (uint.TryParse(System.IO.Path.GetFileNameWithoutExtension(file.Name), CultureInfo.InvariantCulture, out var number))
                segments.Add((number, file));
        }

        if (segments.Count == 0)
            return null;
        segments.Sort((one, other) => one.Number.CompareTo(other.Number));
        return new TrackFolder(kind, [.. segments.Select(segment => segment.File.FullName)], segments.Sum(segment => segment.File.Length));
    }
}
