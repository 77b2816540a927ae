using Sightline.Rtc.Rtcp;

namespace Sightline.Rtc.Repair;

/// <summary>
/// What a receiver reports of one source (RFC 3550, 6.4.1, A.3 and A.8). Retransmissions are not counted: it tells what the line does.
/// </summary>
internal struct ReceiveStatistics(int clockRate)
{
    private long _base;
    private long _highest;
    private long _received;
    private long _expectedBefore;
    private long _receivedBefore;
    private long _transit;
    private double _jitter;

    public readonly bool HasBegun => _received > 0;

    /// <summary>In units of the timestamp.</summary>
    public readonly uint Jitter => (uint)_jitter;

    private readonly long Expected => _highest - _base + 1;

    /// <param name="sequence">Unwrapped.</param>
    /// <param name="timestamp">Unwrapped.</param>
    public void Count(long sequence, long timestamp, long nowUs)
    {
        // A double of 64-bit µs and back would be off by less than a timestamp's unit only for the first hundred years.
        var transit = (long)((Int128)nowUs * clockRate / 1_000_000) - timestamp;
        if (_received++ == 0)
        {
            (_base, _highest, _transit) = (sequence, sequence, transit);
            return;
        }

        // Packets that were overtaken say nothing of how evenly the others come.
        if (sequence <= _highest) return;

        _highest = sequence;
        _jitter += (Math.Abs(transit - _transit) - _jitter) / 16;
        _transit = transit;
    }

    /// <summary>The sequence or its clock begins anew: nothing before counts any more.</summary>
    public void Restart() => this = new ReceiveStatistics(clockRate);

    /// <summary>Closes the interval whose loss is reported as a fraction.</summary>
    public ReportBlock Report(uint ssrc, uint lastReport, uint delaySinceLastReport)
    {
        var (expected, received) = (Expected - _expectedBefore, _received - _receivedBefore);
        (_expectedBefore, _receivedBefore) = (Expected, _received);
        var lost = Math.Max(expected - received, 0);
        var fraction = expected > 0 ? (byte)Math.Min(lost * 256 / expected, 255) : (byte)0;
        var cumulative = (int)Math.Clamp(Expected - _received, ReportBlock.MinCumulativeLost, ReportBlock.MaxCumulativeLost);
        return new ReportBlock(ssrc, fraction, cumulative, (uint)_highest, Jitter, lastReport, delaySinceLastReport);
    }
}
