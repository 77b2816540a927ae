using Sightline.Rtc.Dtls;
using Sightline.Rtc.Dtls.OpenSsl;
using Sightline.Rtc.Tests.Support;

namespace Sightline.Rtc.Tests.Dtls;

/// <summary>A client, a server, and a network between them, on a virtual clock.</summary>
internal sealed class DtlsScene : IDisposable
{
    public const int Client = 0;
    public const int Server = 1;

    private static readonly DateTimeOffset Today = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly OpenSslEndpoint[] _endpoints;
    private readonly IDtlsConnection[] _sides;
    private readonly LossyNetwork _network;
    private readonly byte[] _datagram = new byte[DtlsLimits.MaxDatagramBytes];

    public DtlsScene(Weather weather, int seed, DtlsFingerprint? clientExpects = null, DtlsFingerprint? serverExpects = null)
    {
        _network = new LossyNetwork(weather, seed);
        _endpoints = [NewEndpoint(), NewEndpoint()];
        _sides =
        [
            _endpoints[Client].Connect(DtlsRole.Client, clientExpects ?? _endpoints[Server].Fingerprint, nowUs: 0),
            _endpoints[Server].Connect(DtlsRole.Server, serverExpects ?? _endpoints[Client].Fingerprint, nowUs: 0),
        ];
    }

    public static Weather Fair { get; } = new(LossPct: 0, DelayMs: 10, JitterMs: 0, DuplicatePct: 0);

    public long NowUs { get; private set; }
    public int DatagramCount { get; private set; }
    public int LongestDatagram { get; private set; }

    public IDtlsConnection this[int side] => _sides[side];

    public static OpenSslEndpoint NewEndpoint(int maxHandshakes = OpenSslEndpoint.DefaultMaxHandshakes) =>
        new(DtlsCertificate.Create(Today, TimeSpan.FromDays(30)), DtlsTimeouts.Default, maxHandshakes);

    public int HandshakeCount(int side) => _endpoints[side].HandshakeCount;

    /// <summary>Moves the clock from event to event until nothing is left to happen.</summary>
    public void Run(Func<bool>? until = null)
    {
        Drain();
        while (until?.Invoke() != true && NextAtUs() is { } atUs)
        {
            NowUs = Math.Max(NowUs, atUs);
            while (_network.TryDeliver(NowUs, out var to, out var datagram))
            {
                _sides[to].Handle(datagram, NowUs);
                Drain();
            }

            foreach (var side in _sides) side.Tick(NowUs);
            Drain();
        }
    }

    public void Drain()
    {
        for (var side = 0; side < _sides.Length; side++)
        {
            for (int bytes; (bytes = _sides[side].Take(_datagram)) > 0;)
            {
                DatagramCount++;
                LongestDatagram = Math.Max(LongestDatagram, bytes);
                _network.Send(1 - side, _datagram.AsSpan(0, bytes), NowUs);
            }
        }
    }

    public void Dispose()
    {
        foreach (var side in _sides) side.Dispose();
        foreach (var endpoint in _endpoints) endpoint.Dispose();
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
