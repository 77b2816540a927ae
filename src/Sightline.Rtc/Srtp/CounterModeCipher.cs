using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sightline.Rtc.Srtp;

/// <summary>AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4).</summary>
internal sealed class CounterModeCipher : SrtpCipher
{
    public const int AuthenticationKeyBytes = 20;

    private const int Tag = 10;
    private const int BlockBytes = 16;
    private const int HashBytes = 20;

    private readonly Aes _aes;
    private readonly ICryptoTransform _blocks;
    private readonly IncrementalHash _hmac;
    private readonly byte[] _salt;

    /// <summary>Counters go in, key stream comes out. Arrays, because <see cref="ICryptoTransform"/> wants them.</summary>
    private readonly byte[] _counters = new byte[SrtpLimits.MaxPacketBytes];
    private readonly byte[] _stream = new byte[SrtpLimits.MaxPacketBytes];

    /// <param name="key">16 bytes of session key.</param>
    /// <param name="salt">14 bytes of session salt.</param>
    /// <param name="authentication">20 bytes of session authentication key.</param>
    public CounterModeCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> authentication)
    {
        _aes = Aes.Create();
        _aes.SetKey(key);
#pragma warning disable CA5358, CA5350 // Counter mode is made of single blocks; RFC 3711 names SHA-1, which holds as an HMAC.
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _blocks = _aes.CreateEncryptor();
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, authentication);
#pragma warning restore CA5358, CA5350
        _salt = salt.ToArray();
    }

    public override int TagBytes => Tag;

    public override void ProtectRtp(Span<byte> packet, int headerBytes, int length, uint ssrc, long index)
    {
        ApplyStream(packet[headerBytes..length], ssrc, index);
        RtpTag(packet[..length], index, packet.Slice(length, Tag));
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerBytes, uint ssrc, long index)
    {
        Span<byte> tag = stackalloc byte[Tag];
        RtpTag(packet[..^Tag], index, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, packet[^Tag..])) return false;

        ApplyStream(packet[headerBytes..^Tag], ssrc, index);
        return true;
    }

    public override void ProtectRtcp(Span<byte> packet, int length, uint ssrc, uint index)
    {
        ApplyStream(packet[SrtpPacket.RtcpHeaderBytes..length], ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(packet[length..], index | EncryptedFlag);
        Sign(packet[..(length + IndexBytes)], default, packet.Slice(length + IndexBytes, Tag));
    }

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> tag = stackalloc byte[Tag];
        Sign(packet[..^Tag], default, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, packet[^Tag..])) return false;

        ApplyStream(packet[SrtpPacket.RtcpHeaderBytes..^(Tag + IndexBytes)], ssrc, index);
        return true;
    }

    public override int RtcpIndexAt(int packetBytes) => packetBytes - Tag - IndexBytes;

    public override void Dispose()
    {
        _hmac.Dispose();
        _blocks.Dispose();
        _aes.Dispose();
    }

    /// <summary>The packet and then the roll-over counter (RFC 3711 §4.2).</summary>
    private void RtpTag(ReadOnlySpan<byte> packet, long index, Span<byte> tag)
    {
        Span<byte> rollover = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, (uint)(index >> 16));
        Sign(packet, rollover, tag);
    }

    private void Sign(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> suffix, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        _hmac.AppendData(packet);
        _hmac.AppendData(suffix);
        _hmac.GetHashAndReset(hash);
        hash[..Tag].CopyTo(tag);
    }

    /// <summary>XORs the key stream: salt, SSRC and index make the counter's upper 14 bytes (RFC 3711 §4.1.1).</summary>
    private void ApplyStream(Span<byte> payload, uint ssrc, long index)
    {
        if (payload.IsEmpty) return;

        Span<byte> counter = stackalloc byte[BlockBytes];
        counter.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(counter[4..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(counter[8..], (uint)(index >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(counter[12..], (ushort)index);
        for (var i = 0; i < _salt.Length; i++) counter[i] ^= _salt[i];

        var blocks = (payload.Length + BlockBytes - 1) / BlockBytes;
        for (var block = 0; block < blocks; block++)
        {
            var target = _counters.AsSpan(block * BlockBytes, BlockBytes);
            counter.CopyTo(target);
            BinaryPrimitives.WriteUInt16BigEndian(target[14..], (ushort)block);
        }

        _blocks.TransformBlock(_counters, 0, blocks * BlockBytes, _stream, 0);
        for (var i = 0; i < payload.Length; i++) payload[i] ^= _stream[i];
    }
}
