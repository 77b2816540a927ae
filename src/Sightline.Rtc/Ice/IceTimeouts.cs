namespace Sightline.Rtc.Ice;

/// <summary>How long an agent waits.</summary>
/// <param name="ConnectMs">From the start, or a restart, to the first nominated path.</param>
/// <param name="ConsentMs">From the last check on a path until nothing is sent over it any more (RFC 7675 §5.1: 30 s).</param>
public sealed record IceTimeouts(int ConnectMs, int ConsentMs)
{
    public static IceTimeouts Default { get; } = new(ConnectMs: 30_000, ConsentMs: 30_000);
}

public enum IceState
{
    /// <summary>No path has been nominated yet.</summary>
    Waiting,

    /// <summary>There is a path to send over.</summary>
    Connected,

    /// <summary>No path was found in time, or consent ended on the last one. A restart may follow.</summary>
    Failed,
}
