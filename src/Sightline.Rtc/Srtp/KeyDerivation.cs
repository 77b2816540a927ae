using System.Security.Cryptography;

namespace Sightline.Rtc.Srtp;

/// <summary>Session keys from the master key and salt (RFC 3711 §4.3), with a key derivation rate of 0.</summary>
internal static class KeyDerivation
{
    public const byte RtpKey = 0;
    public const byte RtpAuthentication = 1;
    public const byte RtpSalt = 2;

    /// <summary>The labels of RTCP follow those of RTP in the same order.</summary>
    public const byte RtcpOffset = 3;

    private const int BlockBytes = 16;
    private const int LabelAt = 7;

    /// <param name="masterSalt">12 or 14 bytes; the shorter one is filled up with zeros on its right (RFC 7714 §11).</param>
    /// <param name="output">Filled: the key, its length being the caller's choice, at most 32 bytes.</param>
    public static void Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, byte label, Span<byte> output)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        Span<byte> stream = stackalloc byte[2 * BlockBytes];
        masterSalt.CopyTo(block);
        block[LabelAt] ^= label;

        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        for (var count = 0; count < 2; count++)
        {
            block[^1] = (byte)count;
#pragma warning disable CA5358 // Counter mode, made of single blocks.
            aes.EncryptEcb(block, stream.Slice(count * BlockBytes, BlockBytes), PaddingMode.None);
#pragma warning restore CA5358
        }

        stream[..output.Length].CopyTo(output);
    }
}
