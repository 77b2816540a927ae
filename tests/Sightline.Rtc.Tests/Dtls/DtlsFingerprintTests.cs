using Sightline.Rtc.Dtls;

namespace Sightline.Rtc.Tests.Dtls;

public sealed class DtlsFingerprintTests
{
    private static readonly byte[] Certificate = [1, 2, 3];

    [Fact]
    public void A_fingerprint_that_was_written_is_read_again()
    {
        var text = DtlsFingerprint.Of(Certificate).ToString();

        text.ShouldStartWith("sha-256 03:90:58:C6");
        DtlsFingerprint.TryParse(text)!.Matches(Certificate).ShouldBeTrue();
        DtlsFingerprint.TryParse(text.ToLowerInvariant())!.Matches([1, 2, 4]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha-256")]
    [InlineData("sha-256 ")]
    [InlineData("sha-256 03:90")]
    [InlineData("sha-1 03:90:58:C6:F2:C0:CB:49:2C:53:3B:0A:4D:14:EF:77:CC:0F:78:AB")]
    [InlineData("sha-256 03:90:58:C6:F2:C0:CB:49:2C:53:3B:0A:4D:14:EF:77:CC:0F:78:AB:CC:CE:D5:28:7D:84:A1:A2:01:1C:FB:8X")]
    [InlineData("sha-256 03:90:58:C6:F2:C0:CB:49:2C:53:3B:0A:4D:14:EF:77:CC:0F:78:AB:CC:CE:D5:28:7D:84:A1:A2:01:1C:FB-81")]
    public void What_is_malformed_or_weak_is_not_read(string text) => DtlsFingerprint.TryParse(text).ShouldBeNull();
}
