namespace Sightline.Recording.Muxing.WebM;

/// <summary>Where a WebM file goes. What is known only at the end is put in its place then.</summary>
public interface IWebMSink
{
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Replaces bytes that were written.</summary>
    void Patch(long offset, ReadOnlySpan<byte> bytes);
}
