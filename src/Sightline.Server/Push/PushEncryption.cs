using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sightline.Server.Push;

/// <summary>What only one browser can read: RFC 8291 on top of the content encoding of RFC 8188, in one record.</summary>
internal static class PushEncryption
{
    public const int PublicKeyBytes = 65;
    public const int AuthBytes = 16;
    public const int SaltBytes = 16;

    /// <summary>What every push service takes (RFC 8030, 7.2).</summary>
    public const int MaxBodyBytes = 4096;

    /// <summary>What is left of it beside the header, the end of the record and the tag.</summary>
    public const int MaxPayloadBytes = MaxBodyBytes - HeaderBytes - 1 - TagBytes;

    private const int HeaderBytes = SaltBytes + sizeof(uint) + 1 + PublicKeyBytes;
    private const int TagBytes = 16;
    private const int KeyBytes = 16;
    private const int NonceBytes = 12;
    private const byte Uncompressed = 4;
    private const byte EndOfLastRecord = 2;

    /// <param name="payload">At most <see cref="MaxPayloadBytes"/>.</param>
    /// <param name="browserKey">The subscription's p256dh: an uncompressed point.</param>
    /// <param name="auth">The subscription's auth: 16 bytes.</param>
    /// <param name="ownKey">A key pair for this message alone.</param>
    /// <param name="salt">16 random bytes.</param>
    /// <returns>The body of the request, with the content encoding <c>aes128gcm</c>.</returns>
    public static byte[] Encrypt(ReadOnlySpan<byte> payload, byte[] browserKey, byte[] auth, ECDiffieHellman ownKey, byte[] salt)
    {
        if (payload.Length > MaxPayloadBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(payload), "The payload is too large for one push.");
        }

        using var browser = ImportPoint(browserKey);
        var ownPoint = ExportPoint(ownKey);
        var secret = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            ownKey.DeriveRawSecretAgreement(browser.PublicKey),
            outputLength: 32,
            salt: auth,
            info: [.. "WebPush: info\0"u8, .. browserKey, .. ownPoint]);
        var random = HKDF.Extract(HashAlgorithmName.SHA256, secret, salt);
        var key = HKDF.Expand(HashAlgorithmName.SHA256, random, KeyBytes, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.Expand(HashAlgorithmName.SHA256, random, NonceBytes, [.. "Content-Encoding: nonce\0"u8]);

        var body = new byte[HeaderBytes + payload.Length + 1 + TagBytes];
        salt.CopyTo(body, 0);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(SaltBytes), MaxBodyBytes);
        body[SaltBytes + sizeof(uint)] = PublicKeyBytes;
        ownPoint.CopyTo(body, HeaderBytes - PublicKeyBytes);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, [.. payload, EndOfLastRecord], body.AsSpan(HeaderBytes, payload.Length + 1), body.AsSpan(^TagBytes..));
        return body;
    }

    /// <summary>Whether these bytes are a point of P-256, uncompressed.</summary>
    public static bool IsPoint(byte[] point)
    {
        if (point.Length != PublicKeyBytes || point[0] != Uncompressed)
        {
            return false;
        }

        try
        {
            ImportPoint(point).Dispose();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public static byte[] ExportPoint(ECAlgorithm key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return [Uncompressed, .. q.X!, .. q.Y!];
    }

    private static ECDiffieHellman ImportPoint(byte[] point) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[1..33], Y = point[33..] },
    });
}
