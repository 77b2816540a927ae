using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sightline.Media.Recording;

/// <summary>The disk itself.</summary>
internal sealed partial class JournalFiles : IJournalFiles
{
    private const int ReadOnly = 0;

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    public IJournalFile Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new JournalFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
    }

    public void SyncFolder(string folder)
    {
        // Only Unix asks for it, and .NET opens no folders.
        if (OperatingSystem.IsWindows()) return;

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw new IOException($"open: {Marshal.GetLastPInvokeError()}");

        var result = Sync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result < 0) throw new IOException($"fsync: {error}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    private sealed class JournalFile(SafeFileHandle handle) : IJournalFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(handle, bytes, at);

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
