using System.Runtime.CompilerServices;

namespace Sightline.Rtc.Srtp;

/// <summary>
/// What is remembered of one SSRC in one direction: the highest index, and which of the <see
/// cref="SrtpLimits.ReplayWindowPackets"/> before it were seen (RFC 3711 §3.3).
/// </summary>
internal sealed class SrtpStream
{
    private const int WindowWords = SrtpLimits.ReplayWindowPackets / 64;

    private Window _seen;
    private long _highest = -1;

    /// <summary>
    /// The 48-bit index that a sequence number most likely stands for: roll-over counter and sequence number, nearest to the
    /// highest index (RFC 3711 §3.3.1). Negative: from before the first roll-over counter.
    /// </summary>
    public long IndexOf(ushort sequence)
    {
        if (_highest < 0) return sequence;

        var rollover = _highest >> 16;
        var newest = (ushort)_highest;
        if (newest < 0x8000)
            return (sequence - newest > 0x8000 ? (rollover - 1) << 16 : rollover << 16) + sequence;

        return (newest - 0x8000 > sequence ? (rollover + 1) << 16 : rollover << 16) + sequence;
    }

    public bool IsReplay(long index) => index <= _highest - SrtpLimits.ReplayWindowPackets || (index <= _highest && IsSeen(index));

    /// <summary>Remembers an index that is no replay; call it for authentic packets only.</summary>
    public void Take(long index)
    {
        if (index > _highest)
        {
            if (index - _highest >= SrtpLimits.ReplayWindowPackets)
                _seen = default;
            else
                for (var skipped = _highest + 1; skipped < index; skipped++) Word(skipped) &= ~Bit(skipped);

            _highest = index;
        }

        Word(index) |= Bit(index);
    }

    private bool IsSeen(long index) => (Word(index) & Bit(index)) != 0;

    private ref ulong Word(long index) => ref _seen[(int)((index >> 6) % WindowWords)];

    private static ulong Bit(long index) => 1UL << (int)(index & 63);

    [InlineArray(WindowWords)]
    private struct Window
    {
        private ulong _first;
    }
}

/// <summary>The streams of one direction, RTP or RTCP. A stream is added once its first packet has proved authentic.</summary>
internal sealed class SrtpStreams
{
    private readonly Dictionary<uint, SrtpStream> _streams = [];

    /// <summary>For the next new SSRC, so that forged ones cost no allocation.</summary>
    private SrtpStream? _spare;
    private SrtpStream? _latest;
    private uint _latestSsrc;

    /// <summary>The stream, or a new one that is not yet among the others; null when there are too many.</summary>
    public SrtpStream? Find(uint ssrc)
    {
        if (_latest is not null && _latestSsrc == ssrc) return _latest;
        if (_streams.TryGetValue(ssrc, out var stream))
        {
            (_latest, _latestSsrc) = (stream, ssrc);
            return stream;
        }

        return _streams.Count < SrtpLimits.MaxStreams ? _spare ??= new SrtpStream() : null;
    }

    /// <summary>Keeps a stream that <see cref="Find"/> gave.</summary>
    public void Keep(uint ssrc, SrtpStream stream)
    {
        if (!ReferenceEquals(stream, _spare)) return;

        _streams.Add(ssrc, stream);
        _spare = null;
    }
}
