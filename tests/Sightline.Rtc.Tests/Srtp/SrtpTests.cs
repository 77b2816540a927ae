using Sightline.Rtc.Srtp;

namespace Sightline.Rtc.Tests.Srtp;

public abstract class SrtpTests(SrtpProfile profile) : IDisposable
{
    private const uint Ssrc = 0xCAFE;
    private readonly SrtpPair _pair = new(profile);

    [Fact]
    public void A_packet_arrives_as_it_was_sent()
    {
        var packet = _pair.Protected(Ssrc, 7);
        packet.AsSpan(12).IndexOf(SrtpPair.Rtp(Ssrc, 7).AsSpan(12)).ShouldBe(-1);

        _pair.Receiver.UnprotectRtp(packet, out var length).ShouldBe(SrtpResult.Ok);
        packet[..length].ShouldBe(SrtpPair.Rtp(Ssrc, 7));
    }

    [Fact]
    public void A_report_arrives_as_it_was_sent()
    {
        var packet = _pair.ProtectedRtcp(Ssrc);

        _pair.Receiver.UnprotectRtcp(packet, out var length).ShouldBe(SrtpResult.Ok);
        packet[..length].ShouldBe(SrtpPair.Rtcp(Ssrc));
    }

    [Fact]
    public void A_packet_that_is_repeated_is_taken_once()
    {
        var packet = _pair.Protected(Ssrc, 7);
        _pair.Read(packet).ShouldBe(SrtpResult.Ok);
        _pair.Read(packet).ShouldBe(SrtpResult.Replayed);
    }

    [Fact]
    public void A_report_that_is_repeated_is_taken_once()
    {
        var packet = _pair.ProtectedRtcp(Ssrc);
        _pair.Receiver.UnprotectRtcp((byte[])packet.Clone(), out _).ShouldBe(SrtpResult.Ok);
        _pair.Receiver.UnprotectRtcp(packet, out _).ShouldBe(SrtpResult.Replayed);
    }

    [Fact]
    public void A_late_packet_is_taken_within_the_window_and_not_beyond()
    {
        var tooLate = _pair.Protected(Ssrc, 1);
        var late = _pair.Protected(Ssrc, 2);
        _pair.Read(_pair.Protected(Ssrc, 1 + SrtpLimits.ReplayWindowPackets)).ShouldBe(SrtpResult.Ok);

        _pair.Read(tooLate).ShouldBe(SrtpResult.Replayed);
        _pair.Read(late).ShouldBe(SrtpResult.Ok);
        _pair.Read(late).ShouldBe(SrtpResult.Replayed);
    }

    [Fact]
    public void Sequence_numbers_that_roll_over_twice_are_followed_with_loss_and_reordering()
    {
        for (var sequence = 60_000; sequence < 60_000 + 0x20000; sequence += 3)
        {
            var early = _pair.Protected(Ssrc, sequence + 1);
            var late = _pair.Protected(Ssrc, sequence);
            _pair.Read(early).ShouldBe(SrtpResult.Ok, $"{sequence + 1}");
            _pair.Read(late).ShouldBe(SrtpResult.Ok, $"{sequence}");
        }
    }

    [Fact]
    public void A_packet_of_which_any_bit_changed_on_the_way_is_refused()
    {
        var packet = _pair.Protected(Ssrc, 7);
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            var changed = (byte[])packet.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            _pair.Receiver.UnprotectRtp(changed, out var length).ShouldNotBe(SrtpResult.Ok, $"bit {bit}");
            length.ShouldBe(0);
        }

        _pair.Read(packet).ShouldBe(SrtpResult.Ok);
    }

    [Fact]
    public void A_report_of_which_any_bit_changed_on_the_way_is_refused()
    {
        var packet = _pair.ProtectedRtcp(Ssrc);
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            var changed = (byte[])packet.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            _pair.Receiver.UnprotectRtcp(changed, out _).ShouldNotBe(SrtpResult.Ok, $"bit {bit}");
        }
    }

    [Fact]
    public void A_packet_cut_short_at_any_length_is_refused()
    {
        var packet = _pair.Protected(Ssrc, 7);
        var report = _pair.ProtectedRtcp(Ssrc);
        for (var length = 0; length < packet.Length; length++)
            _pair.Receiver.UnprotectRtp(packet.AsSpan(0, length).ToArray(), out _).ShouldNotBe(SrtpResult.Ok);
        for (var length = 0; length < report.Length; length++)
            _pair.Receiver.UnprotectRtcp(report.AsSpan(0, length).ToArray(), out _).ShouldNotBe(SrtpResult.Ok);
    }

    [Fact]
    public void Streams_beyond_the_limit_are_refused_and_the_others_go_on()
    {
        for (var ssrc = 1u; ssrc <= SrtpLimits.MaxStreams; ssrc++) _pair.Read(_pair.Protected(ssrc, 1)).ShouldBe(SrtpResult.Ok);

        using var peer = new SrtpPair(profile);
        _pair.Read(peer.Protected(SrtpLimits.MaxStreams + 1, 1)).ShouldBe(SrtpResult.TooManyStreams);
        _pair.Read(peer.Protected(1, 2)).ShouldBe(SrtpResult.Ok);
    }

    [Fact]
    public void Forged_streams_take_no_place()
    {
        for (byte ssrc = 1; ssrc < byte.MaxValue; ssrc++)
        {
            var forged = _pair.Protected(Ssrc, ssrc);
            (forged[8], forged[11]) = (0x77, ssrc);
            _pair.Read(forged).ShouldBe(SrtpResult.NotAuthentic);
            (forged[8], forged[11]) = (0x78, ssrc);
            _pair.Read(forged).ShouldBe(SrtpResult.NotAuthentic);
        }

        _pair.Read(_pair.Protected(Ssrc, 1000)).ShouldBe(SrtpResult.Ok);
    }

    [Fact]
    public void No_index_is_used_twice_for_sending()
    {
        _pair.Protected(Ssrc, 7);
        var buffer = new byte[SrtpPair.RtpBytes + SrtpLimits.MaxOverheadBytes];
        SrtpPair.Rtp(Ssrc, 7).CopyTo(buffer, 0);
        _pair.Sender.ProtectRtp(buffer, SrtpPair.RtpBytes, out _).ShouldBe(SrtpResult.Replayed);
    }

    [Fact]
    public void Nothing_is_allocated_per_packet()
    {
        for (var sequence = 0; sequence < 100; sequence++) _pair.RoundTrip(Ssrc, sequence).ShouldBeTrue();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var good = true;
        for (var sequence = 100; sequence < 2000; sequence++) good &= _pair.RoundTrip(Ssrc, sequence);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        good.ShouldBeTrue();
    }

    public void Dispose()
    {
        _pair.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class GcmTests() : SrtpTests(SrtpProfile.AeadAes128Gcm);

public sealed class CounterModeTests() : SrtpTests(SrtpProfile.Aes128CmHmacSha1Tag80);
