namespace Sightline.Signalling;

/// <summary>The bounds of everything that comes in over a socket. Beyond them there is an error, never a surprise.</summary>
public static class Limits
{
    public const int MaxMessageBytes = 64 * 1024;
    public const int MaxJsonDepth = 8;
    public const int MaxSdpChars = 48 * 1024;
    public const int MaxCandidatesPerBatch = 50;
    public const int MaxCandidateChars = 1024;
    public const int MaxSdpMidChars = 64;
    public const int MaxUsernameFragmentChars = 256;
    public const int MaxMediaLines = 256;
    public const int MaxPingIdChars = 64;
    public const int MessagesPerSecond = 50;
    public const int MessagesBurst = 200;
    public const int MaxNotificationSocketsPerPerson = 16;
    public const int MaxCallSocketsPerPersonAndCall = 8;

    /// <summary>Messages that wait for one socket whose reader is slow; beyond it the socket is closed.</summary>
    public const int MaxQueuedMessagesPerSocket = 512;

    public static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(10);
}
