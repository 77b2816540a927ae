using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sightline.Rtc;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Dtls.OpenSsl;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Session;
using Sightline.Rtc.Srtp;

namespace Sightline.Bench.Rtc;

/// <summary>
/// The other process: connections with two tracks of video each, or one, that send packets of 1200 bytes at a pace. On stdin
/// come the answers to the offers it prints, then, when it has sent enough, a line; then it prints how many packets it sent.
/// </summary>
internal static class Sender
{
    private const int EveryMs = 2;

    public static void Run(int tracks, int packetsPerSecond)
    {
        using var endpoint = new OpenSslEndpoint(
            DtlsCertificate.Create(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)), DtlsTimeouts.Default);
        var peers = new Peer[(tracks + 1) / 2];
        for (var i = 0; i < peers.Length; i++)
        {
            peers[i] = new Peer(endpoint, i, tracks: Math.Min(2, tracks - (2 * i)));
            Console.WriteLine(peers[i].Offer);
            peers[i].Begin(Console.ReadLine()!);
            while (!peers[i].IsConnected) peers[i].Pump(waitMs: 5);
        }

        Console.WriteLine("connected");
        Console.WriteLine(Send(peers, tracks, packetsPerSecond, Task.Run(Console.ReadLine)));
        foreach (var peer in peers) peer.Dispose();
    }

    /// <summary>Bursts every few ms, spread over all tracks; what is late is made up for.</summary>
    private static long Send(Peer[] peers, int tracks, int packetsPerSecond, Task stop)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        using var pause = new ManualResetEvent(initialState: false);
        var (sent, pumped) = (0L, 0);
        while (!stop.IsCompleted)
        {
            var elapsed = clock.GetElapsedTime(start);
            for (var due = (long)(elapsed.TotalSeconds * packetsPerSecond); sent < due; sent++)
            {
                var track = (int)(sent % tracks);
                peers[track / 2].SendMedia(track % 2);
            }

            // Checks and feedback, a few connections at a time.
            for (var i = 0; i < Math.Min(peers.Length, 4); i++) peers[pumped++ % peers.Length].Pump(waitMs: 0);
            pause.WaitOne(EveryMs);
        }

        return sent;
    }

    private sealed class Peer : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly SocketAddress _to = new(AddressFamily.InterNetwork);
        private readonly OpenSslEndpoint _endpoint;
        private readonly IceCredentials _ice = IceCredentials.FromRandom(RandomNumberGenerator.GetBytes(IceCredentials.RandomBytes));
        private readonly byte[] _buffer = new byte[SrtpLimits.MaxPacketBytes];
        private readonly byte[] _received = new byte[SrtpLimits.MaxPacketBytes];
        private readonly int[] _numbers = new int[2];
        private readonly int _index;
        private ushort _transportSequence;
        private RtcSession? _session;
        private TransportAddress _node;

        public Peer(OpenSslEndpoint endpoint, int index, int tracks)
        {
            (_endpoint, _index) = (endpoint, index);
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var mids = string.Join(' ', Enumerable.Range(0, tracks));
            var sections = string.Concat(Enumerable.Range(0, tracks).Select(Section));
            Offer = string.Create(CultureInfo.InvariantCulture,
                $"v=0|o=- {index + 1} 1 IN IP4 127.0.0.1|s=-|t=0 0|a=group:BUNDLE {mids}|{sections}");
        }

        /// <summary>In one line.</summary>
        public string Offer { get; }

        public bool IsConnected => _session!.State == RtcState.Connected;

        public void Begin(string line)
        {
            var answer = line.Replace('|', '\n');
            var port = int.Parse(Between(answer, " 127.0.0.1 ", " typ host"), CultureInfo.InvariantCulture);
            var node = new IPEndPoint(IPAddress.Loopback, port);
            _node = TransportAddress.From(node);
            node.Serialize().Buffer.CopyTo(_to.Buffer);
            var remote = new IceCredentials(Between(answer, "a=ice-ufrag:", "\n"), Between(answer, "a=ice-pwd:", "\n"));
            var fingerprint = DtlsFingerprint.TryParse(Between(answer, "a=fingerprint:", "\n"))!;
            var ice = new IceControlling(_ice, remote, [_node], (ulong)_index, IceTimeouts.Default, NowUs());
            _session = new RtcSession(new RtcSessionOptions(DtlsRole.Client, fingerprint), ice, _endpoint, NowUs());
        }

        public void Pump(int waitMs)
        {
            _session!.Tick(NowUs());
            Drain();
            while (_socket.Poll(waitMs * 1000, SelectMode.SelectRead))
            {
                var bytes = _socket.Receive(_received);
                _session.Handle(_received.AsSpan(0, bytes), _node, NowUs());
                Drain();
                waitMs = 0;
            }
        }

        public void SendMedia(int track)
        {
            var number = _numbers[track]++;
            var writer = new RtpWriter(_buffer, new RtpHeader(96, (ushort)number, (uint)(number / 4 * 3000), (uint)(track + 1), number % 4 == 3));
            Span<byte> sequence = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(sequence, _transportSequence++);
            writer.Add(3, sequence);
            writer.Add(4, track == 0 ? "0"u8 : "1"u8);
            Span<byte> payload = stackalloc byte[Figures.PacketBytes - 24];
            payload[0] = (byte)(number % 4 == 0 ? 0x10 : 0);
            payload[1] = (byte)(number == 0 ? 0 : 1);
            var bytes = _session!.ProtectRtp(_buffer, writer.Finish(payload), out _);
            _socket.SendTo(_buffer.AsSpan(0, bytes), SocketFlags.None, _to);
        }

        public void Dispose()
        {
            _session?.Dispose();
            _socket.Dispose();
        }

        private static long NowUs() => (long)TimeProvider.System.GetElapsedTime(0).TotalMicroseconds;

        private static string Between(string text, string before, string after)
        {
            var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
            return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
        }

        private string Section(int mid) => string.Create(CultureInfo.InvariantCulture,
            $"m=video 9 UDP/TLS/RTP/SAVPF 96|a=ice-ufrag:{_ice.UsernameFragment}|a=ice-pwd:{_ice.Password}|")
            + string.Create(CultureInfo.InvariantCulture, $"a=fingerprint:{_endpoint.Fingerprint}|a=setup:actpass|a=mid:{mid}|")
            + $"a=sendonly|a=rtcp-mux|a=extmap:3 {ExtensionUris.TransportSequence}|a=extmap:4 {ExtensionUris.Mid}|"
            + "a=rtpmap:96 VP8/90000|a=rtcp-fb:96 nack|a=rtcp-fb:96 transport-cc|";

        private void Drain()
        {
            Span<byte> datagram = stackalloc byte[SrtpLimits.MaxPacketBytes];
            for (int bytes; (bytes = _session!.Take(datagram, out _)) > 0;) _socket.SendTo(datagram[..bytes], SocketFlags.None, _to);
        }
    }
}
