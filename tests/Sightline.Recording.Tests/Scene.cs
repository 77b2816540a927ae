using System.Buffers.Binary;
using Sightline.Recording.Journal;

namespace Sightline.Recording.Tests;

/// <summary>Words that the tests share.</summary>
internal static class Scene
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    public static readonly JournalIdentity Camera = new(
        Guid.Parse("0195f7a4-0000-7000-8000-00000000000a"), Guid.Parse("0195f7a4-0000-7000-8000-00000000000b"), TrackKind.Camera);
    public static readonly StreamFormat Vp9 = new(98, Codec.Vp9, 90_000, 0);
    public static readonly StreamFormat Opus = new(111, Codec.Opus, 48_000, 2);

    public static DateTimeOffset Ms(double ms) => Start + TimeSpan.FromMilliseconds(ms);

    /// <summary>An RTP packet without extensions.</summary>
    public static byte[] Rtp(byte payloadType, ushort sequence, uint timestamp, uint ssrc = 1, bool marker = false, int payloadBytes = 100)
    {
        var packet = new byte[12 + payloadBytes];
        packet[0] = 0x80;
        packet[1] = (byte)(payloadType | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        packet.AsSpan(12).Fill((byte)sequence);
        return packet;
    }
}
