using Sightline.Rtc.Srtp;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Srtp;

/// <summary>The examples for AEAD_AES_128_GCM of RFC 7714 §16.1 and §17.1: session keys given, index and text known.</summary>
public sealed class Rfc7714Tests : IDisposable
{
    private const uint RtcpIndex = 0x5d4;

    private static readonly byte[] Key = Hex.Bytes("000102030405060708090a0b0c0d0e0f");
    private static readonly byte[] Salt = Hex.Bytes("517569642070726f2071756f");

    private static readonly byte[] PlainRtp = Hex.Bytes("""
        8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573
        """);

    private static readonly byte[] ProtectedRtp = Hex.Bytes("""
        8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833
        899d7f27 beb16a91 52cf765e e4390cce
        """);

    private static readonly byte[] PlainRtcp = Hex.Bytes("""
        81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef
        """);

    private static readonly byte[] ProtectedRtcp = Hex.Bytes("""
        81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b
        c84aa458 96cf4d2f c5abf872 45d9eade 800005d4
        """);

    private readonly SrtpSender _sender = new(new GcmCipher(Key, Salt), new GcmCipher(Key, Salt), RtcpIndex - 1);
    private readonly SrtpReceiver _receiver = new(new GcmCipher(Key, Salt), new GcmCipher(Key, Salt));

    [Fact]
    public void Rtp_is_protected_as_in_the_example()
    {
        var buffer = new byte[100];
        PlainRtp.CopyTo(buffer, 0);

        _sender.ProtectRtp(buffer, PlainRtp.Length, out var length).ShouldBe(SrtpResult.Ok);
        buffer[..length].ShouldBe(ProtectedRtp);
    }

    [Fact]
    public void Rtp_of_the_example_is_read()
    {
        var packet = (byte[])ProtectedRtp.Clone();

        _receiver.UnprotectRtp(packet, out var length).ShouldBe(SrtpResult.Ok);
        packet[..length].ShouldBe(PlainRtp);
    }

    [Fact]
    public void Rtcp_is_protected_as_in_the_example()
    {
        var buffer = new byte[100];
        PlainRtcp.CopyTo(buffer, 0);

        _sender.ProtectRtcp(buffer, PlainRtcp.Length, out var length).ShouldBe(SrtpResult.Ok);
        buffer[..length].ShouldBe(ProtectedRtcp);
    }

    [Fact]
    public void Rtcp_of_the_example_is_read()
    {
        var packet = (byte[])ProtectedRtcp.Clone();

        _receiver.UnprotectRtcp(packet, out var length).ShouldBe(SrtpResult.Ok);
        packet[..length].ShouldBe(PlainRtcp);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }
}
