using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sightline.Rtc.Dtls;

/// <summary>The hash of a certificate as SDP writes it (RFC 8122 §5): <c>sha-256 12:AB:…</c>.</summary>
public sealed class DtlsFingerprint : IEquatable<DtlsFingerprint>
{
    private readonly byte[] _hash;

    private DtlsFingerprint(HashAlgorithmName algorithm, byte[] hash) => (Algorithm, _hash) = (algorithm, hash);

    /// <summary>SHA-256, SHA-384 or SHA-512; weaker ones are not read.</summary>
    public HashAlgorithmName Algorithm { get; }

    /// <param name="certificate">In DER.</param>
    public static DtlsFingerprint Of(ReadOnlySpan<byte> certificate) => new(HashAlgorithmName.SHA256, SHA256.HashData(certificate));

    /// <summary>Reads what follows <c>a=fingerprint:</c>; null when it is malformed or its hash is not to be trusted.</summary>
    public static DtlsFingerprint? TryParse(ReadOnlySpan<char> text)
    {
        var space = text.IndexOf(' ');
        if (space < 0 || AlgorithmOf(text[..space]) is not { } known) return null;

        var digits = text[(space + 1)..].Trim();
        if (digits.Length != (known.Bytes * 3) - 1) return null;

        var hash = new byte[known.Bytes];
        for (var i = 0; i < hash.Length; i++)
        {
            if (i > 0 && digits[(3 * i) - 1] != ':') return null;
            if (!char.IsAsciiHexDigit(digits[3 * i]) || !char.IsAsciiHexDigit(digits[(3 * i) + 1])) return null;
            hash[i] = Convert.FromHexString(digits.Slice(3 * i, 2))[0];
        }

        return new DtlsFingerprint(known.Algorithm, hash);
    }

    /// <param name="certificate">In DER.</param>
    public bool Matches(ReadOnlySpan<byte> certificate) =>
        _hash.AsSpan().SequenceEqual(CryptographicOperations.HashData(Algorithm, certificate));

    public bool Equals(DtlsFingerprint? other) =>
        other is not null && Algorithm == other.Algorithm && _hash.AsSpan().SequenceEqual(other._hash);

    public override bool Equals(object? obj) => Equals(obj as DtlsFingerprint);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_hash);

    /// <summary>As SDP writes it.</summary>
    public override string ToString()
    {
        var bits = _hash.Length * 8;
        return $"sha-{bits} {string.Join(':', _hash.Select(value => value.ToString("X2", provider: null)))}";
    }

    private static (HashAlgorithmName Algorithm, int Bytes)? AlgorithmOf(ReadOnlySpan<char> name)
    {
        if (name.Equals("sha-256", StringComparison.OrdinalIgnoreCase)) return (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        if (name.Equals("sha-384", StringComparison.OrdinalIgnoreCase)) return (HashAlgorithmName.SHA384, SHA384.HashSizeInBytes);
        if (name.Equals("sha-512", StringComparison.OrdinalIgnoreCase)) return (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);
        return null;
    }
}
