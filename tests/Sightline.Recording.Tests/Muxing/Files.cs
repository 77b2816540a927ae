using Sightline.Recording.Muxing.Mp4;
using Sightline.Recording.Muxing.WebM;

namespace Sightline.Recording.Tests.Muxing;

/// <summary>A folder for the files of a test, or, for tests of other programs, the one that FILMS_FOLDER names.</summary>
internal sealed class Files : IMp4Sink, IWebMSink, IDisposable
{
    private readonly string? _kept = Environment.GetEnvironmentVariable("FILMS_FOLDER");
    private readonly string _folder;
    private readonly List<MemoryStream> _parts = [];

    public Files() => _folder = _kept ?? Directory.CreateTempSubdirectory("sightline-films-").FullName;

    public int Parts => _parts.Count;

    void IMp4Sink.BeginPart(int part)
    {
        part.ShouldBe(_parts.Count);
        _parts.Add(new MemoryStream());
    }

    void IMp4Sink.Write(ReadOnlySpan<byte> bytes) => _parts[^1].Write(bytes);

    void IWebMSink.Write(ReadOnlySpan<byte> bytes)
    {
        if (_parts.Count == 0)
            _parts.Add(new MemoryStream());
        _parts[0].Write(bytes);
    }

    void IWebMSink.Patch(long offset, ReadOnlySpan<byte> bytes)
    {
        var file = _parts[0];
        (offset + bytes.Length).ShouldBeLessThanOrEqualTo(file.Length);
        file.Position = offset;
        file.Write(bytes);
        file.Position = file.Length;
    }

    /// <summary>What stands in a part now, as a killed process leaves it.</summary>
    public string Part(int part, string name) => Save(name, _parts[part].ToArray());

    public byte[] Bytes(FinishedMp4 finished)
    {
        using var file = new MemoryStream();
        file.Write(finished.Head.Span);
        foreach (var (part, offset, length) in finished.Media)
            file.Write(_parts[part].ToArray().AsSpan((int)offset, (int)length));
        return file.ToArray();
    }

    public string Save(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose()
    {
        if (_kept is null)
            Directory.Delete(_folder, recursive: true);
    }
}
