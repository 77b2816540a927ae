using Sightline.Rtc.Srtp;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Srtp;

/// <summary>The test vectors of RFC 3711 appendix B, and whole packets that follow from its keys.</summary>
public sealed class Rfc3711Tests
{
    private static readonly byte[] MasterKey = Hex.Bytes("E1F97A0D3E018BE0D64FA32C06DE4139");
    private static readonly byte[] MasterSalt = Hex.Bytes("0EC675AD498AFEEBB6960B3AABE6");

    /// <summary>As libsrtp's own test has it, for the master key of appendix B.3.</summary>
    private static readonly byte[] PlainRtp = Hex.Bytes("800f1234 decafbad cafebabe abababab abababab abababab abababab");

    private static readonly byte[] ProtectedRtp = Hex.Bytes("""
        800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb
        """);

    [Theory]
    [InlineData(KeyDerivation.RtpKey, "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(KeyDerivation.RtpSalt, "30CBBC08863D8C85D49DB34A9AE1")]
    [InlineData(KeyDerivation.RtpAuthentication, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")]
    public void Session_keys_are_derived_as_in_appendix_b_3(byte label, string expected)
    {
        var output = new byte[expected.Length / 2];
        KeyDerivation.Derive(MasterKey, MasterSalt, label, output);

        output.ShouldBe(Hex.Bytes(expected));
    }

    [Fact]
    public void The_key_stream_is_that_of_appendix_b_2()
    {
        using var cipher = new CounterModeCipher(
            Hex.Bytes("2B7E151628AED2A6ABF7158809CF4F3C"), Hex.Bytes("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), new byte[20]);
        var packet = new byte[12 + 48 + 10];
        cipher.ProtectRtp(packet, 12, 12 + 48, ssrc: 0, index: 0);

        packet[12..60].ShouldBe(Hex.Bytes("""
            E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0
            """));
    }

    [Fact]
    public void A_packet_is_protected_with_the_derived_keys()
    {
        using var sender = new SrtpSender(SrtpProfile.Aes128CmHmacSha1Tag80, MasterKey, MasterSalt);
        var buffer = new byte[60];
        PlainRtp.CopyTo(buffer, 0);

        sender.ProtectRtp(buffer, PlainRtp.Length, out var length).ShouldBe(SrtpResult.Ok);
        buffer[..length].ShouldBe(ProtectedRtp);
    }

    [Fact]
    public void A_protected_packet_is_read()
    {
        using var receiver = new SrtpReceiver(SrtpProfile.Aes128CmHmacSha1Tag80, MasterKey, MasterSalt);
        var packet = (byte[])ProtectedRtp.Clone();

        receiver.UnprotectRtp(packet, out var length).ShouldBe(SrtpResult.Ok);
        packet[..length].ShouldBe(PlainRtp);
    }
}
