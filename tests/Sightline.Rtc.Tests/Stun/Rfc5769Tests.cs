using System.Net;
using System.Text;
using Sightline.Rtc.Stun;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Stun;

/// <summary>The test vectors of RFC 5769.</summary>
public sealed class Rfc5769Tests
{
    public static readonly byte[] Password = Encoding.ASCII.GetBytes("VOkJxbRl1RmTxUk/WvJxBt");

    public static readonly byte[] Request = Hex.Bytes("""
        00010058 2112a442 b7e7a701bc34d686fa87dfae
        80220010 5354554e207465737420636c69656e74
        00240004 6e0001ff
        80290008 932ff9b151263b36
        00060009 6576746a3a68367659202020
        00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
        80280004 e57a3bcf
        """);

    private static readonly byte[] ResponseIPv4 = Hex.Bytes("""
        0101003c 2112a442 b7e7a701bc34d686fa87dfae
        8022000b 7465737420766563746f7220
        00200008 0001a147e112a643
        00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
        80280004 c07d4c96
        """);

    private static readonly byte[] ResponseIPv6 = Hex.Bytes("""
        01010048 2112a442 b7e7a701bc34d686fa87dfae
        8022000b 7465737420766563746f7220
        00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
        00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
        80280004 c8fb0b4c
        """);

    [Fact]
    public void The_sample_request_is_read()
    {
        StunMessage.TryParse(Request, out var message).ShouldBeTrue();

        message.Type.ShouldBe(StunType.BindingRequest);
        message.Priority.ShouldBe(0x6e0001ffu);
        message.Controlled.ShouldBe(0x932ff9b151263b36);
        message.Controlling.ShouldBeNull();
        message.UseCandidate.ShouldBeFalse();
        Encoding.ASCII.GetString(message.Username).ShouldBe("evtj:h6vY");
        message.HasFingerprint.ShouldBeTrue();
        message.HasIntegrity(Password).ShouldBeTrue();
        message.HasIntegrity("another password"u8).ShouldBeFalse();
    }

    [Fact]
    public void The_sample_response_over_ipv4_is_read() => Reads(ResponseIPv4, new(IPAddress.Parse("192.0.2.1"), 32853));

    [Fact]
    public void The_sample_response_over_ipv6_is_read() =>
        Reads(ResponseIPv6, new(IPAddress.Parse("2001:db8:1234:5678:11:2233:4455:6677"), 32853));

    [Fact]
    public void A_message_of_which_any_bit_changed_on_the_way_is_refused_or_not_authentic()
    {
        for (var bit = 0; bit < Request.Length * 8; bit++)
        {
            var changed = (byte[])Request.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            var accepted = StunMessage.TryParse(changed, out var message) && message.HasFingerprint && message.HasIntegrity(Password);
            accepted.ShouldBeFalse($"bit {bit}");
        }
    }

    private static void Reads(byte[] response, IPEndPoint mapped)
    {
        StunMessage.TryParse(response, out var message).ShouldBeTrue();

        message.Type.ShouldBe(StunType.BindingResponse);
        message.MappedAddress.ShouldBe(TransportAddress.From(mapped));
        message.MappedAddress!.Value.ToIPAddress().ShouldBe(mapped.Address);
        message.HasFingerprint.ShouldBeTrue();
        message.HasIntegrity(Password).ShouldBeTrue();
    }
}
