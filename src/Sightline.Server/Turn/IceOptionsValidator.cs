using Microsoft.Extensions.Options;

namespace Sightline.Server.Turn;

/// <summary>Says at the start, in one sentence with the key in it, what calls would otherwise fail of much later.</summary>
internal sealed class IceOptionsValidator(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<IceOptions>
{
    public ValidateOptionsResult Validate(string? name, IceOptions options) =>
        Find(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private string? Find(IceOptions options) =>
        FindInServers(options)
        ?? FindInSecret("Ice:TurnSecret", options.TurnSecret)
        ?? FindInSecret("Ice:PreviousTurnSecret", options.PreviousTurnSecret)
        ?? FindInRotation(options)
        ?? FindInNumbers(options);

    private string? FindInServers(IceOptions options)
    {
        if (options.Servers is not { Count: > 0 } servers)
        {
            return IsMentioned()
                ? "Ice:Servers is an empty list: name at least one STUN or TURN server, or leave the key out."
                : !environment.IsDevelopment()
                    ? """Ice:Servers is missing: name the STUN and TURN servers, for example Ice:Servers:0:Urls:0 = "turn:turn.example.org"."""
                    : EmbeddedCoturn.FindProgram() is null
                        ? "Ice:Servers is missing, and coturn is not installed to stand in for it: install it (Debian: apt install coturn), or set Ice:Servers."
                        : null;
        }

        for (var server = 0; server < servers.Count; server++)
        {
            var urls = servers[server].Urls;
            if (urls.Count == 0)
            {
                return $"Ice:Servers:{server}:Urls is an empty list: name at least one STUN or TURN URL.";
            }

            for (var url = 0; url < urls.Count; url++)
            {
                if (!IceUrl.IsValid(urls[url]))
                {
                    return $"Ice:Servers:{server}:Urls:{url} is not a STUN or TURN URL: \"{urls[url]}\"";
                }
            }
        }

        return null;
    }

    private static string? FindInSecret(string key, string? secret) =>
        string.IsNullOrEmpty(secret) || (secret.Length >= IceOptions.MinSecretChars && !secret.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
            ? null
            : $"{key} must have at least {IceOptions.MinSecretChars} characters and no spaces: whoever guesses it relays through your servers.";

    private static string? FindInRotation(IceOptions options)
    {
        var hasTurn = options.Servers?.Any(server => server.Urls.Any(IceUrl.IsTurn)) == true;
        return hasTurn && string.IsNullOrEmpty(options.TurnSecret)
            ? "Ice:TurnSecret is missing: it is the static-auth-secret of the TURN servers in Ice:Servers."
            : !string.IsNullOrEmpty(options.PreviousTurnSecret) && string.IsNullOrEmpty(options.TurnSecret)
                ? "Ice:PreviousTurnSecret is set without Ice:TurnSecret: the current secret is missing."
                : !string.IsNullOrEmpty(options.PreviousTurnSecret) && options.PreviousTurnSecret == options.TurnSecret
                    ? "Ice:PreviousTurnSecret is the same as Ice:TurnSecret: set it to the secret before, or leave it out."
                    : null;
    }

    private static string? FindInNumbers(IceOptions options) =>
        options.CredentialLifetime < IceOptions.MinCredentialLifetime || options.CredentialLifetime > IceOptions.MaxCredentialLifetime
            ? $"Ice:CredentialLifetime is {options.CredentialLifetime:c}; it must be between {IceOptions.MinCredentialLifetime:c} and {IceOptions.MaxCredentialLifetime:c} (days.hours:minutes:seconds)."
            : options.EmbeddedPort is < 1 or > ushort.MaxValue
                ? $"Ice:EmbeddedPort is {options.EmbeddedPort}; a port is between 1 and {ushort.MaxValue}."
                : null;

    /// <summary>An empty list leaves no trace in the options, only a key.</summary>
    private bool IsMentioned() => configuration.GetSection(IceOptions.Section).GetChildren().Any(child => child.Key.Equals("Servers", StringComparison.OrdinalIgnoreCase));
}
