using System.Net;
using Sightline.Recording.Journal;

namespace Sightline.Media.Recording;

/// <summary>Where a node listens and writes, and what it allows.</summary>
public sealed record RecordingNodeOptions
{
    /// <summary>A folder for each recording is made in it.</summary>
    public required string Folder { get; init; }

    /// <summary>Where to listen; port 0 takes any. IPv6Any listens on IPv4 as well.</summary>
    public IPEndPoint Bind { get; init; } = new(IPAddress.IPv6Any, 0);

    /// <summary>Where browsers reach this node, most wanted first; without any, the addresses of this machine.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>With less room on the disk, no further device is let in.</summary>
    public long MinFreeBytes { get; init; } = 512L * 1024 * 1024;

    public int MaxRecordings { get; init; } = 100;

    /// <summary>Devices in all recordings, also those whose connection is lost.</summary>
    public int MaxLegs { get; init; } = 256;

    public int MaxLegsPerRecording { get; init; } = 32;

    /// <summary>How long closing waits for the disk.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public JournalLimits Journal { get; init; } = JournalLimits.Default;

    /// <summary>The disk; another one in tests.</summary>
    public IJournalFiles Files { get; init; } = new JournalFiles();
}
