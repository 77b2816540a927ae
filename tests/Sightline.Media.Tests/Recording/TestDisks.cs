using Sightline.Media.Recording;

namespace Sightline.Media.Tests.Recording;

/// <summary>A disk that takes nothing for a while.</summary>
internal sealed class FullDisk : IJournalFiles
{
    private readonly JournalFiles _disk = new();
    private volatile bool _isFull;

    public bool IsFull { get => _isFull; set => _isFull = value; }

    public long FreeBytes(string folder) => _isFull ? 0 : long.MaxValue;

    public IJournalFile Create(string path) => new File(this, _disk.Create(path));

    public void SyncFolder(string folder) => _disk.SyncFolder(folder);

    private sealed class File(FullDisk disk, IJournalFile file) : IJournalFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            // As a real one does: what still has room is written.
            file.Write(disk._isFull ? bytes[..(bytes.Length / 2)] : bytes, at);
            if (disk._isFull) throw new IOException("No space left on device.");
        }

        public void Sync() => file.Sync();

        public void Dispose() => file.Dispose();
    }
}

/// <summary>Remembers what a host that dies now would still have: bytes that were synced, in files whose names were.</summary>
internal sealed class DyingDisk : IJournalFiles
{
    private readonly JournalFiles _disk = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, File> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _durableNames = new(StringComparer.Ordinal);
    private int _syncsAlone;

    /// <summary>Refuses to make everything durable in one go.</summary>
    public bool SyncsAllFail { get; init; }

    public int SyncsAlone => Volatile.Read(ref _syncsAlone);

    public long FreeBytes(string folder) => long.MaxValue;

    public IJournalFile Create(string path)
    {
        var file = new File(this, _disk.Create(path));
        lock (_lock) _files.Add(path, file);
        return file;
    }

    public void SyncFolder(string folder)
    {
        _disk.SyncFolder(folder);
        lock (_lock) _durableNames.UnionWith(Directory.GetFileSystemEntries(folder));
    }

    public bool TrySyncAll(string folder)
    {
        if (SyncsAllFail) return false;

        Dictionary<File, long> written;
        lock (_lock) written = _files.Values.ToDictionary(file => file, file => file.Length);
        if (!_disk.TrySyncAll(folder)) return false;

        lock (_lock)
        {
            foreach (var (file, length) in written) file.Durable = length;
            _durableNames.UnionWith(Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories));
        }

        return true;
    }

    /// <summary>What is left is copied to another folder.</summary>
    public void Die(string folder, string to)
    {
        lock (_lock)
        {
            foreach (var (path, file) in _files)
            {
                if (!IsDurable(path, folder)) continue;

                var copy = Path.Combine(to, Path.GetRelativePath(folder, path));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var bytes = new byte[file.Durable];
                source.ReadExactly(bytes);
                System.IO.File.WriteAllBytes(copy, bytes);
            }
        }
    }

    private bool IsDurable(string path, string folder)
    {
        for (var name = path; name != folder; name = Path.GetDirectoryName(name)!)
        {
            if (!_durableNames.Contains(name)) return false;
        }

        return true;
    }

    private sealed class File(DyingDisk disk, IJournalFile file) : IJournalFile
    {
        public long Length { get; private set; }

        public long Durable { get; set; }

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            file.Write(bytes, at);
            lock (disk._lock) Length = at + bytes.Length;
        }

        public void Sync()
        {
            long length;
            lock (disk._lock) length = Length;
            file.Sync();
            Interlocked.Increment(ref disk._syncsAlone);
            lock (disk._lock) Durable = length;
        }

        public void Dispose() => file.Dispose();
    }
}
