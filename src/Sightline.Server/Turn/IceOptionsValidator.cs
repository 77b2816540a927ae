using Microsoft.Extensions.Options;

namespace Sightline.Server.Turn;

/// <summary>Says at the start, in one sentence with the key in it, what calls would otherwise fail of much later.</summary>
internal sealed class IceOptionsValidator(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<IceOptions>
{
    private const string Servers = $"{IceOptions.Section}:Servers";

    public ValidateOptionsResult Validate(string? name, IceOptions options)
    {
        var problems = (options.Servers is { Count: > 0 } servers ? WrongServers(servers) : MissingServers())
            .Concat(WrongSecret("Ice:TurnSecret", options.TurnSecret))
            .Concat(WrongSecret("Ice:PreviousTurnSecret", options.PreviousTurnSecret))
            .Concat(WrongTogether(options))
            .Concat(WrongNumbers(options));
        return problems.FirstOrDefault() is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }

    private IEnumerable<string> MissingServers()
    {
        // An empty list leaves no trace in the options, only a key.
        if (configuration.GetSection(IceOptions.Section).GetChildren().Any(child => child.Path.Equals(Servers, StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"{Servers} is an empty list: name at least one STUN or TURN server, or leave the key out.";
        }
        else if (!environment.IsDevelopment())
        {
            yield return $"{Servers} is missing: name the STUN and TURN servers, for example {Servers}:0:Urls:0 = \"turn:turn.example.org\".";
        }
        else if (EmbeddedCoturn.FindProgram() is null)
        {
            yield return $"{Servers} is missing, and coturn is not there to stand in: install it (Debian: apt install coturn), or set {Servers}.";
        }
    }

    private static IEnumerable<string> WrongServers(IReadOnlyList<IceServerOptions> servers)
    {
        for (var server = 0; server < servers.Count; server++)
        {
            var urls = servers[server].Urls;
            if (urls.Count == 0)
            {
                yield return $"{Servers}:{server}:Urls is an empty list: name at least one STUN or TURN URL.";
            }

            for (var url = 0; url < urls.Count; url++)
            {
                if (!IceUrl.IsValid(urls[url]))
                {
                    yield return $"{Servers}:{server}:Urls:{url} is not a STUN or TURN URL: \"{urls[url]}\"";
                }
            }
        }
    }

    private static IEnumerable<string> WrongSecret(string key, string? secret)
    {
        if (secret is { Length: > 0 } && (secret.Length < IceOptions.MinSecretChars || secret.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))))
        {
            yield return $"{key} must have at least {IceOptions.MinSecretChars} characters and no spaces: who guesses it relays at your cost.";
        }
    }

    private static IEnumerable<string> WrongTogether(IceOptions options)
    {
        var hasTurn = options.Servers?.Any(server => server.Urls.Any(IceUrl.IsTurn)) == true;
        if (hasTurn && string.IsNullOrEmpty(options.TurnSecret))
        {
            yield return $"Ice:TurnSecret is missing: it is the static-auth-secret of the TURN servers in {Servers}.";
        }

        if (options.PreviousTurnSecret is { Length: > 0 } && string.IsNullOrEmpty(options.TurnSecret))
        {
            yield return "Ice:PreviousTurnSecret is set without Ice:TurnSecret: the current secret is missing.";
        }

        if (options.PreviousTurnSecret is { Length: > 0 } && options.PreviousTurnSecret == options.TurnSecret)
        {
            yield return "Ice:PreviousTurnSecret is the same as Ice:TurnSecret: set it to the secret before, or leave it out.";
        }
    }

    private static IEnumerable<string> WrongNumbers(IceOptions options)
    {
        if (options.CredentialLifetime < IceOptions.MinCredentialLifetime || options.CredentialLifetime > IceOptions.MaxCredentialLifetime)
        {
            yield return $"Ice:CredentialLifetime is {options.CredentialLifetime:c}; it must be between {IceOptions.MinCredentialLifetime:c} "
                + $"and {IceOptions.MaxCredentialLifetime:c} (days.hours:minutes:seconds).";
        }

        if (options.EmbeddedPort is < 1 or > ushort.MaxValue)
        {
            yield return $"Ice:EmbeddedPort is {options.EmbeddedPort}; a port is between 1 and {ushort.MaxValue}.";
        }
    }
}
