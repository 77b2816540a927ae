using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sightline.Server.Turn;

public sealed record TurnCredential(string Username, string Credential)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(TurnCredential);
}

/// <summary>
/// Short-lived TURN credentials that coturn can check without asking us (draft-uberti-behave-turn-rest): the username is
/// <c>expiry:somebody</c>, the password its HMAC under the shared secret.
/// </summary>
public static class TurnCredentials
{
    private const int PseudonymBytes = 12;

    public static TurnCredential Issue(string secret, Guid personId, DateTimeOffset expiresAt)
    {
        var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var username = $"{expiry}:{Pseudonym(secret, personId, expiresAt)}";
        return new TurnCredential(username, Sign(secret, username));
    }

#pragma warning disable CA5350 // The draft and coturn ask for SHA-1, and as an HMAC it is not broken.
    private static string Sign(string secret, string username) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350

    /// <summary>Lets quotas count a person's relays for a day, and tells the relay nothing about who that is.</summary>
    private static string Pseudonym(string secret, Guid personId, DateTimeOffset expiresAt)
    {
        var about = string.Create(CultureInfo.InvariantCulture, $"person {personId} on {expiresAt.UtcDateTime:yyyy-MM-dd}");
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(about));
        return Convert.ToHexStringLower(hash.AsSpan(0, PseudonymBytes));
    }
}
