namespace Sightline.Rtc.Codecs;

/// <summary>Opus over RTP (RFC 7587): each packet is one frame. Its duration stands in its first bytes (RFC 6716, 3.1 and 3.2).</summary>
public sealed class OpusDepacketiser : IDepacketiser
{
    /// <summary>Of the RTP timestamp, whatever was sampled (RFC 7587, 4.1).</summary>
    public const int ClockRate = 48_000;

    private const long MaxDurationUs = 120_000;

    /// <summary>Durations of SILK and hybrid frames by the lowest bits of their configuration, and of CELT frames.</summary>
    private static ReadOnlySpan<int> SilkUs => [10_000, 20_000, 40_000, 60_000];

    private static ReadOnlySpan<int> CeltUs => [2_500, 5_000, 10_000, 20_000];

    public long Dropped { get; private set; }

    /// <summary>How long a packet sounds; 0 for what is no packet.</summary>
    public static long DurationUs(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty) return 0;

        var configuration = packet[0] >> 3;
        var frameUs = configuration switch
        {
            < 12 => SilkUs[configuration & 3],
            < 16 => SilkUs[configuration & 1],
            _ => CeltUs[configuration & 3],
        };
        var frames = (packet[0] & 3) switch
        {
            0 => 1,
            1 or 2 => 2,
            _ => packet.Length < 2 ? 0 : packet[1] & 0x3F,
        };
        return frameUs * frames is var durationUs and <= (int)MaxDurationUs ? durationUs : 0;
    }

    /// <summary>
    /// One byte, or two: the sender is silent and lets its packets rest (DTX; RFC 7587, 3.1.3); the next one may come much later.
    /// </summary>
    public static bool IsSilence(ReadOnlySpan<byte> packet) => packet.Length is 1 or 2;

    public bool TryAdd(ReadOnlySpan<byte> payload, bool marker, long timestamp, out Frame frame)
    {
        frame = default;
        var durationUs = DurationUs(payload);
        if (durationUs == 0)
        {
            if (!payload.IsEmpty) Dropped++;
            return false;
        }

        frame = new Frame(payload, timestamp, isKey: true, durationUs: durationUs);
        return true;
    }

    public void Gap()
    {
        // Each packet stands for itself.
    }
}
