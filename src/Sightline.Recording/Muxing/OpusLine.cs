using System.Diagnostics;

namespace Sightline.Recording.Muxing;

/// <summary>
/// Keeps sound without holes: players count decoded samples, and where packets are missing they would play the rest too early.
/// Silence takes the place of what was lost or never sent. Times are in samples of 48 kHz.
/// </summary>
internal sealed class OpusLine
{
    public const int RateHz = 48_000;

    /// <summary>By which every encoder delays sound (RFC 7845 §4.2); libopus, which browsers use, has 6.5 ms.</summary>
    public const int PreSkip = 312;

    /// <summary>A clock that is steered makes packets a little longer or shorter; what is off by more is a hole.</summary>
    private const int Tolerance = 480;

    public const int SilenceLength = 960;

    private long _end = -1;

    /// <summary>20 ms of silence.</summary>
    public static ReadOnlySpan<byte> Silence => [0xFC, 0xFF, 0xFE];

    /// <summary>How many packets of silence stand before a packet; <c>null</c> when its place is taken.</summary>
    /// <param name="start">Where the first of them begins; each is 20 ms long, the last is as long as is left.</param>
    public int? Place(long at, ReadOnlySpan<byte> packet, out long start)
    {
        start = _end < 0 ? at : _end;
        var hole = at - start;
        if (hole < -Tolerance)
            return null;
        var silences = hole <= Tolerance ? 0 : (int)Math.Max(1, (hole + (SilenceLength / 2)) / SilenceLength);
        _end = Math.Max(at, start - Tolerance) + DurationOf(packet);
        return silences;
    }

    /// <summary>In samples of 48 kHz (RFC 6716 §3.1); 20 ms for what is no packet.</summary>
    public static int DurationOf(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
            return SilenceLength;
        var config = packet[0] >> 3;
        var frame = config switch
        {
            < 12 => (config & 3) switch { 0 => 480, 1 => 960, 2 => 1920, 3 => 2880, _ => throw new UnreachableException() },
            < 16 => (config & 1) == 0 ? 480 : 960,
            _ => 120 << (config & 3),
        };
        var frames = (packet[0] & 3) switch
        {
            0 => 1,
            1 or 2 => 2,
            _ => packet.Length > 1 ? packet[1] & 63 : 1,
        };
        return Math.Clamp(frame * frames, 120, 5760);
    }
}
