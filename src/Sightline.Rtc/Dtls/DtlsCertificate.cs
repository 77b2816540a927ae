using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sightline.Rtc.Dtls;

/// <summary>A self-signed certificate; peers know it by its fingerprint alone (RFC 8827 §6.5).</summary>
/// <param name="Certificate">In DER.</param>
/// <param name="PrivateKey">In DER (RFC 5915).</param>
public sealed record DtlsCertificate(byte[] Certificate, byte[] PrivateKey)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>A fresh one with an ECDSA key on P-256, which every browser takes.</summary>
    public static DtlsCertificate Create(DateTimeOffset now, TimeSpan validFor)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sightline", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now + validFor);
        return new DtlsCertificate(certificate.RawData, key.ExportECPrivateKey());
    }

    /// <summary>Says nothing: one half is a secret.</summary>
    public override string ToString() => nameof(DtlsCertificate);
}
