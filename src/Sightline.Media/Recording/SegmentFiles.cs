namespace Sightline.Media.Recording;

/// <summary>The files of one track's segments that are open. What the disk refuses is said, and tried again by who asks.</summary>
internal sealed class SegmentFiles(IJournalFiles files, string root, string folder) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Segment> _open = [];
    private bool _foldersAreDurable;

    /// <summary>Appends to a segment.</summary>
    public bool TryWrite(uint number, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var segment = Find(number) ?? Create(number);
            // After a failure, at the same place again: nobody knows how much of it is there.
            segment.File.Write(bytes, segment.Length);
            segment.Length += bytes.Length;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public bool TrySync(uint number)
    {
        try
        {
            var segment = Find(number)!;
            segment.File.Sync();
            if (!segment.NameIsDurable) files.SyncFolder(folder);
            segment.NameIsDurable = true;
            SyncFolders();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Together with others, names too.</summary>
    public void WasSynced(uint number)
    {
        Find(number)!.NameIsDurable = true;
        _foldersAreDurable = true;
    }

    public void Close(uint number)
    {
        lock (_lock)
        {
            if (_open.Remove(number, out var segment)) segment.File.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var segment in _open.Values) segment.File.Dispose();
            _open.Clear();
        }
    }

    private Segment? Find(uint number)
    {
        lock (_lock) return _open.GetValueOrDefault(number);
    }

    private Segment Create(uint number)
    {
        var segment = new Segment(files.Create(JournalFolder.Segment(folder, number)));
        lock (_lock) _open.Add(number, segment);
        return segment;
    }

    /// <summary>Those above the track's own, once.</summary>
    private void SyncFolders()
    {
        if (_foldersAreDurable) return;

        for (var above = Path.GetDirectoryName(folder); above is not null && above.Length >= root.Length; above = Path.GetDirectoryName(above))
            files.SyncFolder(above);
        _foldersAreDurable = true;
    }

    private sealed class Segment(IJournalFile file)
    {
        public IJournalFile File { get; } = file;

        public long Length { get; set; }

        public bool NameIsDurable { get; set; }
    }
}
