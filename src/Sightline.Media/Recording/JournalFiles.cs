using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sightline.Media.Recording;

/// <summary>The disk itself.</summary>
internal sealed partial class JournalFiles : IJournalFiles
{
    private const int ReadOnly = 0;

    /// <summary>Older ones do not say what the disk refused (syncfs(2)).</summary>
    private static readonly Version FirstLinuxThatTells = new(5, 8);

    /// <summary>Those of which it is known that it reaches the disk itself; where files are another host's, it may not.</summary>
    private static readonly ImmutableHashSet<string> LocalFormats = ["ext3", "ext4", "xfs", "btrfs", "overlay"];

    /// <summary>Stays open: what failed since the last time is told to whoever had it open then.</summary>
    private SafeFileHandle? _all;

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    public IJournalFile Create(string path)
    {
        try
        {
            return Open(path);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return Open(path);
        }
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

    public bool TrySyncAll(string folder)
    {
        _all ??= OpenAll(folder);
        return !_all.IsInvalid && SyncAll(_all) == 0;
    }

    private static SafeFileHandle OpenAll(string folder)
    {
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < FirstLinuxThatTells) return new SafeFileHandle();

        try
        {
            return LocalFormats.Contains(new DriveInfo(folder).DriveFormat)
                ? new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true)
                : new SafeFileHandle();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SafeFileHandle();
        }
    }

    private static JournalFile Open(string path) => new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    private static partial int SyncAll(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    private sealed class JournalFile(SafeFileHandle handle) : IJournalFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(handle, bytes, at);

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
