using Sightline.Rtc.Codecs;

namespace Sightline.Rtc.Tests.Codecs;

public class DepacketiserTests
{
    [Theory]
    [InlineData("00", 10_000)] // SILK, one frame
    [InlineData("18", 60_000)]
    [InlineData("68", 20_000)] // hybrid
    [InlineData("80", 2_500)] // CELT
    [InlineData("FC", 20_000)]
    [InlineData("FD", 40_000)] // two frames
    [InlineData("FF06", 120_000)] // six frames
    [InlineData("FF07", 0)] // more than 120 ms are no packet
    [InlineData("FF", 0)]
    [InlineData("", 0)]
    public void Opus_says_how_long_a_packet_sounds(string hex, long durationUs) =>
        OpusDepacketiser.DurationUs(Convert.FromHexString(hex)).ShouldBe(durationUs);

    [Theory]
    [InlineData("F8", true)]
    [InlineData("F8FF", true)]
    [InlineData("F8FFFE", false)]
    public void A_silent_sender_of_Opus_is_heard(string hex, bool silent) =>
        OpusDepacketiser.IsSilence(Convert.FromHexString(hex)).ShouldBe(silent);

    [Fact]
    public void Vp8_comes_in_parts_behind_every_form_of_descriptor()
    {
        Frames(new Vp8Depacketiser(),
            ("10" + "009D01", false, 1),
            ("80" + "F0" + "8123" + "45" + "67" + "AA", true, 1),
            ("90" + "80" + "12" + "01BB", true, 2)).ShouldBe(["1 key 009D01AA", "2 01BB"]);
    }

    [Fact]
    public void Vp8s_key_frame_says_its_size() =>
        Frames(new Vp8Depacketiser(), ("10" + "1002009D012A80428070", true, 1)).ShouldBe(["1 key 640x12416 1002009D012A80428070"]);

    [Fact]
    public void A_frame_with_a_gap_is_dropped_and_the_next_one_is_not()
    {
        Frames(new Vp8Depacketiser(), ("10" + "01AA", false, 1), ("", false, -1), ("00" + "BB", true, 1), ("10" + "01CC", true, 2))
            .ShouldBe(["2 01CC"]);
        Frames(new Vp8Depacketiser(), ("10" + "01AA", true, 1), ("", false, -1), ("00" + "BB", true, 2), ("10" + "01CC", true, 3))
            .ShouldBe(["1 01AA", "3 01CC"]);
        Frames(new Vp8Depacketiser(), ("10" + "01AA", false, 1), ("10" + "01CC", true, 2)).ShouldBe(["2 01CC"]);
    }

    [Fact]
    public void Vp9_keeps_the_layers_of_a_picture_together()
    {
        Frames(new Vp9Depacketiser(),
            // Picture ID of 15 bits, layer 0 and its structure of two sizes with one group of pictures.
            ("AB" + "8001" + "00" + "00" + "38" + "0140" + "00B4" + "0280" + "0168" + "01" + "04" + "01" + "AA", false, 1),
            ("AC" + "8001" + "02" + "00" + "BB", true, 1),
            // The next: flexible, predicted from two pictures.
            ("FC" + "02" + "00" + "03" + "04" + "CC", true, 2)).ShouldBe(["1 key AABB", "2 CC"]);
    }

    [Fact]
    public void H264_comes_as_single_units_aggregates_and_fragments()
    {
        Frames(new H264Depacketiser(),
            ("78" + "0002" + "6764" + "0003" + "68EE3C", false, 1),
            ("7C85" + "AA", false, 1),
            ("7C05" + "BB", false, 1),
            ("7C45" + "CC", true, 1),
            ("41DD", true, 2)).ShouldBe(["1 key 00000001676400000001" + "68EE3C" + "00000001" + "65AABBCC", "2 0000000141DD"]);
    }

