using System.Buffers.Binary;
using System.Text.Json;
using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Tests.Captures;

/// <summary>One packet that a browser sent.</summary>
public sealed record CapturedPacket(long AtMs, byte[] Bytes)
{
    /// <summary>RFC 5761, 4: payload types 64 to 95 with their marker bit are RTCP's packet types.</summary>
    public bool IsRtcp => Bytes[1] is >= 192 and <= 223;
}

/// <summary>One frame as the encoder gave it to the packetiser.</summary>
public sealed record EncodedFrame(string Kind, uint Timestamp, bool Key, int Length, string Sha256);

public sealed record MediaSection(
    string Kind, string Mid, IReadOnlyDictionary<string, string> Codecs, IReadOnlyDictionary<string, byte> Rtx,
    IReadOnlyDictionary<string, string> Extensions, IReadOnlyList<uint> Ssrcs)
{
    public KnownExtensions Known => Extensions.Aggregate(default(KnownExtensions), (known, pair) => known.With(pair.Value, byte.Parse(pair.Key)));
}

/// <summary>What a browser sent; README.md beside the files says how they were made.</summary>
/// <param name="Sizes">Of the picture, before and after it changes.</param>
public sealed record Capture(
    string Name, string Codec, IReadOnlyList<int[]> Sizes, IReadOnlyList<MediaSection> Media, IReadOnlyList<EncodedFrame> Frames)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<string> Names { get; } =
        ["chromium-vp8", "chromium-vp9", "chromium-av1", "chromium-h264", "firefox-vp8", "firefox-vp9", "firefox-av1"];

    public static TheoryData<string> All { get; } = [.. Names];

    public IReadOnlyList<CapturedPacket> Packets { get; private init; } = [];

    public MediaSection Audio => Media.First(section => section.Kind == "audio");

    public MediaSection Video => Media.First(section => section.Kind == "video");

    public IEnumerable<CapturedPacket> Rtp => Packets.Where(packet => !packet.IsRtcp);

    public IEnumerable<CapturedPacket> Rtcp => Packets.Where(packet => packet.IsRtcp);

    /// <summary>Of several payload types with one codec, the one that was used.</summary>
    public byte PayloadType(MediaSection section, string codec) =>
        section.Codecs.Where(pair => pair.Value == codec).Select(pair => byte.Parse(pair.Key)).First(type => With(type).Any());

    public static Capture Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Captures", name);
        var capture = JsonSerializer.Deserialize<Capture>(File.ReadAllText(path + ".json"), Json)!;
        return capture with { Name = name, Packets = [.. Read(File.ReadAllBytes(path + ".rtp"))] };
    }

    public IEnumerable<CapturedPacket> With(byte payloadType) => Rtp.Where(packet => (packet.Bytes[1] & 0x7F) == payloadType);

    private static IEnumerable<CapturedPacket> Read(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 4));
            yield return new CapturedPacket(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)), file[(at + 6)..(at + 6 + length)]);
            at += 6 + length;
        }
    }
}
