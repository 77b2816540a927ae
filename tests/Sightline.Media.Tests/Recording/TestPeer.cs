using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sightline.Rtc;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Dtls.OpenSsl;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Session;
using Sightline.Rtc.Srtp;

namespace Sightline.Media.Tests.Recording;

/// <summary>A device that offers a microphone, a camera and a screen and sends what a test says, over a real socket.</summary>
internal sealed class TestPeer : IDisposable
{
    public const byte Opus = 111;
    public const byte Vp8 = 96;
    public const byte Rtx = 97;
    public const int MidId = 4;
    public const int TransportSequenceId = 3;

    private static int _origins;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly OpenSslEndpoint _endpoint =
        new(DtlsCertificate.Create(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)), DtlsTimeouts.Default);
    private readonly int _origin = Interlocked.Increment(ref _origins);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RtcEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BlockingCollection<(RtcpType Type, byte Format, byte[] Datagram)> _reports = [];
    private readonly ConcurrentDictionary<(uint Ssrc, ushort Sequence), byte[]> _sent = [];
    private readonly byte[] _buffer = new byte[SrtpLimits.MaxPacketBytes];
    private IceCredentials _ice = NewCredentials();
    private RtcSession? _session;
    private IPEndPoint? _node;
    private ushort _transportSequence;
    private ushort _rtxSequence;

    public Task Connected => _connected.Task.WaitAsync(TestContext.Current.CancellationToken);

    public Task<RtcEnd> Ended => _ended.Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Answers NACKs with what it sent, as retransmissions of their own SSRC (media's + 1000).</summary>
    public bool Repairs { get; set; }

    /// <summary>Packets that were asked for again.</summary>
    public ConcurrentBag<ushort> Asked { get; } = [];

    public string Offer() => $"""
        v=0
        o=- {4_000_000 + _origin} 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        {Section("audio", 0, $"{Opus}", $"a=rtpmap:{Opus} opus/48000/2")}
        {Section("video", 1, $"{Vp8} {Rtx}", Video)}
        {Section("video", 2, $"{Vp8} {Rtx}", Video)}

        """;

    /// <summary>The same connection with new credentials: what restartIce does.</summary>
    public string RestartOffer()
    {
        _ice = NewCredentials();
        return Offer();
    }

    public void Begin(string answer)
    {
        lock (_lock)
        {
            _node = new IPEndPoint(IPAddress.Loopback, int.Parse(Between(answer, " 127.0.0.1 ", " typ host"), CultureInfo.InvariantCulture));
            var remote = new IceCredentials(Between(answer, "a=ice-ufrag:", "\r"), Between(answer, "a=ice-pwd:", "\r"));
            if (_session is not null)
            {
                _session.RestartIce(_ice, remote, NowUs());
                return;
            }

            var fingerprint = DtlsFingerprint.TryParse(Between(answer, "a=fingerprint:", "\r"))!;
            var ice = new IceControlling(_ice, remote, [TransportAddress.From(_node)], 7, IceTimeouts.Default, NowUs());
            _session = new RtcSession(new RtcSessionOptions(DtlsRole.Client, fingerprint), ice, _endpoint, NowUs());
        }

        _ = Task.Run(RunAsync);
    }

    /// <summary>A packet of 200 bytes whose payload says its number. With a name of its section, as browsers send at first.</summary>
    public byte[] Packet(byte payloadType, uint ssrc, int number, string? mid = null, bool isKey = false)
    {
        var buffer = new byte[400];
        var writer = new RtpWriter(buffer, new RtpHeader(payloadType, (ushort)number, (uint)(number * 960), ssrc, Marker: true));
        Span<byte> sequence = stackalloc byte[2];
        lock (_lock) BinaryPrimitives.WriteUInt16BigEndian(sequence, _transportSequence++);
        writer.Add(TransportSequenceId, sequence);
        if (mid is not null) writer.Add(MidId, System.Text.Encoding.ASCII.GetBytes(mid));
        var payload = new byte[200];
        // The first two bytes are VP8's: a beginning, and whether it is a key frame.
        payload[0] = 0x10;
        payload[1] = (byte)(isKey ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), number);
        return buffer[..writer.Finish(payload)];
    }

    /// <param name="isLost">Kept for repair, and not sent.</param>
    public void Send(byte[] packet, bool isLost = false)
    {
        RtpPacket.Parse(packet, out var rtp).ShouldBe(RtpFault.None);
        _sent[(rtp.Ssrc, rtp.SequenceNumber)] = packet;
        if (!isLost) SendPlain(packet, isRtcp: false);
    }

    /// <summary>Sends packets with these numbers; number 1 begins a key frame.</summary>
    public List<byte[]> Send(
        byte payloadType, uint ssrc, int from, int to, string? mid = null, Func<int, bool>? isLost = null)
    {
        var sent = new List<byte[]>();
        for (var number = from; number <= to; number++)
        {
            sent.Add(Packet(payloadType, ssrc, number, mid, isKey: number == 1));
            Send(sent[^1], isLost?.Invoke(number) == true);
        }

        return sent;
    }

    public void SendReport(uint ssrc, ulong ntpTime, uint rtpTime)
    {
        var buffer = new byte[100];
        var writer = new RtcpWriter(buffer);
        writer.SenderReport(new SenderInfo(ssrc, ntpTime, rtpTime, 1, 1));
        SendPlain(buffer[..writer.Length], isRtcp: true);
    }

    /// <summary>Waits for RTCP of this kind; the whole datagram it came in.</summary>
    public byte[] WaitFor(RtcpType type, byte? format = null)
    {
        while (true)
        {
            var report = _reports.Take(TestContext.Current.CancellationToken);
            if (report.Type == type && (format is null || report.Format == format)) return report.Datagram;
        }
    }

    /// <summary>Says goodbye.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _session!.Close();
            Drain();
        }
    }

    /// <summary>Is gone from one moment to the next.</summary>
    public void Vanish() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        lock (_lock) _session?.Dispose();
        _endpoint.Dispose();
    }

    private const string Video = $"""
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        """;

    private static IceCredentials NewCredentials() => IceCredentials.FromRandom(RandomNumberGenerator.GetBytes(IceCredentials.RandomBytes));

    private static long NowUs() => (long)TimeProvider.System.GetElapsedTime(0).TotalMicroseconds;

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }

    private string Section(string kind, int mid, string formats, string codecs) => $"""
        m={kind} 9 UDP/TLS/RTP/SAVPF {formats}
        c=IN IP4 0.0.0.0
        a=ice-ufrag:{_ice.UsernameFragment}
        a=ice-pwd:{_ice.Password}
        a=fingerprint:{_endpoint.Fingerprint}
        a=setup:actpass
        a=mid:{mid}
        a=sendonly
        a=rtcp-mux
        a=extmap:{TransportSequenceId} {ExtensionUris.TransportSequence}
        a=extmap:{MidId} {ExtensionUris.Mid}
        {codecs}
        """;

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var ticking = TickAsync(timer);
        try
        {
            Pump();
            while (!_stop.IsCancellationRequested)
            {
                var received = await _socket.ReceiveAsync(_stop.Token);
                Handle(received.Buffer);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await ticking;
        }
    }

    private async Task TickAsync(PeriodicTimer timer)
    {
        while (!_stop.IsCancellationRequested && await timer.WaitForNextTickAsync()) Pump();
    }

    private void Pump()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;

            _session!.Tick(NowUs());
            Drain();
        }
    }

    private void Handle(byte[] datagram)
    {
        RtcReceived received;
        lock (_lock)
        {
            received = _session!.Handle(datagram, TransportAddress.From(_node!), NowUs());
            Drain();
        }

        if (received.Kind == RtcPacketKind.Rtcp) Read(datagram[..received.Length]);
    }

    private void Read(byte[] datagram)
    {
        RtcpCompound.Parse(datagram, out var compound).ShouldBe(RtcpFault.None);
        foreach (var packet in compound)
        {
            if (Nack.Parse(packet, out var nack) == RtcpFault.None)
            {
                foreach (var sequence in nack) Repair(nack.MediaSsrc, sequence);
            }

            _reports.Add((packet.Type, packet.Count, datagram));
        }
    }

    /// <summary>RFC 4588: the number that it had stands in front of the payload.</summary>
    private void Repair(uint ssrc, ushort sequence)
    {
        Asked.Add(sequence);
        if (!Repairs || !_sent.TryGetValue((ssrc, sequence), out var packet)) return;

        RtpPacket.Parse(packet, out var rtp);
        var buffer = new byte[packet.Length + 2];
        packet.AsSpan(0, rtp.HeaderBytes).CopyTo(buffer);
        buffer[1] = (byte)((packet[1] & 0x80) | Rtx);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), _rtxSequence++);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(8), ssrc + 1000);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(rtp.HeaderBytes), sequence);
        rtp.Payload.CopyTo(buffer.AsSpan(rtp.HeaderBytes + 2));
        SendPlain(buffer, isRtcp: false);
    }

    private void SendPlain(byte[] packet, bool isRtcp)
    {
        lock (_lock)
        {
            packet.CopyTo(_buffer, 0);
            var bytes = isRtcp
                ? _session!.ProtectRtcp(_buffer, packet.Length, out _)
                : _session!.ProtectRtp(_buffer, packet.Length, out _);
            bytes.ShouldBeGreaterThan(0);
            _socket.Send(_buffer.AsSpan(0, bytes), _node);
        }
    }

    private void Drain()
    {
        Span<byte> datagram = stackalloc byte[2048];
        for (int bytes; (bytes = _session!.Take(datagram, out _)) > 0;) _socket.Send(datagram[..bytes], _node);
        if (_session.State == RtcState.Connected) _connected.TrySetResult();
        if (_session.State == RtcState.Ended) _ended.TrySetResult(_session.End);
    }
}
