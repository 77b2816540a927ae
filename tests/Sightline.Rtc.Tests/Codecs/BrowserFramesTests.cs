using System.Security.Cryptography;
using Sightline.Rtc.Codecs;
using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Tests.Captures;

namespace Sightline.Rtc.Tests.Codecs;

/// <summary>From the packets that a browser sent come the frames that its encoder gave it to send, byte by byte.</summary>
public class BrowserFramesTests
{
    private static readonly Dictionary<string, MediaCodec> Codecs = new(StringComparer.Ordinal)
    {
        ["VP8"] = MediaCodec.Vp8,
        ["VP9"] = MediaCodec.Vp9,
        ["AV1"] = MediaCodec.Av1,
        ["H264"] = MediaCodec.H264,
    };

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void Every_frame_of_video_is_the_encoders(string name)
    {
        var capture = Capture.Load(name);
        var encoded = capture.Frames.Where(frame => frame.Kind == "video").ToList();

        var frames = Frames(capture, capture.Video, Codecs[capture.Codec], drop: -1);

        frames.Count.ShouldBeGreaterThan(0);
        frames.ShouldBe([.. encoded.Take(frames.Count).Select(frame => new Seen(frame.Timestamp, frame.Key, Size(capture, frame), frame.Sha256))]);
        encoded.Count.ShouldBeLessThanOrEqualTo(frames.Count + 1, "the capture ends within a frame at most");
        frames[0].IsKey.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void Every_packet_of_sound_is_the_encoders(string name)
    {
        var capture = Capture.Load(name);
        var encoded = capture.Frames.Where(frame => frame.Kind == "audio").Select(frame => (frame.Timestamp, frame.Sha256)).ToList();

        var frames = Frames(capture, capture.Audio, MediaCodec.Opus, drop: -1);

        frames.Select(frame => (frame.Timestamp, frame.Sha256)).ShouldBe(encoded.Take(frames.Count));
        frames.Zip(frames.Skip(1)).ShouldAllBe(pair => pair.Second.Timestamp - pair.First.Timestamp == 960);
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void Without_any_one_packet_the_frames_that_come_out_are_still_the_encoders(string name)
    {
        var capture = Capture.Load(name);
        var whole = Frames(capture, capture.Video, Codecs[capture.Codec], drop: -1);
        var packets = capture.With(capture.PayloadType(capture.Video, capture.Codec)).Count();
        for (var drop = 1; drop < packets; drop++)
        {
            var frames = Frames(capture, capture.Video, Codecs[capture.Codec], drop);

            frames.Except(whole).ShouldBeEmpty($"without packet {drop}");
            frames.Count.ShouldBeGreaterThanOrEqualTo(whole.Count - 2, $"without packet {drop}");
        }
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void A_key_frame_is_seen_at_its_first_packet(string name)
    {
        var capture = Capture.Load(name);
        var codec = Codecs[capture.Codec];
        var keys = new List<uint>();
        foreach (var captured in capture.With(capture.PayloadType(capture.Video, capture.Codec)))
        {
            RtpPacket.Parse(captured.Bytes, out var packet).ShouldBe(RtpFault.None);
            if (Depacketiser.BeginsKeyFrame(codec, packet.Payload)) keys.Add(packet.Timestamp);
        }

        keys.Distinct().ShouldBe(capture.Frames.Where(frame => frame is { Kind: "video", Key: true }).Select(frame => frame.Timestamp));
    }

    private static (int, int) Size(Capture capture, EncodedFrame frame)
    {
        if (!frame.Key) return (0, 0);
        var isFirst = capture.Frames.First(other => other.Kind == "video").Timestamp == frame.Timestamp;
        var size = capture.Sizes[isFirst ? 0 : 1];
        return (size[0], size[1]);
    }

    private static List<Seen> Frames(Capture capture, MediaSection section, MediaCodec codec, int drop)
    {
        var settings = new ReceiveTrackSettings { ClockRate = codec == MediaCodec.Opus ? 48_000 : 90_000, Codec = codec, Nack = false, ReorderWaitUs = 0 };
        var depacketiser = Depacketiser.For(codec);
        var frames = new List<Seen>();
        var name = codec == MediaCodec.Opus ? "opus" : capture.Codec;
        var track = new ReceiveTrack(section.Ssrcs[0], settings, new PacketPool());
        var number = 0;
        foreach (var captured in capture.With(capture.PayloadType(section, name)))
        {
            RtpPacket.Parse(captured.Bytes, out var packet).ShouldBe(RtpFault.None);
            if (number++ != drop) track.Handle(packet, 1000 * captured.AtMs);
            while (track.TryTake(1000 * captured.AtMs, out var output))
            {
                if (output.Gap is not null)
                {
                    depacketiser.Gap();
                    continue;
                }

                RtpPacket.Parse(output.Bytes, out var next).ShouldBe(RtpFault.None);
                if (!depacketiser.TryAdd(next.Payload, next.Marker, output.Timestamp, out var frame)) continue;
                // Encoders put a temporal delimiter in front, which RTP leaves out.
                byte[] data = codec == MediaCodec.Av1 ? [0x12, 0x00, .. frame.Data] : frame.Data.ToArray();
                var hash = Convert.ToHexStringLower(SHA256.HashData(data).AsSpan(0, 8));
                frames.Add(new Seen((uint)frame.Timestamp, frame.IsKey, (frame.Width, frame.Height), hash));
            }
        }

        return frames;
    }

    private sealed record Seen(uint Timestamp, bool IsKey, (int Width, int Height) Size, string Sha256);
}
