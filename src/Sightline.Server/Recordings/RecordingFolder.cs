using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Sightline.Server.Hosting;

namespace Sightline.Server.Recordings;

/// <summary>
/// The folder of recordings. It has an id of its own, which stays when servers and nodes come and go: a recording belongs to
/// whoever has its folder. One server at a time has it, until it ends, however it ends; others may read.
/// </summary>
internal sealed partial class RecordingFolder(
    IOptions<RecordingOptions> options, DataFolder data, ILogger<RecordingFolder> log) : IDisposable
{
    private const string LockName = "lock";
    private const string IdName = "folder-id";
    private const string Finished = "finished";

    private readonly Lock _gate = new();
    private FileStream? _lock;
    private Guid _id;
    private bool _hasWarned;

    public string FullPath { get; } = options.Value.Folder is { Length: > 0 } configured
        ? Path.GetFullPath(configured)
        : Path.Combine(data.FullPath, "recordings");

    /// <summary>Whether this server has the folder.</summary>
    public bool IsClaimed
    {
        get
        {
            lock (_gate)
            {
                return _lock is not null;
            }
        }
    }

    /// <summary>Makes the folder when it is missing, and takes it for this server.</summary>
    /// <returns>Its id; <c>null</c> when it cannot be written, or another server has it: it may be had later.</returns>
    public Guid? Claim()
    {
        lock (_gate)
        {
            if (_lock is not null)
            {
                return _id;
            }

            FileStream? taken = null;
            try
            {
                Create(FullPath);
                taken = new FileStream(Path.Combine(FullPath, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                _id = ReadId() ?? WriteId();
                _lock = taken;
                return _id;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                taken?.Dispose();
                if (!_hasWarned)
                {
                    _hasWarned = true;
                    LogRefused(exception.Message);
                }

                return null;
            }
        }
    }

    /// <summary>The id of the folder, whoever has it; <c>null</c> while there is none.</summary>
    public Guid? ReadId()
    {
        try
        {
            return Guid.TryParse(File.ReadAllText(Path.Combine(FullPath, IdName)), out var id) ? id : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool HasRoom()
    {
        try
        {
            return new DriveInfo(FullPath).AvailableFreeSpace >= options.Value.MinFreeBytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <param name="name">Of one of the recording's files as the server knows it, never as somebody asks for it.</param>
    public bool TryFind(Guid recordingId, string name, [NotNullWhen(true)] out string? path)
    {
        path = Path.Combine(FullPath, recordingId.ToString("D"), Finished, name);
        return File.Exists(path);
    }

    public void Dispose() => _lock?.Dispose();

    /// <summary>For its owner alone.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Guid WriteId()
    {
        var id = Guid.NewGuid();
        var path = Path.Combine(FullPath, IdName);
        File.WriteAllText($"{path}.new", id.ToString("D"));
        File.Move($"{path}.new", path, overwrite: true);
        return id;
    }

    [LoggerMessage(1, LogLevel.Warning, "The folder of recordings cannot be had, so nothing is recorded here: {Reason}")]
    private partial void LogRefused(string reason);
}
