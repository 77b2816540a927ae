namespace Sightline.Media.Recording;

/// <summary>What journals need of a disk. What fails throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
public interface IJournalFiles
{
    /// <summary>That may be written to the folder's disk.</summary>
    long FreeBytes(string folder);

    /// <summary>Makes a file that is not there yet, and the folders above it.</summary>
    IJournalFile Create(string path);

    /// <summary>Makes the names in a folder durable.</summary>
    void SyncFolder(string folder);

    /// <summary>Makes durable all that is written below a folder, names too, in one go. One caller at a time.</summary>
    /// <returns><c>false</c>: it failed, or this disk cannot; then each file and folder is to be made durable by itself.</returns>
    bool TrySyncAll(string folder) => false;
}

public interface IJournalFile : IDisposable
{
    /// <summary>All of it, or it throws; then it may be written once more at the same place.</summary>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Makes durable what is written.</summary>
    void Sync();
}
