using System.Net;
using System.Text;
using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Tests.Stun;

public sealed class StunMessageTests
{
    private static readonly byte[] TransactionId = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Fact]
    public void A_check_that_was_written_is_read_again()
    {
        Span<byte> buffer = stackalloc byte[200];
        var writer = new StunWriter(buffer, StunType.BindingRequest, TransactionId);
        writer.Username("there:here"u8);
        writer.Priority(12345);
        writer.UseCandidate();
        writer.Controlling(678);
        writer.Integrity("secret"u8);
        writer.Fingerprint();

        StunMessage.TryParse(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.TransactionId.ToArray().ShouldBe(TransactionId);
        Encoding.ASCII.GetString(message.Username).ShouldBe("there:here");
        message.Priority.ShouldBe(12345u);
        message.UseCandidate.ShouldBeTrue();
        message.Controlling.ShouldBe(678ul);
        message.HasIntegrity("secret"u8).ShouldBeTrue();
        message.HasFingerprint.ShouldBeTrue();
    }

    [Theory]
    [InlineData("192.0.2.7", 1)]
    [InlineData("2001:db8::7", 65535)]
    public void An_address_that_was_written_is_read_again(string ip, int port)
    {
        var address = TransportAddress.From(new IPEndPoint(IPAddress.Parse(ip), port));
        Span<byte> buffer = stackalloc byte[100];
        var writer = new StunWriter(buffer, StunType.BindingResponse, TransactionId);
        writer.XorMappedAddress(address);

        StunMessage.TryParse(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.MappedAddress.ShouldBe(address);
        message.HasIntegrity("secret"u8).ShouldBeFalse();
    }

    [Fact]
    public void An_error_that_was_written_is_read_again()
    {
        Span<byte> buffer = stackalloc byte[100];
        var writer = new StunWriter(buffer, StunType.BindingError, TransactionId);
        writer.ErrorCode(487);

        StunMessage.TryParse(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.ErrorCode.ShouldBe(487);
    }

    [Fact]
    public void What_follows_the_integrity_is_not_believed()
    {
        Span<byte> buffer = stackalloc byte[200];
        var writer = new StunWriter(buffer, StunType.BindingRequest, TransactionId);
        writer.Integrity("secret"u8);
        writer.UseCandidate();

        StunMessage.TryParse(buffer[..writer.Length], out var message).ShouldBeTrue();
        message.UseCandidate.ShouldBeFalse();
    }

    [Fact]
    public void More_attributes_than_the_limit_are_refused()
    {
        Span<byte> buffer = stackalloc byte[1000];
        var writer = new StunWriter(buffer, StunType.BindingRequest, TransactionId);
        for (var i = 0; i < StunMessage.MaxAttributes; i++) writer.UseCandidate();
        StunMessage.TryParse(buffer[..writer.Length], out _).ShouldBeTrue();

        writer.UseCandidate();
        StunMessage.TryParse(buffer[..writer.Length], out _).ShouldBeFalse();
    }

    [Fact]
    public void Reading_checking_and_answering_allocates_nothing()
    {
        var buffer = new byte[200];
        Answer(buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Answer(buffer);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Answer(byte[] buffer)
    {
        if (!StunMessage.TryParse(Rfc5769Tests.Request, out var request) || !request.HasIntegrity(Rfc5769Tests.Password))
            throw new InvalidOperationException("The request is a good one.");

        var writer = new StunWriter(buffer, StunType.BindingResponse, request.TransactionId);
        writer.XorMappedAddress(TransportAddress.FromIPv4(0x0A000001, 5000));
        writer.Integrity(Rfc5769Tests.Password);
        writer.Fingerprint();
    }
}
