using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sightline.Server.Push;

namespace Sightline.Server.Tests.Push;

public class PushEncryptionTests
{
    [Fact]
    public void The_example_of_RFC_8291_comes_out_byte_for_byte()
    {
        using var ownKey = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64Url.DecodeFromChars("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            Q = Point("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
        });

        var body = PushEncryption.Encrypt(
            Encoding.UTF8.GetBytes("When I grow up, I want to be a watermelon"),
            Base64Url.DecodeFromChars("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            Base64Url.DecodeFromChars("BTBZMqHH6r4Tts7J_aSIgg"),
            ownKey,
            Base64Url.DecodeFromChars("DGv6ra1nlYgDCS1FRnbzlw"));

        Base64Url.EncodeToString(body).ShouldBe(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
            + "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    [Fact]
    public void The_largest_payload_fits_what_every_push_service_takes()
    {
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] Encrypt(int bytes) =>
            PushEncryption.Encrypt(new byte[bytes], PushEncryption.ExportPoint(browser), new byte[16], own, new byte[16]);

        Encrypt(PushEncryption.MaxPayloadBytes).Length.ShouldBe(PushEncryption.MaxBodyBytes);
        Should.Throw<ArgumentOutOfRangeException>(() => Encrypt(PushEncryption.MaxPayloadBytes + 1));
    }

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::8.8.8.8", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2607:f8b0:4005::1", true)]
    public void Only_addresses_of_the_public_internet_are_sent_to(string address, bool isPublic) =>
        PushAddress.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_name_that_leads_home_is_not_connected_to(string host) =>
        await Should.ThrowAsync<HttpRequestException>(
            () => PushAddress.ConnectAsync(new DnsEndPoint(host, 443), TestContext.Current.CancellationToken).AsTask());

    private static ECPoint Point(string text)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        return new ECPoint { X = bytes[1..33], Y = bytes[33..] };
    }
}
