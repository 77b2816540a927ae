using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Repair;

/// <summary>
/// When the packets of a connection arrived, for its sender's bandwidth control: a report every so often, over all its tracks
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01). Times are µs.
/// </summary>
/// <param name="intervalUs">Between two reports.</param>
public sealed class ArrivalLog(long intervalUs = ArrivalLog.DefaultIntervalUs)
{
    public const long DefaultIntervalUs = 100_000;

    /// <summary>Packets whose arrival is remembered until it was told; what is older is told as lost, or not at all.</summary>
    public const int Window = 2048;

    private const long NotArrived = -1;

    private readonly long[] _arrivals = new long[Window];
    private readonly long[] _telling = new long[Window];
    private SequenceUnwrapper _sequences;
    private long _from;
    private long _end;
    private long _nextUs = long.MaxValue;
    private byte _number;
    private bool _begun;

    /// <summary>When a report is due; <c>null</c> while there is nothing to tell.</summary>
    public long? WakeAtUs => _nextUs == long.MaxValue ? null : _nextUs;

    /// <param name="transportSequence">From the packet's header extension.</param>
    public void Add(ushort transportSequence, long nowUs)
    {
        var sequence = _sequences.Unwrap(transportSequence);
        if (!_begun) (_begun, _from, _end) = (true, sequence, sequence);

        // Too old to be told; a forged number far ahead costs no more than clearing the window.
        if (sequence < _end - Window) return;

        if (sequence >= _end + Window) (_from, _end) = (sequence, sequence);
        for (; _end <= sequence; _end++) At(_end) = NotArrived;
        if (At(sequence) != NotArrived) return;

        At(sequence) = nowUs;
        // One that was told as lost and comes after all is told again, with those behind it.
        _from = Math.Max(Math.Min(_from, sequence), _end - Window);
        if (_nextUs == long.MaxValue) _nextUs = nowUs + intervalUs;
    }

    /// <summary>Writes the report that is due; what has no room in it follows in the next.</summary>
    /// <param name="mediaSsrc">Of any track of the connection.</param>
    public void WriteFeedback(ref RtcpWriter writer, uint ownSsrc, uint mediaSsrc, long nowUs)
    {
        if (nowUs < _nextUs) return;

        var count = (int)(_end - _from);
        for (var i = 0; i < count; i++) _telling[i] = At(_from + i);
        var told = writer.TransportFeedback(ownSsrc, mediaSsrc, (ushort)_from, _number, _telling.AsSpan(0, count));
        if (told == 0) return;

        _number++;
        _from += told;
        _nextUs = _from == _end ? long.MaxValue : nowUs;
    }

    private ref long At(long sequence) => ref _arrivals[sequence & (Window - 1)];
}
