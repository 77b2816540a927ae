namespace Sightline.Server.Turn;

/// <summary>The section <c>Ice</c>: the STUN and TURN servers that clients are told to use.</summary>
public sealed class IceOptions
{
    public const string Section = "Ice";
    public const int MinSecretChars = 16;
    public static readonly TimeSpan MinCredentialLifetime = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan MaxCredentialLifetime = TimeSpan.FromDays(7);

    /// <summary>Null when not configured: in Development the server then runs its own coturn.</summary>
    public IReadOnlyList<IceServerOptions>? Servers { get; set; }

    /// <summary>What the TURN servers know as <c>static-auth-secret</c>; new credentials are signed with it.</summary>
    public string? TurnSecret { get; set; }

    /// <summary>
    /// The secret before this one. TURN servers keep knowing it until the last credential that it signed has expired; nothing new
    /// is signed with it.
    /// </summary>
    public string? PreviousTurnSecret { get; set; }

    /// <summary>How long a credential is good for.</summary>
    public TimeSpan CredentialLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Where the server's own coturn listens; null for 3478, or a free port where that is taken.</summary>
    public int? EmbeddedPort { get; set; }
}

public sealed class IceServerOptions
{
    public IReadOnlyList<string> Urls { get; set; } = [];
}
