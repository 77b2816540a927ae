using System.Buffers;
using Sightline.Recording.Muxing.Mp4;
using Sightline.Recording.Muxing.WebM;

namespace Sightline.Media.Finishing;

/// <summary>
/// Where a muxer writes. WebM is written in place; an MP4's media waits beside it until its index, which stands in front, is
/// known.
/// </summary>
internal sealed class FileTarget : IMp4Sink, IWebMSink, IDisposable
{
    private const int CopyBytes = 1024 * 1024;

    private readonly IFinishedDisk _disk;
    private readonly List<long> _parts = [];
    private readonly string _writtenPath;
    private readonly Stream _written;
    private Stream? _finished;

    /// <param name="inPlace">What is written is the file itself.</param>
    public FileTarget(IFinishedDisk disk, string path, bool inPlace)
    {
        (_disk, Path) = (disk, path);
        _writtenPath = inPlace ? path : path + ".media";
        _written = disk.Create(_writtenPath);
        _finished = inPlace ? _written : null;
    }

    public string Path { get; }

    void IMp4Sink.BeginPart(int part) => _parts.Add(_written.Position);

    void IMp4Sink.Write(ReadOnlySpan<byte> bytes) => _written.Write(bytes);

    void IWebMSink.Write(ReadOnlySpan<byte> bytes) => _written.Write(bytes);

    void IWebMSink.Patch(long offset, ReadOnlySpan<byte> bytes)
    {
        var end = _written.Position;
        _written.Position = offset;
        _written.Write(bytes);
        _written.Position = end;
    }

    /// <summary>Writes the index, and copies the media behind it.</summary>
    public void Finish(FinishedMp4 mp4)
    {
        _finished = _disk.Create(Path);
        _finished.Write(mp4.Head.Span);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            foreach (var (part, offset, length) in mp4.Media)
            {
                _written.Position = _parts[part] + offset;
                for (var left = length; left > 0;)
                {
                    var count = (int)Math.Min(left, CopyBytes);
                    _written.ReadExactly(buffer, 0, count);
                    _finished.Write(buffer, 0, count);
                    left -= count;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes the file durable; returns its length.</summary>
    public long Complete()
    {
        var finished = _finished!;
        if (finished is FileStream file)
            file.Flush(flushToDisk: true);
        else
            finished.Flush();
        var length = finished.Length;
        Dispose();
        return length;
    }

    public void Dispose()
    {
        // What a full disk did not take is not tried again: nobody wants the file any more.
        Close(_written);
        if (_finished is not null && !ReferenceEquals(_finished, _written))
            Close(_finished);
        if (_writtenPath != Path)
            File.Delete(_writtenPath);
    }

    private static void Close(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException exception) when (FinishedDisk.IsFull(exception))
        {
        }
    }
}
