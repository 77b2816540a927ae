using System.Text;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Tests.Ice;

/// <summary>An ICE-lite agent, the checks of a peer, and a clock that the test moves.</summary>
internal sealed class IceScene
{
    public static readonly IceCredentials Local = new("here", "a password that is ours".Replace(' ', '+'));
    public static readonly IceCredentials Remote = new("there", "a password that is theirs".Replace(' ', '+'));
    public static readonly IceTimeouts Timeouts = new(ConnectMs: 10_000, ConsentMs: 5_000);
    private static readonly byte[] TransactionId = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly byte[] _response = new byte[StunMessage.MaxBytes];

    public IceScene() => Agent = new IceLite(Local, Remote, Timeouts, nowUs: 0);

    public IceLite Agent { get; }
    public long NowUs { get; private set; }

    public static TransportAddress Address(ushort port) => TransportAddress.FromIPv4(0xC0000201, port);

    public void Pass(int ms)
    {
        NowUs += ms * 1000L;
        Agent.Tick(NowUs);
    }

    /// <returns>The answer; empty when there is none.</returns>
    public byte[] Check(
        ushort port,
        bool nominate = false,
        string username = "here:there",
        string? password = null,
        bool controlled = false,
        int unknown = 0)
    {
        Span<byte> buffer = stackalloc byte[300];
        var writer = new StunWriter(buffer, StunType.BindingRequest, TransactionId);
        writer.Username(Encoding.ASCII.GetBytes(username));
        writer.Priority(1);
        if (controlled) writer.Controlled(1);
        else writer.Controlling(1);
        if (nominate) writer.UseCandidate();
        if (unknown != 0) buffer = WithUnknown(ref writer, buffer, unknown);
        writer.Integrity(Encoding.ASCII.GetBytes(password ?? Local.Password));
        writer.Fingerprint();

        StunMessage.TryParse(buffer[..writer.Length], out var request).ShouldBeTrue();
        return _response[..Agent.Handle(request, Address(port), NowUs, _response)];
    }

    /// <summary>A username under another type.</summary>
    private static Span<byte> WithUnknown(ref StunWriter writer, Span<byte> buffer, int type)
    {
        var at = writer.Length;
        writer.Username("unknown!"u8);
        buffer[at] = (byte)(type >> 8);
        buffer[at + 1] = (byte)type;
        return buffer;
    }
}
