using Sightline.Recording.Journal;
using Sightline.Recording.Timeline;

namespace Sightline.Recording.Tests.Timeline;

/// <summary>Everything is where it belongs in the recording, whatever happened on the way.</summary>
public sealed class TrackTimelineTests : IDisposable
{
    private readonly SenderClock _sender = new();
    private readonly Track _sound;
    private readonly Track _picture;

    public TrackTimelineTests() => (_sound, _picture) = (new Track(_sender, Scene.Opus), new Track(_sender, Scene.Vp9));

    public void Dispose()
    {
        _sound.Dispose();
        _picture.Dispose();
    }

    [Fact]
    public void Packets_stand_where_they_were_sent_not_where_they_arrived()
    {
        var stream = new VirtualStream(Scene.Opus, 1);
        _sound.Report(stream.Report(TimeSpan.Zero), S(0.05));
        for (var i = 0; i < 500; i++)
            _sound.Packet(stream.Packet(S(i * 0.02)), S((i * 0.02) + 0.05 + (i % 7 * 0.03)));

        var at = _sound.End(S(11)).Packets.Select(packet => packet.At).ToList();

        at.Count.ShouldBe(500);
        at.Zip(at.Skip(1), (one, next) => (next - one).TotalMilliseconds).ShouldAllBe(ms => Math.Abs(ms - 20) < 0.1);
    }

    [Fact]
    public void Sound_and_picture_of_one_moment_stand_together_although_one_travels_longer()
    {
        var voice = new VirtualStream(Scene.Opus, 1, firstTimestamp: 4_000_000_000) { ClockAhead = TimeSpan.FromHours(-9) };
        var face = new VirtualStream(Scene.Vp9, 2, firstTimestamp: 77) { ClockAhead = TimeSpan.FromHours(-9) };
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 50; i++)
            {
                _sound.Packet(voice.Packet(S(second + (i * 0.02))), S(second + (i * 0.02) + 0.02));
                _picture.Packet(face.Packet(S(second + (i * 0.02))), S(second + (i * 0.02) + 0.3 + (i % 3 * 0.04)));
            }

