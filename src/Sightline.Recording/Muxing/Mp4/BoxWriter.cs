namespace Sightline.Recording.Muxing.Mp4;

/// <summary>Boxes in boxes (ISO/IEC 14496-12 §4.2); the length of each is filled in at its end.</summary>
internal sealed class BoxWriter(ByteWriter bytes)
{
    private readonly Stack<int> _open = [];

    public ByteWriter Bytes { get; } = bytes;

    public void Begin(string type)
    {
        _open.Push(Bytes.Length);
        Bytes.U32(0);
        Bytes.Ascii(type);
    }

    public void BeginFull(string type, int version = 0, int flags = 0)
    {
        Begin(type);
        Bytes.U32((uint)((version << 24) | flags));
    }

    public void End()
    {
        var at = _open.Pop();
        Bytes.PatchU32(at, (uint)(Bytes.Length - at));
    }
}
