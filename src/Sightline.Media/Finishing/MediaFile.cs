using Sightline.Recording;
using Sightline.Recording.Composition;
using Sightline.Recording.Muxing;
using Sightline.Recording.Muxing.Mp4;
using Sightline.Recording.Muxing.WebM;
using Sightline.Rtc.Codecs;

namespace Sightline.Media.Finishing;

/// <summary>A file that is complete, with what a film of all needs to know of it. Times are from the timeline's origin.</summary>
internal sealed record MadeFile(
    string Path, FinishedFileKind Kind, Guid? PersonId, string ContentType, long Bytes, TimeSpan From, TimeSpan Length,
    bool HasSound, IReadOnlyList<TimeSpanRange> Pictures)
{
    public MadeFile MovedBack(TimeSpan by) => this with
    {
        From = From - by,
        Pictures = [.. Pictures.Select(range => new TimeSpanRange(range.Start - by, range.End - by))],
    };
}

/// <summary>One file that is being made: of sound and picture, or of one of them. It begins with its first frame.</summary>
internal sealed class MediaFile : IDisposable
{
    /// <summary>A picture that does not change for longer has gone.</summary>
    private static readonly TimeSpan PictureGoesAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastPictureLength = TimeSpan.FromSeconds(1.0 / 30);
    private const int MaxPictureRanges = 256;

    private readonly FileTarget _target;
    private readonly Mp4Muxer? _mp4;
    private readonly WebMMuxer? _webM;
    private readonly Codec? _picture;
    private readonly bool _declaresSound;
    private readonly List<TimeSpanRange> _pictures = [];
    private TimeSpan? _from;
    private TimeSpan _soundEnd;
    private TimeSpan _pictureEnd;
    private bool _hasSound;

    /// <param name="path">Without its ending, which the container gives.</param>
    /// <param name="picture">The codec of its picture; <c>null</c> when it is sound alone.</param>
    public MediaFile(IFinishedDisk disk, string path, Codec? picture, bool hasSound)
    {
        (_picture, _declaresSound) = (picture, hasSound);
        List<Codec> tracks = [];
        if (hasSound)
            tracks.Add(Codec.Opus);
        if (picture is { } codec)
            tracks.Add(codec);
        // No browser plays VP8 in MP4.
        var isWebM = picture == Codec.Vp8;
        _target = new FileTarget(disk, path + (isWebM ? ".webm" : ".mp4"), isWebM);
        if (isWebM)
            _webM = new WebMMuxer(_target, tracks, MuxLimits.Default);
        else
            _mp4 = new Mp4Muxer(_target, tracks, MuxLimits.Default);
    }

    public bool IsEmpty => _from is null;

    /// <summary>Whether a frame of this codec can be added; otherwise it is for another file.</summary>
    public bool Takes(Codec codec) => codec == Codec.Opus ? _declaresSound : codec == _picture;

    public void Add(in WaitingFrame waiting)
    {
        var isSound = waiting.Codec == Codec.Opus;
        var from = _from ?? waiting.At;
        var frame = new MediaFrame
        {
            Track = isSound || !_declaresSound ? 0 : 1,
            Data = waiting.Data,
            At = waiting.At - from,
            // What has no size in its own header is no picture to begin with.
            IsKeyframe = waiting.IsKey && (isSound || waiting.Width > 0),
            Width = waiting.Width,
            Height = waiting.Height,
        };
        if ((_mp4 is null ? _webM!.Add(frame) : _mp4.Add(frame)) is not null)
            return;
        _from = from;
        if (isSound)
        {
            _hasSound = true;
            _soundEnd = waiting.At + TimeSpan.FromMicroseconds(OpusDepacketiser.DurationUs(waiting.Data));
        }
        else
        {
            Show(waiting.At);
        }
    }

    /// <summary>Completes the file and makes it durable.</summary>
    public MadeFile Finish(FinishedFileKind kind, Guid personId)
    {
        var from = _from ?? TimeSpan.Zero;
        var hasPicture = _pictures.Count > 0;
        var end = _soundEnd > _pictureEnd ? _soundEnd : _pictureEnd;
        var lastPicture = hasPicture ? _pictureEnd - from : TimeSpan.Zero;
        if (_mp4 is not null)
            _target.Finish(_mp4.Finish(lastPicture));
        else
            _webM!.Finish(lastPicture);
        var bytes = _target.Complete();
        var type = _mp4 is null ? "video/webm" : hasPicture ? "video/mp4" : "audio/mp4";
        return new MadeFile(_target.Path, kind, personId, type, bytes, from, end - from, _hasSound, _pictures);
    }

    public void Dispose() => _target.Dispose();

    private void Show(TimeSpan at)
    {
        var goesOn = _pictures.Count > 0 && (at - _pictureEnd <= PictureGoesAfter || _pictures.Count == MaxPictureRanges);
        var start = goesOn ? _pictures[^1].Start : at;
        _pictureEnd = at + LastPictureLength;
        if (goesOn)
            _pictures[^1] = new TimeSpanRange(start, _pictureEnd);
        else
            _pictures.Add(new TimeSpanRange(start, _pictureEnd));
    }
}
