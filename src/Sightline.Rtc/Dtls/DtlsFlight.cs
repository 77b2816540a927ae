namespace Sightline.Rtc.Dtls;

/// <summary>The datagrams that were sent last, kept to be sent again.</summary>
internal sealed class DtlsFlight
{
    private readonly List<int> _ends = [];
    private byte[] _bytes = [];
    private int _used;
    private int _next;

    public bool IsEmpty => _ends.Count == 0;

    /// <summary>Replaces the flight by these records, cut into datagrams at their borders.</summary>
    /// <returns>False: nothing, beyond <see cref="DtlsLimits.MaxFlightBytes"/>, or a record that fits no datagram.</returns>
    public bool Replace(ReadOnlySpan<byte> records)
    {
        Clear();
        if (records.Length is 0 or > DtlsLimits.MaxFlightBytes) return false;

        if (_bytes.Length < records.Length) _bytes = new byte[records.Length];
        records.CopyTo(_bytes);
        var start = 0;
        while (_used < records.Length)
        {
            var bytes = DtlsRecord.FirstBytes(records[_used..]);
            if (bytes is 0 or > DtlsLimits.MaxDatagramBytes) return false;
            if (_used + bytes - start > DtlsLimits.MaxDatagramBytes)
            {
                _ends.Add(_used);
                start = _used;
            }

            _used += bytes;
        }

        _ends.Add(_used);
        return true;
    }

    /// <summary>Has it all sent again.</summary>
    public void Rewind() => _next = 0;

    public void Clear()
    {
        _ends.Clear();
        (_used, _next) = (0, 0);
    }

    /// <returns>Bytes of the next datagram; 0 when all were taken.</returns>
    public int Take(Span<byte> datagram)
    {
        if (_next == _ends.Count) return 0;

        var start = _next == 0 ? 0 : _ends[_next - 1];
        var bytes = _bytes.AsSpan(start, _ends[_next++] - start);
        bytes.CopyTo(datagram);
        return bytes.Length;
    }
}