    [Fact]
    public void H264_that_contradicts_itself_is_dropped()
    {
        Frames(new H264Depacketiser(), ("7C85AA", false, 1), ("7C85AA", true, 1)).ShouldBeEmpty();
        Frames(new H264Depacketiser(), ("7C05AA", true, 1)).ShouldBeEmpty();
        Frames(new H264Depacketiser(), ("7C85AA", true, 1)).ShouldBeEmpty();
        Frames(new H264Depacketiser(), ("7800FF41", true, 1)).ShouldBeEmpty();
        Frames(new H264Depacketiser(), ("59AA", true, 1)).ShouldBeEmpty();
        Frames(new H264Depacketiser(), ("674200", true, 1)).ShouldBeEmpty();
    }

    [Fact]
    public void Behind_a_gap_H264_and_AV1_are_believed_again_at_a_key_frame()
    {
        Frames(new H264Depacketiser(), ("41AA", true, 1), ("", false, -1), ("41BB", true, 2), ("41CC", true, 3)).ShouldBe(["1 0000000141AA", "3 0000000141CC"]);
        Frames(new H264Depacketiser(), ("41AA", true, 1), ("", false, -1), ("65BB", true, 2), ("7800026742000265CC", true, 3))
            .ShouldBe(["1 0000000141AA", "3 key 00000001674200000001" + "65CC"]);
        Frames(new Av1Depacketiser(), ("1030AA", true, 1), ("", false, -1), ("1030BB", true, 2), ("1030CC", true, 3)).ShouldBe(["1 3201AA", "3 3201CC"]);
    }

    [Theory]
    [InlineData("42C01ED9005005BA10000003001000000303C0F162E480", 1280, 720)]
    [InlineData("64001FACD9405005BA1000000300100000030320F1831960", 1280, 720)]
    [InlineData("640028ACD940780227E5C044000003000400000300F03C60C658", 1920, 1080)]
    [InlineData("4200", 0, 0)]
    public void H264s_parameters_say_the_size(string hex, int width, int height) =>
        H264NalUnit.Size(Convert.FromHexString(hex)).ShouldBe((width, height));

    [Fact]
    public void Av1s_units_get_their_sizes_and_lose_their_delimiters()
    {
        // Three elements (W = 3): a delimiter, a sequence header, and a frame that goes on in the next packet (Y, then Z).
        Frames(new Av1Depacketiser(),
            ("78" + "0110" + "0408000000" + "30AABB", false, 1),
            ("90" + "CCDD", true, 1)).ShouldBe(["1 key 0A03000000" + "3204AABBCCDD"]);
    }

    [Fact]
    public void Av1s_elements_without_a_count_all_have_lengths()
    {
        Frames(new Av1Depacketiser(), ("00" + "0230AA" + "0334" + "01" + "BB", true, 1)).ShouldBe(["1 3201AA" + "360101BB"]);
        Frames(new Av1Depacketiser(), ("00" + "0530AA", true, 1)).ShouldBeEmpty();
        Frames(new Av1Depacketiser(), ("1032" + "02" + "AABB", true, 1)).ShouldBe(["1 3202AABB"], "a size that was there stays");
    }

    [Fact]
    public void In_the_steady_state_nothing_is_allocated()
    {
        var depacketisers = Enum.GetValues<MediaCodec>().Select(Depacketiser.For).ToArray();
        var payload = new byte[1200];
        Run(0, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100, 5_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run(int from, int until)
        {
            for (var i = from; i < until; i++)
            {
                payload[0] = (byte)(i % 7 == 0 ? 0x10 : i);
                foreach (var depacketiser in depacketisers) depacketiser.TryAdd(payload, i % 10 == 9, i / 10, out _);
            }
        }
    }

    /// <summary>Feeds packets as (payload, marker, timestamp); timestamp -1 is a gap.</summary>
    private static List<string> Frames(IDepacketiser depacketiser, params ReadOnlySpan<(string Hex, bool Marker, int Timestamp)> packets)
    {
        var frames = new List<string>();
        foreach (var (hex, marker, timestamp) in packets)
        {
            if (timestamp < 0) depacketiser.Gap();
            else if (depacketiser.TryAdd(Convert.FromHexString(hex), marker, timestamp, out var frame))
                frames.Add($"{frame.Timestamp} {(frame.IsKey ? "key " : "")}{(frame.Width > 0 ? $"{frame.Width}x{frame.Height} " : "")}{Convert.ToHexString(frame.Data)}");
        }

        return frames;
    }
}
