using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sightline.Server.Turn;

namespace Sightline.Server.Tests.Turn;

[SuppressMessage("Security", "CA5350", Justification = "What TURN servers check.")]
public class TurnCredentialsTests
{
    private const string Secret = "a shared secret of some length";

    private static readonly Guid Ada = new("0b7c5d52-5d0f-4c1e-9a63-3f3f0a1b2c01");
    private static readonly DateTimeOffset ExpiresAt = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_user_name_begins_with_the_expiry_in_unix_seconds() =>
        TurnCredentials.Issue(Secret, Ada, ExpiresAt).Username.ShouldStartWith("1767355200:");

    [Fact]
    public void The_credential_is_the_hmac_of_the_user_name()
    {
        var credential = TurnCredentials.Issue(Secret, Ada, ExpiresAt);

        Convert.FromBase64String(credential.Credential)
            .ShouldBe(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(credential.Username)));
    }

    [Fact]
    public void The_user_name_says_nothing_of_the_person()
    {
        var username = TurnCredentials.Issue(Secret, Ada, ExpiresAt).Username;

        username.ShouldNotContain(Ada.ToString("N")[..8], Case.Insensitive);
        var somebody = username.Split(':')[1];
        (somebody == SomebodyOf(Ada, ExpiresAt.AddDays(1))).ShouldBeFalse();
        (somebody == SomebodyOf(Guid.NewGuid(), ExpiresAt)).ShouldBeFalse();
    }

    private static string SomebodyOf(Guid personId, DateTimeOffset expiresAt) => TurnCredentials.Issue(Secret, personId, expiresAt).Username.Split(':')[1];
}
