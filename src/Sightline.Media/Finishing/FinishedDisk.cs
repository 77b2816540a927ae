using System.Runtime.InteropServices;
using System.Text;

namespace Sightline.Media.Finishing;

/// <summary>What finishing asks of the disk beyond reading: tests have one that is full.</summary>
internal interface IFinishedDisk
{
    /// <summary>A new file to write and read; one that was there is gone.</summary>
    Stream Create(string path);

    /// <summary>What is left for files in this folder, in bytes.</summary>
    long FreeBytes(string folder);
}

/// <summary>The real one.</summary>
internal sealed partial class FinishedDisk : IFinishedDisk
{
    private const int BufferBytes = 256 * 1024;

    public Stream Create(string path) => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, BufferBytes);

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Whether it was for lack of room.</summary>
    public static bool IsFull(IOException exception)
    {
        // ENOSPC and EDQUOT of Linux, EDQUOT of BSD and macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
        return exception.HResult is 28 or 122 or 69 or unchecked((int)0x80070027) or unchecked((int)0x80070070);
    }

    /// <summary>Makes the names in a folder durable; where the system has no such thing, they are.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Open(Encoding.UTF8.GetBytes(path + '\0'), flags: 0);
        if (folder < 0)
            throw new IOException("The folder cannot be opened.", Marshal.GetLastPInvokeError());
        var failed = Sync(folder) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(folder);
        if (failed)
            throw new IOException("The folder cannot be made durable.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
