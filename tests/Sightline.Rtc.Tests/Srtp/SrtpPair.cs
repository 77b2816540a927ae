using System.Buffers.Binary;
using Sightline.Rtc.Srtp;

namespace Sightline.Rtc.Tests.Srtp;

/// <summary>A sender and a receiver with the same keys, and packets to send.</summary>
internal sealed class SrtpPair : IDisposable
{
    public const int PayloadBytes = 100;
    public const int RtpBytes = 12 + PayloadBytes;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(value => (byte)value)];
    private readonly byte[] _buffer = new byte[RtpBytes + SrtpLimits.MaxOverheadBytes];

    public SrtpPair(SrtpProfile profile)
    {
        var salt = new byte[profile.SaltBytes()];
        salt.AsSpan().Fill(0xA5);
        Sender = new SrtpSender(profile, Key, salt);
        Receiver = new SrtpReceiver(profile, Key, salt);
    }

    public SrtpSender Sender { get; }
    public SrtpReceiver Receiver { get; }

    public static byte[] Rtp(uint ssrc, int sequence)
    {
        var packet = new byte[RtpBytes];
        Write(packet, ssrc, sequence);
        return packet;
    }

    public static byte[] Rtcp(uint ssrc)
    {
        byte[] packet = [0x80, 201, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4];
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }

    public byte[] Protected(uint ssrc, int sequence)
    {
        Write(_buffer, ssrc, sequence);
        Sender.ProtectRtp(_buffer, RtpBytes, out var length).ShouldBe(SrtpResult.Ok);
        return _buffer[..length];
    }

    public byte[] ProtectedRtcp(uint ssrc)
    {
        Rtcp(ssrc).CopyTo(_buffer, 0);
        Sender.ProtectRtcp(_buffer, 12, out var length).ShouldBe(SrtpResult.Ok);
        return _buffer[..length];
    }

    public SrtpResult Read(byte[] packet) => Receiver.UnprotectRtp((byte[])packet.Clone(), out _);

    /// <summary>There and back; allocates nothing itself.</summary>
    public bool RoundTrip(uint ssrc, int sequence)
    {
        Write(_buffer, ssrc, sequence);
        return Sender.ProtectRtp(_buffer, RtpBytes, out var length) == SrtpResult.Ok
            && Receiver.UnprotectRtp(_buffer.AsSpan(0, length), out _) == SrtpResult.Ok
            && Sender.ProtectRtcp(_buffer, RtpBytes, out length) == SrtpResult.Ok
            && Receiver.UnprotectRtcp(_buffer.AsSpan(0, length), out _) == SrtpResult.Ok;
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }

    private static void Write(Span<byte> packet, uint ssrc, int sequence)
    {
        packet[0] = 0x80;
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc);
        packet[12..RtpBytes].Fill((byte)sequence);
    }
}
