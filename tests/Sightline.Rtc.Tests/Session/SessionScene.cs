using Sightline.Rtc.Dtls;
using Sightline.Rtc.Dtls.OpenSsl;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Session;
using Sightline.Rtc.Srtp;
using Sightline.Rtc.Stun;
using Sightline.Rtc.Tests.Dtls;
using Sightline.Rtc.Tests.Srtp;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Session;

/// <summary>A client and a node with a network between them, on a virtual clock.</summary>
internal sealed class SessionScene : IDisposable
{
    public const int Client = 0;
    public const int Node = 1;

    public static readonly IceTimeouts Timeouts = new(ConnectMs: 20_000, ConsentMs: 30_000);
    public static readonly TransportAddress[] Addresses =
        [TransportAddress.FromIPv4(0xC0000201, 5000), TransportAddress.FromIPv4(0xC0000202, 4000)];

    private readonly OpenSslEndpoint[] _endpoints = [DtlsScene.NewEndpoint(), DtlsScene.NewEndpoint()];
    private readonly RtcSession[] _sides;
    private readonly LossyNetwork _network;
    private readonly byte[] _buffer = new byte[SrtpLimits.MaxPacketBytes];

    public SessionScene(Weather weather, int seed, bool wrongFingerprint = false)
    {
        _network = new LossyNetwork(weather, seed);
        var (client, node) = (Credentials(1), Credentials(2));
        var nodesView = _endpoints[wrongFingerprint ? Node : Client].Fingerprint;
        _sides =
        [
            new RtcSession(
                new RtcSessionOptions(DtlsRole.Client, _endpoints[Node].Fingerprint),
                new IceControlling(client, node, [Addresses[Node]], tieBreaker: 1, Timeouts, nowUs: 0),
                _endpoints[Client],
                nowUs: 0),
            new RtcSession(
                new RtcSessionOptions(DtlsRole.Server, nodesView),
                new IceLite(node, client, Timeouts, nowUs: 0),
                _endpoints[Node],
                nowUs: 0),
        ];
    }

    public long NowUs { get; private set; }

    /// <summary>Datagrams from the client to the node, as they went over the wire.</summary>
    public List<byte[]> Wire { get; } = [];

    /// <summary>Packets that each side was given, by their sequence number.</summary>
    public List<int>[] Received { get; } = [[], []];

    /// <summary>What this side sends gets lost.</summary>
    public bool[] IsSilent { get; } = new bool[2];

    public RtcSession this[int side] => _sides[side];

    public static IceCredentials Credentials(int seed)
    {
        var random = new byte[IceCredentials.RandomBytes];
        new Random(seed).NextBytes(random);
        return IceCredentials.FromRandom(random);
    }

    /// <summary>Both sides are connected within this time, if it can be.</summary>
    public SessionScene Connect(int withinMs = 20_000)
    {
        Run(until: NowUs + (withinMs * 1000L), done: () => _sides.All(side => side.State == RtcState.Connected));
        return this;
    }

    public void Pass(int ms) => Run(NowUs + (ms * 1000L), done: () => false);

    public bool SendRtp(int side, int sequence)
    {
        SrtpPair.Rtp(ssrc: 7, sequence).CopyTo(_buffer, 0);
        var bytes = _sides[side].ProtectRtp(_buffer, SrtpPair.RtpBytes, out _);
        if (bytes > 0) Send(side, _buffer.AsSpan(0, bytes));
        return bytes > 0;
    }

    /// <returns>What the node makes of a datagram.</returns>
    public RtcReceived Inject(byte[] datagram, TransportAddress? from = null)
    {
        var received = _sides[Node].Handle((byte[])datagram.Clone(), from ?? Addresses[Client], NowUs);
        Drain();
        return received;
    }

    public void Dispose()
    {
        foreach (var side in _sides) side.Dispose();
        foreach (var endpoint in _endpoints) endpoint.Dispose();
    }

    private void Run(long until, Func<bool> done)
    {
        Tick();
        while (!done() && NextAtUs() is { } atUs && atUs <= until)
        {
            NowUs = Math.Max(NowUs, atUs);
            while (_network.TryDeliver(NowUs, out var to, out var datagram)) Deliver(to, datagram);
            Tick();
        }

        if (!done()) NowUs = until;
        Tick();
    }

    private void Deliver(int to, byte[] datagram)
    {
        var received = _sides[to].Handle(datagram, Addresses[1 - to], NowUs);
        if (received.Kind == RtcPacketKind.Rtp)
        {
            var sequence = (datagram[2] << 8) | datagram[3];
            datagram[..received.Length].ShouldBe(SrtpPair.Rtp(ssrc: 7, sequence));
            Received[to].Add(sequence);
        }

        Drain();
    }

    private void Tick()
    {
        foreach (var side in _sides) side.Tick(NowUs);
        Drain();
    }

    private void Drain()
    {
        Span<byte> datagram = stackalloc byte[StunMessage.MaxBytes];
        for (var side = 0; side < _sides.Length; side++)
        {
            for (int bytes; (bytes = _sides[side].Take(datagram, out var to)) > 0;)
            {
                to.ShouldBe(Addresses[1 - side]);
                Send(side, datagram[..bytes]);
            }
        }
    }

    private void Send(int side, ReadOnlySpan<byte> datagram)
    {
        if (side == Client) Wire.Add(datagram.ToArray());
        if (!IsSilent[side]) _network.Send(1 - side, datagram, NowUs);
    }

    private long? NextAtUs()
    {
        var next = _network.NextAtUs;
        foreach (var side in _sides)
        {
            if (side.WakeAtUs is { } atUs && (next is null || atUs < next)) next = atUs;
        }

        return next;
    }
}
