using Sightline.Media.Finishing;
using Sightline.Recording;
using Sightline.Rtc.Codecs;

namespace Sightline.Media.Tests.Finishing;

/// <summary>Which frames can be decoded after some were lost.</summary>
public sealed class FrameChainTests
{
    private readonly FrameChain _chain = new();
    private int _picture = 0x7FFE;
    private byte _lowest = 254;

    [Fact]
    public void Nothing_can_be_decoded_before_a_key_frame()
    {
        Vp8(layer: 0).ShouldBeFalse();
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
        Vp8(layer: 0).ShouldBeTrue();
    }

    [Fact]
    public void A_lost_frame_of_a_higher_layer_breaks_that_layer_until_it_begins_anew()
    {
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
        Vp8(layer: 1, isSync: true).ShouldBeTrue();
        Vp8(layer: 0).ShouldBeTrue();
        Lose(layer: 1);
        Vp8(layer: 0).ShouldBeTrue();
        Vp8(layer: 1).ShouldBeFalse();
        Vp8(layer: 0).ShouldBeTrue();
        Vp8(layer: 1, isSync: true).ShouldBeTrue();
        Vp8(layer: 1).ShouldBeTrue();
    }

    [Fact]
    public void A_lost_frame_of_the_lowest_layer_breaks_all()
    {
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
        Lose(layer: 0);
        Vp8(layer: 1, isSync: true).ShouldBeFalse();
        Vp8(layer: 0).ShouldBeFalse();
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
        Vp8(layer: 1).ShouldBeTrue();
    }

    [Fact]
    public void Where_nothing_was_lost_but_padding_all_goes_on()
    {
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
        _chain.Suspect();
        Vp8(layer: 0).ShouldBeTrue();
        _chain.Suspect();
        Vp8(layer: 0).ShouldBeTrue();
    }

    [Fact]
    public void Another_stream_begins_with_a_key_frame_whatever_its_numbers()
    {
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
        _chain.Restart();
        Vp8(layer: 0).ShouldBeFalse();
        Vp8(layer: 0, isKey: true).ShouldBeTrue();
    }

    [Fact]
    public void A_picture_of_VP9_at_which_layers_may_be_changed_mends_the_higher_ones()
    {
        Vp9(layer: 0, isKey: true).ShouldBeTrue();
        Lose(layer: 2);
        Vp9(layer: 0).ShouldBeTrue();
        Vp9(layer: 2).ShouldBeFalse();
        Vp9(layer: 0, isSwitch: true).ShouldBeTrue();
        Vp9(layer: 2).ShouldBeTrue();
    }

    [Fact]
    public void Without_numbers_any_loss_breaks_all()
    {
        Plain(isKey: true).ShouldBeTrue();
        Plain(isKey: false).ShouldBeTrue();
        _chain.Suspect();
        Plain(isKey: false).ShouldBeFalse();
        Plain(isKey: true).ShouldBeTrue();
    }

    [Fact]
    public void Descriptors_that_end_too_early_say_nothing()
    {
        for (var length = 0; length < 6; length++)
        {
            var bytes = Enumerable.Repeat((byte)0xFF, length).ToArray();
            FrameNumbers.OfVp8(bytes).ShouldSatisfyAllConditions(numbers => (numbers.Layer is >= 0 and < 8).ShouldBeTrue());
            FrameNumbers.OfVp9(bytes).ShouldSatisfyAllConditions(numbers => (numbers.Layer is >= 0 and < 8).ShouldBeTrue());
        }
    }

    private void Lose(int layer)
    {
        Count(layer);
        _chain.Suspect();
    }

    private void Count(int layer)
    {
        _picture = (_picture + 1) & 0x7FFF;
        if (layer == 0)
            _lowest++;
    }

    /// <summary>RFC 7741 §4.2 with all of its fields.</summary>
    private bool Vp8(int layer, bool isKey = false, bool isSync = false)
    {
        Count(layer);
        byte[] payload =
        [
            0x90, 0xE0, (byte)(0x80 | (_picture >> 8)), (byte)_picture, _lowest,
            (byte)((layer << 6) | (isSync ? 0x20 : 0)), (byte)(isKey ? 0 : 1),
        ];
        _chain.Look(Codec.Vp8, payload);
        return _chain.CanDecode(new Frame(payload, 0, isKey));
    }

    /// <summary>RFC 9628 §4.2, not flexible.</summary>
    private bool Vp9(int layer, bool isKey = false, bool isSwitch = false)
    {
        Count(layer);
        byte[] payload =
        [
            (byte)(0xAC | (isKey ? 0 : 0x40)), (byte)(0x80 | (_picture >> 8)), (byte)_picture,
            (byte)((layer << 5) | (isSwitch ? 0x10 : 0)), _lowest, 0,
        ];
        _chain.Look(Codec.Vp9, payload);
        return _chain.CanDecode(new Frame(payload, 0, isKey));
    }

    private bool Plain(bool isKey)
    {
        _chain.Look(Codec.H264, [0]);
        return _chain.CanDecode(new Frame([0], 0, isKey));
    }
}
