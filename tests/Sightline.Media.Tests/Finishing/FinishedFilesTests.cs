using System.Buffers.Binary;
using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Recording.Tests.Muxing;
using Sightline.Rtc.Tests.Captures;

namespace Sightline.Media.Tests.Finishing;

/// <summary>Journals become files that ffmpeg reads and decodes whole.</summary>
public sealed class FinishedFilesTests : IDisposable
{
    private readonly RecordedCall _call = new();

    public void Dispose() => _call.Dispose();

    [Theory]
    [InlineData(nameof(Codec.Vp9), "video/mp4", "person-1.mp4")]
    [InlineData(nameof(Codec.Vp8), "video/webm", "person-1.webm")]
    public async Task Microphone_and_camera_become_one_file(string codec, string type, string name)
    {
        var sound = new Sender(_call.Track(TrackKind.Microphone), Film.Tone, 111, 1);
        var picture = new Sender(_call.Track(TrackKind.Camera), Film.Of(Enum.Parse<Codec>(codec)), 98, 2);
        foreach (var sender in new[] { sound, picture })
        {
            sender.Begin(0);
            sender.Play(0, 4000);
        }

        var finished = await _call.FinishedAsync();

        var file = finished.Files.ShouldHaveSingleItem();
        (file.Name, file.Kind, file.PersonId, file.ContentType).ShouldBe((name, FinishedFileKind.Person, RecordedCall.Person(1), type));
        file.From.ShouldBe(TimeSpan.Zero);
        file.Length.TotalMilliseconds.ShouldBe(4000, 50);
        file.Bytes.ShouldBe(new FileInfo(_call.PathOf(file)).Length);
        finished.Length.ShouldBe(file.Length);
        finished.Gaps.ShouldBeEmpty();
        finished.StartedAt.ShouldBe(RecordedCall.Ms(30), TimeSpan.FromMilliseconds(1));
        var probed = Ffmpeg.Probe(_call.PathOf(file));
        probed.Picture.Frames.ShouldBe(100);
        probed.Sound.Frames.ShouldBe(200);
        probed.Seconds.ShouldBe(4, 0.05);
        File.Exists(Path.Combine(_call.FinishedFolder, name)).ShouldBeTrue();
        Directory.GetFiles(_call.FinishedFolder).ShouldHaveSingleItem();
        Directory.Exists(Path.Combine(_call.Folder, "finished.partial")).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public async Task What_a_browser_sent_becomes_a_file_with_every_frame(string name)
    {
        var capture = Capture.Load(name);
        var whole = Write(capture);

        var finished = await _call.FinishedAsync();

        var file = finished.Files.ShouldHaveSingleItem();
        file.ContentType.ShouldBe(capture.Codec == "VP8" ? "video/webm" : "video/mp4");
        finished.Gaps.ShouldBeEmpty();
        var probed = Ffmpeg.Probe(_call.PathOf(file));
        probed.Picture.Frames.ShouldBe(whole.Frames);
        probed.Sound.Frames.ShouldBe(whole.Packets);
        (probed.Picture.Width, probed.Picture.Height).ShouldBe((capture.Sizes[0][0], capture.Sizes[0][1]));
    }

    /// <summary>Writes what was captured as a node does; returns how many frames of video are whole, and packets of sound.</summary>
    private (int Frames, int Packets) Write(Capture capture)
    {
        var (microphone, camera) = (_call.Track(TrackKind.Microphone), _call.Track(TrackKind.Camera));
        var (sound, picture) = (capture.PayloadType(capture.Audio, "opus"), capture.PayloadType(capture.Video, capture.Codec));
        microphone.Format(new StreamFormat(sound, Codec.Opus, 48_000, 2), RecordedCall.Start);
        camera.Format(new StreamFormat(picture, Enum.Parse<Codec>(capture.Codec, ignoreCase: true), 90_000, 0), RecordedCall.Start);
        foreach (var packet in capture.Packets)
        {
            var at = RecordedCall.Ms(packet.AtMs);
            var type = packet.Bytes[1] & 127;
            if (packet.IsRtcp)
                Report(capture, packet.Bytes, at, microphone, camera);
            else if (type == sound)
                microphone.Packet(packet.Bytes, at);
            else if (type == picture)
                camera.Packet(packet.Bytes, at);
        }

        var sent = capture.With(picture).Where(packet => (packet.Bytes[1] & 0x80) != 0)
            .Select(packet => BinaryPrimitives.ReadUInt32BigEndian(packet.Bytes.AsSpan(4))).ToHashSet();
        return (capture.Frames.Count(frame => frame.Kind == "video" && sent.Contains(frame.Timestamp)), capture.With(sound).Count());
    }

    private static void Report(Capture capture, byte[] rtcp, DateTimeOffset at, RecordedTrack microphone, RecordedTrack camera)
    {
        if (rtcp[1] != 200)
            return;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(rtcp.AsSpan(4));
        var report = new SenderReport(
            ssrc, BinaryPrimitives.ReadUInt64BigEndian(rtcp.AsSpan(8)), BinaryPrimitives.ReadUInt32BigEndian(rtcp.AsSpan(16)), 0, 0);
        if (capture.Audio.Ssrcs.Contains(ssrc))
            microphone.Report(report, at);
        else if (capture.Video.Ssrcs.Contains(ssrc))
            camera.Report(report, at);
    }
}