            if (second % 5 == 4)
                _sound.Report(voice.Report(S(second + 0.99)), S(second + 1));
            _picture.Report(face.Report(S(second + 0.99)), S(second + 1.2));
        }

        Offsets().ShouldAllBe(ms => Math.Abs(ms) < 2);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(20.0)]
    public void Without_a_single_report_arrival_says_where_packets_stand(double firstAtSeconds)
    {
        var voice = new VirtualStream(Scene.Opus, 1);
        for (var i = 0; i < 1000; i++)
            _sound.Packet(voice.Packet(S(i * 0.02)), S(firstAtSeconds + (i * 0.02) + (i % 5 * 0.01)));

        _sound.End(S(90)).Packets[0].At.TotalSeconds.ShouldBe(firstAtSeconds, 0.01);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(600)]
    public void A_pause_that_the_sender_meant_keeps_its_length_and_is_no_gap(double pauseSeconds)
    {
        var voice = new VirtualStream(Scene.Opus, 1, firstTimestamp: uint.MaxValue - 1000);
        _sound.Report(voice.Report(S(0)), S(0));
        for (var i = 0; i < 100; i++)
            _sound.Packet(voice.Packet(S(i * 0.02)), S(i * 0.02));
        for (var i = 0; i < 100; i++)
            _sound.Packet(voice.Packet(S(2 + pauseSeconds + (i * 0.02))), S(2 + pauseSeconds + (i * 0.02)));

        var packets = _sound.End(S(700)).Packets;

        (packets[100].At - packets[99].At).TotalSeconds.ShouldBe(pauseSeconds + 0.02, 0.001);
        packets[100].IsCut.ShouldBeFalse();
        _sound.Gaps.Count.ShouldBe(0);
    }

    [Fact]
    public void A_track_that_comes_late_stands_where_it_came()
    {
        var face = new VirtualStream(Scene.Vp9, 2);
        _picture.Report(face.Report(S(65)), S(65));
        _picture.Packet(face.Packet(S(65)), S(65));

        _picture.End(S(70)).Packets.ShouldHaveSingleItem().At.TotalSeconds.ShouldBe(65, 0.001);
    }

    [Fact]
    public void A_stream_that_comes_back_goes_on_in_the_same_line_with_the_gap_named()
    {
        Send(new VirtualStream(Scene.Vp9, 2), 0, 10);
        _picture.Event(RecordKind.Interrupted, S(10.5), (byte)InterruptionCause.Connection);
        _picture.Event(RecordKind.Resumed, S(17));
        Send(new VirtualStream(Scene.Vp9, 3, firstSequence: 500, firstTimestamp: 123_456), 17, 20);

        var packets = _picture.End(S(21)).Packets;

        packets.Count.ShouldBe(13 * 25);
        packets[^1].At.TotalSeconds.ShouldBe(19.96, 0.01);
        var gap = _picture.Gaps.Listed.ShouldHaveSingleItem();
        gap.Cause.ShouldBe(GapCause.Connection);
        gap.At.TotalSeconds.ShouldBe(9.96, 0.01);
        gap.Length.TotalSeconds.ShouldBe(7.04, 0.01);
    }

    [Fact]
    public void What_came_back_just_before_the_end_is_there()
    {
        var before = new VirtualStream(Scene.Opus, 1);
        _sound.Packet(before.Packet(S(0)), S(0.05));
        _sound.Event(RecordKind.Interrupted, S(1), 1);
        _sound.Event(RecordKind.Resumed, S(2));
        var after = new VirtualStream(Scene.Opus, 2);
        _sound.Packet(after.Packet(S(2)), S(2.05));
        _sound.Packet(after.Packet(S(2.02)), S(2.07));

        _sound.End(S(2.1)).Packets.Count.ShouldBe(3);
    }

    [Fact]
    public void Who_was_silent_when_the_line_broke_left_no_gap()
    {
        _sound.Packet(new VirtualStream(Scene.Opus, 1).Packet(S(0)), S(0.05));
        _sound.Event(RecordKind.Interrupted, S(60), 1);
        _sound.Event(RecordKind.Resumed, S(90));
        _sound.Packet(new VirtualStream(Scene.Opus, 2).Packet(S(90)), S(90.05));

        _sound.End(S(91)).Gaps.Count.ShouldBe(0);
    }

    [Fact]
    public void Another_layer_follows_without_a_gap()
    {
        var high = new VirtualStream(Scene.Vp9, 2);
        var low = new VirtualStream(Scene.Vp9, 3, firstSequence: 9, firstTimestamp: 99);
        _picture.Layer(high.Ssrc, S(0));
        Send(high, 0, 5);
        _picture.Layer(low.Ssrc, S(5));
        Send(low, 5, 10);
        Send(high, 5, 6);
        _picture.Layer(high.Ssrc, S(10));
        Send(high, 10, 12);

        var packets = _picture.End(S(13)).Packets;

        packets.Count.ShouldBe(12 * 25);
        packets.Zip(packets.Skip(1), (one, next) => (next.At - one.At).TotalMilliseconds).ShouldAllBe(ms => Math.Abs(ms - 40) < 1);
        packets.Count(packet => packet.IsCut).ShouldBe(3);
        _picture.Ignored.ShouldBe(25);
        _picture.Gaps.Count.ShouldBe(0);
    }

    [Fact]
    public void Another_codec_follows_in_the_same_line()
    {
        var face = new VirtualStream(Scene.Vp9, 2);
        Send(face, 0, 5);
        _picture.Format(new StreamFormat(102, Codec.H264, 90_000, 0), S(5));
        for (var i = 0; i < 25; i++)
        {
            var rtp = face.Packet(S(5 + (i * 0.04)));
            rtp[1] = 102;
            _picture.Packet(rtp, S(5 + (i * 0.04)));
        }

        var packets = _picture.End(S(7)).Packets;
        packets.Count.ShouldBe(150);
        packets[125].PayloadType.ShouldBe((byte)102);
        (packets[125].At - packets[124].At).TotalMilliseconds.ShouldBe(40, 1);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(0.2)]
    public void A_person_whose_clock_is_set_anew_stays_in_the_line_with_sound_and_picture_together(double stepSeconds)
    {
        var voice = new VirtualStream(Scene.Opus, 1);
        var face = new VirtualStream(Scene.Vp9, 2);
        for (var second = 0; second < 60; second++)
        {
            if (second == 20)
                voice.ClockAhead = face.ClockAhead = S(stepSeconds);
            _sound.Report(voice.Report(S(second)), S(second + 0.02));
            _picture.Report(face.Report(S(second)), S(second + 0.02));
            for (var i = 0; i < 50; i++)
            {
                _sound.Packet(voice.Packet(S(second + (i * 0.02))), S(second + (i * 0.02) + 0.02));
                _picture.Packet(face.Packet(S(second + (i * 0.02))), S(second + (i * 0.02) + 0.1));
            }
        }

        Offsets().ShouldAllBe(ms => Math.Abs(ms) < 5);
        var at = _sound.Packets.Select(packet => packet.At.TotalSeconds).ToList();
        at.Zip(at.Skip(1), (one, next) => next - one).ShouldAllBe(seconds => Math.Abs(seconds - 0.02) < 0.001);
    }

    [Fact]
    public void A_computer_that_slept_leaves_a_hole_of_its_length()
    {
        var voice = new VirtualStream(Scene.Opus, 1);
        Send(_sound, voice, 0, 10, shiftSeconds: 0);
        Send(_sound, voice, 10, 20, shiftSeconds: 900);

        var packets = _sound.End(S(930)).Packets;

        packets[250].At.TotalSeconds.ShouldBe(910, 0.1);
        packets[^1].At.TotalSeconds.ShouldBe(919.96, 0.1);
    }

    [Theory]
    [InlineData(GapCause.Network)]
    [InlineData(GapCause.Connection)]
    [InlineData(GapCause.Node)]
    [InlineData(GapCause.Disk)]
    public void Packets_that_never_came_are_a_gap_with_its_cause(GapCause cause)
    {
        var face = new VirtualStream(Scene.Vp9, 2, firstSequence: 65_500);
        Send(face, 0, 2);
        for (var i = 0; i < 30; i++)
            face.Packet(S(2 + (i * 0.04)));
        if (cause is GapCause.Connection or GapCause.Node)
        {
            var interruption = cause == GapCause.Node ? InterruptionCause.Node : InterruptionCause.Connection;
            _picture.Event(RecordKind.Interrupted, S(2), (byte)interruption);
            _picture.Event(RecordKind.Resumed, S(3.1));
        }

        _picture.Packet(face.Packet(S(3.2)), S(3.2), lostBefore: cause == GapCause.Disk ? 30u : 0);
        Send(face, 3.24, 6.24);
        _picture.End(S(7));

        var gap = _picture.Gaps.Listed.ShouldHaveSingleItem();
        gap.ShouldSatisfyAllConditions(
            () => gap.Cause.ShouldBe(cause),
            () => gap.Packets.ShouldBe(30),
            () => gap.At.TotalSeconds.ShouldBe(1.96, 0.001),
            () => gap.Length.TotalSeconds.ShouldBe(1.24, 0.001));
        _picture.Packets.Where(packet => packet.IsCut).Select(packet => packet.At.TotalSeconds).ShouldBe([0, 3.2], 0.001);
    }

    [Fact]
    public void A_packet_that_was_sent_again_fills_its_gap()
    {
        var face = new VirtualStream(Scene.Vp9, 2);
        Send(face, 0, 2);
        var lost = face.Packet(S(2));
        Send(face, 2.04, 2.84);
        _picture.Packet(lost, S(3));
        Send(face, 2.84, 9);

        _picture.End(S(9));

        _picture.Gaps.Count.ShouldBe(0);
        _picture.Packets.Select(packet => packet.Sequence).ShouldBe(Enumerable.Range(0, 225).Select(number => (ushort)number));
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Send(VirtualStream stream, double from, double until) => Send(_picture, stream, from, until, shiftSeconds: 0);

    /// <summary>25 packets a second that take no time; what a sleeping computer sends later is shifted.</summary>
    private static void Send(Track track, VirtualStream stream, double from, double until, double shiftSeconds)
    {
        stream.ClockAhead = S(shiftSeconds);
        track.Report(stream.Report(S(from)), S(from + shiftSeconds));
        for (var i = 0; i < Math.Round((until - from) * 25); i++)
            track.Packet(stream.Packet(S(from + (i * 0.04))), S(from + (i * 0.04) + shiftSeconds));
    }

    /// <summary>How far picture is behind sound, in milliseconds, packet by packet.</summary>
    private IEnumerable<double> Offsets()
    {
        _sound.End(S(70));
        _picture.End(S(70));
        _sound.Packets.Count.ShouldBe(_picture.Packets.Count);
        return _sound.Packets.Zip(_picture.Packets, (sound, picture) => (picture.At - sound.At).TotalMilliseconds);
    }
}
