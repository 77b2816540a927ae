using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sightline.Rtc.Srtp;

/// <summary>AEAD_AES_128_GCM (RFC 7714).</summary>
internal sealed class GcmCipher : SrtpCipher
{
    private const int NonceBytes = 12;
    private const int Tag = 16;

    private readonly AesGcm _aes;
    private readonly byte[] _salt;

    /// <param name="key">16 bytes of session key.</param>
    /// <param name="salt">12 bytes of session salt.</param>
    public GcmCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        _aes = new AesGcm(key, Tag);
        _salt = salt.ToArray();
    }

    public override int TagBytes => Tag;

    public override void ProtectRtp(Span<byte> packet, int headerBytes, int length, uint ssrc, long index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtpNonce(nonce, ssrc, index);
        var payload = packet[headerBytes..length];
        _aes.Encrypt(nonce, payload, payload, packet.Slice(length, Tag), packet[..headerBytes]);
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerBytes, uint ssrc, long index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtpNonce(nonce, ssrc, index);
        return TryDecrypt(nonce, packet[headerBytes..^Tag], packet[^Tag..], packet[..headerBytes]);
    }

    /// <summary>What is authenticated beside the payload: the first 8 bytes and the index (RFC 7714 §9.1).</summary>
    public override void ProtectRtcp(Span<byte> packet, int length, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> associated = stackalloc byte[SrtpPacket.RtcpHeaderBytes + IndexBytes];
        RtcpNonce(nonce, ssrc, index);
        Associated(packet, index, associated);
        var payload = packet[SrtpPacket.RtcpHeaderBytes..length];
        _aes.Encrypt(nonce, payload, payload, packet.Slice(length, Tag), associated);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(length + Tag)..], index | EncryptedFlag);
    }

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> associated = stackalloc byte[SrtpPacket.RtcpHeaderBytes + IndexBytes];
        RtcpNonce(nonce, ssrc, index);
        Associated(packet, index, associated);
        var protectedEnd = packet.Length - IndexBytes;
        return TryDecrypt(
            nonce, packet[SrtpPacket.RtcpHeaderBytes..(protectedEnd - Tag)], packet[(protectedEnd - Tag)..protectedEnd], associated);
    }

    public override int RtcpIndexAt(int packetBytes) => packetBytes - IndexBytes;

    public override void Dispose() => _aes.Dispose();

    /// <summary>.NET has no decryption that returns false: a forged packet costs an exception.</summary>
    private bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        try
        {
            _aes.Decrypt(nonce, payload, tag, payload, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static void Associated(ReadOnlySpan<byte> packet, uint index, Span<byte> associated)
    {
        packet[..SrtpPacket.RtcpHeaderBytes].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[SrtpPacket.RtcpHeaderBytes..], index | EncryptedFlag);
    }

    /// <summary>SSRC, roll-over counter and sequence number, XORed with the salt (RFC 7714 §8.1).</summary>
    private void RtpNonce(Span<byte> nonce, uint ssrc, long index)
    {
        nonce[..2].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[6..], (uint)(index >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(nonce[10..], (ushort)index);
        Salt(nonce);
    }

    /// <summary>SSRC and SRTCP index, XORed with the salt (RFC 7714 §9.1).</summary>
    private void RtcpNonce(Span<byte> nonce, uint ssrc, uint index)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], index);
        Salt(nonce);
    }

    private void Salt(Span<byte> nonce)
    {
        for (var i = 0; i < NonceBytes; i++) nonce[i] ^= _salt[i];
    }
}
