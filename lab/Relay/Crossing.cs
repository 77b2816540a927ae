using System.Buffers;

namespace Sightline.Relay;

/// <summary>
/// Two devices and a link in each direction. A thread for each device reads and offers; one thread sends what is due. The
/// links, and the time for which the alarm is set, are touched under one lock.
/// </summary>
internal sealed class Crossing
{
    private readonly Lock _lock = new();
    private readonly Alarm _alarm = new();
    private readonly Way _toRight;
    private readonly Way _toLeft;
    private long _ringsAtNs = long.MaxValue;

    public Crossing(TunDevice left, TunDevice right, ulong seed)
    {
        var chance = new Chance(seed);
        _toRight = new Way(left, right, new Link<Packet>(chance.NextBits()));
        _toLeft = new Way(right, left, new Link<Packet>(chance.NextBits()));
    }

    /// <param name="onGone">Called with the name of a device that somebody deleted.</param>
    public void Start(Action<string> onGone)
    {
        Begin("to right", () => Receive(_toRight, onGone));
        Begin("to left", () => Receive(_toLeft, onGone));
        Begin("sender", Send);
    }

    public void Set(Order order)
    {
        lock (_lock)
        {
            var nowNs = Alarm.NowNs;
            if (order.ToRight is { } toRight) _toRight.Link.Set(toRight, nowNs);
            if (order.ToLeft is { } toLeft) _toLeft.Link.Set(toLeft, nowNs);
            RingInTime();
        }
    }

    private static void Begin(string name, ThreadStart work) =>
        new Thread(work) { Name = name, IsBackground = true, Priority = ThreadPriority.Highest }.Start();

    private void Receive(Way way, Action<string> onGone)
    {
        var buffer = new byte[TunDevice.MaxPacketBytes];
        while (way.From.Read(buffer) is > 0 and var length)
        {
            var packet = new Packet(ArrayPool<byte>.Shared.Rent(length), length);
            buffer.AsSpan(0, length).CopyTo(packet.Buffer);
            lock (_lock)
            {
                if (way.Link.Offer(packet, length, Alarm.NowNs) == Fate.Carried) RingInTime();
                else ArrayPool<byte>.Shared.Return(packet.Buffer);
            }
        }

        onGone(way.From.Name);
    }

    private void Send()
    {
        while (true)
        {
            _alarm.Wait();
            SendDue(_toRight);
            SendDue(_toLeft);
            lock (_lock)
            {
                _ringsAtNs = long.MaxValue;
                RingInTime();
            }
        }
    }

    private void SendDue(Way way)
    {
        while (true)
        {
            Packet packet;
            lock (_lock)
            {
                if (!way.Link.TryTake(Alarm.NowNs, out packet)) return;
            }

            way.To.Write(packet.Buffer.AsSpan(0, packet.Length));
            ArrayPool<byte>.Shared.Return(packet.Buffer);
        }
    }

    /// <summary>Brings the alarm forward if it would ring too late; one that rings too early costs a look and nothing more.</summary>
    private void RingInTime()
    {
        var atNs = Math.Min(_toRight.Link.WakeAtNs ?? long.MaxValue, _toLeft.Link.WakeAtNs ?? long.MaxValue);
        if (atNs >= _ringsAtNs) return;

        _ringsAtNs = atNs;
        _alarm.Set(atNs);
    }

    private readonly record struct Packet(byte[] Buffer, int Length);

    private sealed record Way(TunDevice From, TunDevice To, Link<Packet> Link);
}
