using Microsoft.Extensions.Options;
using Sightline.Server.Configuration;

namespace Sightline.Server.Hosting;

/// <summary>The section <c>Data</c>.</summary>
public sealed class DataOptions
{
    /// <summary>Where the private PostgreSQL and the private TURN server keep their files.</summary>
    [Setting(Without = "/var/lib/sightline for root, the user's own data folder for others")]
    public string? Folder { get; set; }
}

/// <summary>
/// Where the server keeps what it runs itself, its PostgreSQL and its coturn: <c>Data:Folder</c>. Only one server at a time may
/// have a folder; one that has everything configured needs none.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Lets the unprivileged users behind PostgreSQL and coturn through to their own folders, and see nothing else.</summary>
    private const UnixFileMode ModeAsRoot = Mode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Lock _gate = new();
    private FileStream? _lock;

    public DataFolder(IOptions<DataOptions> options)
        : this(options.Value.Folder is { Length: > 0 } configured ? configured : DefaultPath())
    {
    }

    public DataFolder(string path)
    {
        FullPath = Path.GetFullPath(path);
    }

    public string FullPath { get; }

    /// <summary>Makes the folder when it is missing, and takes it for this server until it ends, however it ends.</summary>
    /// <returns>Its full path.</returns>
    /// <exception cref="StartupProblem">It cannot be written, or another server has it.</exception>
    public string Claim()
    {
        lock (_gate)
        {
            if (_lock is not null)
            {
                return FullPath;
            }

            try
            {
                Directory.CreateDirectory(FullPath);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(FullPath, Environment.IsPrivilegedProcess ? ModeAsRoot : Mode);
                }
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw NotWritable(cause);
            }

            _lock = TakeLock();
            return FullPath;
        }
    }

    public void Dispose() => _lock?.Dispose();

    private FileStream TakeLock()
    {
        var path = Path.Combine(FullPath, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause) when (File.Exists(path))
        {
            throw new StartupProblem(
                $"another Sightline server is using {FullPath}; stop it, or set Data:Folder to another folder.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(cause);
        }
    }

    private static StartupProblem NotWritable(Exception cause) =>
        new($"the data folder cannot be written ({cause.Message}); set Data:Folder to one that can.", cause);

    private static string DefaultPath()
    {
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            return "/var/lib/sightline";
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(home, "sightline");
    }
}
