using Sightline.Server.Configuration;

namespace Sightline.Server.Turn;

/// <summary>The section <c>Ice</c>: the STUN and TURN servers that clients are told to use.</summary>
public sealed class IceOptions
{
    public const string Section = "Ice";
    public const int MinSecretChars = 16;
    public static readonly TimeSpan MinCredentialLifetime = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan MaxCredentialLifetime = TimeSpan.FromDays(7);

    /// <summary>The STUN and TURN servers that clients are told to use.</summary>
    [Setting(Without = "in Development a coturn of the server's own; required elsewhere")]
    public IReadOnlyList<IceServerOptions>? Servers { get; set; }

    /// <summary>What the TURN servers know as <c>static-auth-secret</c>; new credentials are signed with it.</summary>
    [Setting(Secret = true, Without = "a random one for the server's own coturn; required for TURN servers")]
    public string? TurnSecret { get; set; }

    /// <summary>
    /// The secret before this one. TURN servers keep knowing it until the last credential that it signed has expired; nothing new
    /// is signed with it.
    /// </summary>
    [Setting(Secret = true, Without = "no secret is being rotated out")]
    public string? PreviousTurnSecret { get; set; }

    /// <summary>How long a credential is good for.</summary>
    public TimeSpan CredentialLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Where the server's own coturn listens.</summary>
    [Setting(Without = "3478, or a free port where that is taken")]
    public int? EmbeddedPort { get; set; }
}

public sealed class IceServerOptions
{
    /// <summary>
    /// The URLs of one STUN or TURN server: <c>stun:stun.example.org</c>, <c>turns:turn.example.org:443?transport=tcp</c>.
    /// </summary>
    public IReadOnlyList<string> Urls { get; set; } = [];
}
