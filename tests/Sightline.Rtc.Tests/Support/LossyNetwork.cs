namespace Sightline.Rtc.Tests.Support;

/// <summary>What a network does to datagrams.</summary>
/// <param name="LossPct">Lost, of each hundred.</param>
/// <param name="DelayMs">One way.</param>
/// <param name="JitterMs">Added at random, so that datagrams overtake each other.</param>
/// <param name="DuplicatePct">Delivered twice, of each hundred.</param>
internal sealed record Weather(int LossPct, int DelayMs, int JitterMs, int DuplicatePct);

/// <summary>Datagrams on their way to either of two sides, on a virtual clock, decided by a seed.</summary>
internal sealed class LossyNetwork(Weather weather, int seed)
{
    private readonly Random _chance = new(seed);
    private readonly PriorityQueue<(int To, byte[] Datagram), (long AtUs, long Order)> _underway = new();
    private long _order;

    public long? NextAtUs => _underway.TryPeek(out _, out var key) ? key.AtUs : null;

    public void Send(int to, ReadOnlySpan<byte> datagram, long nowUs)
    {
        var copies = _chance.Next(100) < weather.DuplicatePct ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            if (_chance.Next(100) < weather.LossPct) continue;

            var delayUs = (weather.DelayMs * 1000L) + _chance.Next((weather.JitterMs * 1000) + 1);
            _underway.Enqueue((to, datagram.ToArray()), (nowUs + delayUs, _order++));
        }
    }

    public bool TryDeliver(long nowUs, out int to, out byte[] datagram)
    {
        (to, datagram) = (0, []);
        if (NextAtUs is not { } atUs || atUs > nowUs) return false;

        (to, datagram) = _underway.Dequeue();
        return true;
    }
}
