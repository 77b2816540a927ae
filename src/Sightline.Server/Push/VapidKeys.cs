using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace Sightline.Server.Push;

/// <summary>
/// The key pair by which push services know this server (RFC 8292). Made at the first start and kept in the database, for every
/// subscription is bound to it.
/// </summary>
internal sealed class VapidKeys(NpgsqlDataSource database, IDataProtectionProvider protection, TimeProvider time)
    : IHostedService, IDisposable
{
    /// <summary>RFC 8292 allows a day.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    private readonly IDataProtector _protector = protection.CreateProtector("push");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What browsers want before they subscribe: base64url of the 65 bytes of an uncompressed point.</summary>
    public string PublicKey { get; private set; } = "";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Of several servers that start on a new database the first one's pair stays, and all use it.
        await using var insert =
            database.CreateCommand("INSERT INTO push_keys (public_key, private_key) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        insert.Parameters.Add(new() { Value = PushEncryption.ExportPoint(_key) });
        insert.Parameters.Add(new() { Value = _protector.Protect(_key.ExportPkcs8PrivateKey()) });
        await insert.ExecuteNonQueryAsync(cancellationToken);

        await using var select = database.CreateCommand("SELECT private_key FROM push_keys");
        _key.ImportPkcs8PrivateKey(_protector.Unprotect((byte[])(await select.ExecuteScalarAsync(cancellationToken))!), out _);
        PublicKey = Base64Url.EncodeToString(PushEncryption.ExportPoint(_key));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The Authorization header for one push service.</summary>
    /// <param name="endpoint">Whose origin the token is good for.</param>
    /// <param name="contact">A mailto: or https: address of whoever runs this server, or <c>null</c>.</param>
    public string Authorize(Uri endpoint, string? contact)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["aud"] = endpoint.GetLeftPart(UriPartial.Authority),
            ["exp"] = (time.GetUtcNow() + TokenLifetime).ToUnixTimeSeconds(),
        };
        if (contact is not null)
        {
            claims["sub"] = contact;
        }

        var text = Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8)
            + "." + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        byte[] signature;
        lock (_key)
        {
            signature = _key.SignData(
                Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        return $"vapid t={text}.{Base64Url.EncodeToString(signature)}, k={PublicKey}";
    }

    public void Dispose() => _key.Dispose();
}
