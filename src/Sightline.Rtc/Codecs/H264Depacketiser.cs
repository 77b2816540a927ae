namespace Sightline.Rtc.Codecs;

/// <summary>
/// H.264 over RTP (RFC 6184): single NAL units, aggregates (STAP-A) and fragments (FU-A), as packetization modes 0 and 1 have them.
/// </summary>
public sealed class H264Depacketiser : IDepacketiser
{
    private const int MaxNalUnitType = 23;
    private const int Aggregate = 24;
    private const int Fragment = 28;

    private readonly FrameAssembly _assembly = new();
    private bool _isKey;
    private bool _inFragment;
    private bool _hasSlice;
    private (int Width, int Height) _size;

    public long Dropped => _assembly.Dropped;

    private static ReadOnlySpan<byte> StartCode => [0, 0, 0, 1];

    /// <summary>Whether a key frame begins with this payload: a sequence parameter set, or an IDR slice where none came with it.</summary>
    public static bool BeginsKeyFrame(ReadOnlySpan<byte> payload) =>
        FirstUnitType(payload) is H264NalUnit.IdrSlice or H264NalUnit.SequenceParameters;

    public bool TryAdd(ReadOnlySpan<byte> payload, bool marker, long timestamp, out Frame frame)
    {
        frame = default;
        if (payload.IsEmpty) return false;

        // That a picture begins is sure only at a key frame's parameters; behind a gap, nothing else is believed.
        var isContinued = (payload[0] & 0x1F) == Fragment && payload.Length > 1 && (payload[1] & 0x80) == 0;
        if (_assembly.Begin(timestamp, !isContinued, FirstUnitType(payload) == H264NalUnit.SequenceParameters))
        {
            if (_assembly.Buffer.Length == 0) (_isKey, _inFragment, _hasSlice, _size) = (false, false, false, default);
            if (!TryAddUnits(payload)) _assembly.Break();
        }

        if (!_assembly.End(marker) || !_hasSlice || _inFragment) return false;

        frame = new Frame(_assembly.Buffer.Bytes, timestamp, _isKey, _size.Width, _size.Height);
        return true;
    }

    public void Gap() => _assembly.Gap();

    /// <summary>The type of the NAL unit that begins with this payload; 0: none does.</summary>
    private static int FirstUnitType(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return 0;

        var type = payload[0] & 0x1F;
        return type switch
        {
            Fragment => (payload[1] & 0x80) != 0 ? payload[1] & 0x1F : 0,
            Aggregate => payload.Length > 3 ? payload[3] & 0x1F : 0,
            _ => type,
        };
    }

    private bool TryAddUnits(ReadOnlySpan<byte> payload)
    {
        var type = payload[0] & 0x1F;
        if (type == Fragment) return TryAddFragment(payload);
        if (_inFragment) return false;
        if (type is >= 1 and <= MaxNalUnitType)
        {
            AddUnit(payload);
            return true;
        }

        if (type != Aggregate) return false;

        for (var rest = payload[1..]; !rest.IsEmpty;)
        {
            if (rest.Length < 3) return false;
            var length = (rest[0] << 8) | rest[1];
            if (length == 0 || length > rest.Length - 2) return false;
            AddUnit(rest.Slice(2, length));
            rest = rest[(2 + length)..];
        }

        return true;
    }

    private bool TryAddFragment(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 3) return false;

        var (starts, ends) = ((payload[1] & 0x80) != 0, (payload[1] & 0x40) != 0);
        if (starts == _inFragment) return false;

        if (starts)
        {
            _assembly.Add(StartCode);
            var header = (byte)((payload[0] & 0xE0) | (payload[1] & 0x1F));
            _assembly.Add([header]);
            Note(header, payload[2..]);
        }

        _assembly.Add(payload[2..]);
        _inFragment = !ends;
        return true;
    }

    private void AddUnit(ReadOnlySpan<byte> unit)
    {
        _assembly.Add(StartCode);
        _assembly.Add(unit);
        Note(unit[0], unit[1..]);
    }

    private void Note(byte header, ReadOnlySpan<byte> body)
    {
        var type = header & 0x1F;
        _isKey |= type == H264NalUnit.IdrSlice;
        _hasSlice |= type is >= 1 and <= H264NalUnit.IdrSlice;
        if (type == H264NalUnit.SequenceParameters && H264NalUnit.Size(body) is { Width: > 0 } size) _size = size;
    }
}
