using Sightline.Rtc.Rtp;

namespace Sightline.Rtc.Tests.Rtp;

public class UnwrappingTests
{
    [Fact]
    public void Sequence_numbers_go_on_over_the_wrap_and_back()
    {
        var unwrapper = default(SequenceUnwrapper);
        ushort[] numbers = [65_534, 65_535, 1, 0, 65_533, 2, 32_769, 65_535, 0];

        numbers.Select(number => unwrapper.Unwrap(number))
            .ShouldBe([65_534, 65_535, 65_537, 65_536, 65_533, 65_538, 98_305, 131_071, 131_072]);
    }

    [Fact]
    public void What_came_before_the_first_is_below_it()
    {
        var unwrapper = default(SequenceUnwrapper);

        unwrapper.Unwrap(0).ShouldBe(0);
        unwrapper.Unwrap(65_535).ShouldBe(-1);
        unwrapper.Highest.ShouldBe(0);
    }

    [Theory]
    [InlineData(100, 101, 101)]
    [InlineData(100, 100, 65_636)]
    [InlineData(100, 5, 65_541)]
    [InlineData(65_535, 0, 65_536)]
    public void A_restart_goes_on_above_all_that_was(int last, int first, long unwrapped)
    {
        var unwrapper = default(SequenceUnwrapper);
        unwrapper.Unwrap((ushort)last);

        unwrapper.Restart((ushort)first);

        unwrapper.Highest.ShouldBe(unwrapped);
        ((ushort)unwrapper.Highest).ShouldBe((ushort)first);
    }

    [Fact]
    public void Timestamps_go_on_over_the_wrap_and_back()
    {
        var unwrapper = default(TimestampUnwrapper);
        uint[] timestamps = [0xFFFF_FF00, 0x100, 0xFFFF_FFF0, 0x7000_0000];

        timestamps.Select(timestamp => unwrapper.Unwrap(timestamp))
            .ShouldBe([0xFFFF_FF00, 0x1_0000_0100, 0xFFFF_FFF0, 0x1_7000_0000]);
    }
}
