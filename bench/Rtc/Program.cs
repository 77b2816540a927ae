using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Sightline.Bench.Rtc;
using Sightline.Rtc.Codecs;
using Sightline.Rtc.Repair;
using Sightline.Rtc.Rtcp;
using Sightline.Rtc.Rtp;
using Sightline.Rtc.Srtp;

// What a packet of 1200 bytes costs: first each part of its way in and out, in ns and in bytes allocated, in one thread and in
// memory alone; then the whole way from a socket into a journal. README.md beside this folder says what the figures are; the
// last line is JSON.

switch (args)
{
    case ["send", var tracks, var pace]:
        Sender.Run(int.Parse(tracks, CultureInfo.InvariantCulture), int.Parse(pace, CultureInfo.InvariantCulture));
        return;
    case ["flood", var port, var pace]:
        Figures.Flood(int.Parse(port, CultureInfo.InvariantCulture), int.Parse(pace, CultureInfo.InvariantCulture));
        return;
    case ["--minutes", var text]:
        var minutes = double.Parse(text, CultureInfo.InvariantCulture);
        var (heapStartMb, heapEndMb, lostInAll) = await Figures.SoakAsync(tracks: 6, packetsPerSecond: 600, TimeSpan.FromMinutes(minutes));
        Console.WriteLine(JsonSerializer.Serialize(new { minutes, heap_start_mb = heapStartMb, heap_end_mb = heapEndMb, lost = lostInAll }));
        return;
}

const int PayloadBytes = 1100;
const int Packets = 20_000;
const int Rounds = 9;

var unprotect = new double[Rounds];
var protect = new double[Rounds];
var receive = new double[Rounds];
var receiveOf200 = new double[Rounds];
var frames = new double[Rounds];
var allocated = 0L;
for (var round = -2; round < Rounds; round++)
{
    var (protectNs, unprotectNs, srtpBytes) = Srtp();
    var (receiveNs, receiveBytes) = Receive(tracks: 1);
    var (receive200Ns, receive200Bytes) = Receive(tracks: 200);
    var framesNs = Frames();
    // The first rounds warm caches and compilers.
    if (round < 0) continue;

    (protect[round], unprotect[round], receive[round], receiveOf200[round]) = (protectNs, unprotectNs, receiveNs, receive200Ns);
    frames[round] = framesNs;
    allocated = Math.Max(allocated, Math.Max(srtpBytes, Math.Max(receiveBytes, receive200Bytes)));
}

var figures = new Dictionary<string, double>(StringComparer.Ordinal)
{
    ["unprotect_ns"] = Median(unprotect),
    ["protect_ns"] = Median(protect),
    ["receive_ns"] = Median(receive),
    ["receive_ns_200_tracks"] = Median(receiveOf200),
    ["depacketise_ns"] = Median(frames),
    ["alloc_bytes_per_packet"] = Math.Round((double)allocated / Packets, 3),
};
var folder = Directory.CreateTempSubdirectory("sightline-bench-").FullName;
try
{
    await WholeAsync(packetsPerSecond: 5_000, suffix: "");
    await WholeAsync(packetsPerSecond: 20_000, suffix: "_at_20k");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

Console.WriteLine(JsonSerializer.Serialize(figures));

async Task WholeAsync(int packetsPerSecond, string suffix)
{
    const int wholeRounds = 3;
    var measured = TimeSpan.FromSeconds(3);
    var (whole, wholeOf200, floor) = (new double[wholeRounds], new double[wholeRounds], new double[wholeRounds]);
    var (bytes, bytesOf200, lost) = (0.0, 0.0, 0.0);
    for (var round = 0; round < wholeRounds; round++)
    {
        floor[round] = Figures.Floor(packetsPerSecond, measured);
        var one = await Figures.RecordAsync(folder, 1, packetsPerSecond, measured);
        var many = await Figures.RecordAsync(folder, 200, packetsPerSecond, measured);
        (whole[round], wholeOf200[round], lost) = (one.PerCpuSecond, many.PerCpuSecond, Math.Max(lost, many.Lost));
        // The first round compiles what it runs.
        if (round > 0) (bytes, bytesOf200) = (Math.Max(bytes, one.BytesPerPacket), Math.Max(bytesOf200, many.BytesPerPacket));
        Console.WriteLine($"{packetsPerSecond}/s, round {round + 1}: floor {floor[round]:F0}, one track {one.PerCpuSecond:F0} ({one.Lost:P2} lost), "
            + $"200 tracks {many.PerCpuSecond:F0} ({many.Lost:P2} lost) packets per CPU-second; "
            + $"{one.BytesPerPacket:F3} and {many.BytesPerPacket:F3} bytes allocated per packet");
    }

    figures["alloc_bytes_per_packet_whole" + suffix] = Math.Round(bytes, 3);
    figures["alloc_bytes_per_packet_200_tracks" + suffix] = Math.Round(bytesOf200, 3);
    figures["pps_per_cpu_s" + suffix] = Median(whole);
    figures["floor_pps_per_cpu_s" + suffix] = Median(floor);
    figures["pps_per_cpu_s_200_tracks" + suffix] = Median(wholeOf200);
    figures["lost_200_tracks" + suffix] = Math.Round(lost, 4);
}

static double Median(double[] values)
{
    Array.Sort(values);
    return Math.Round(values[values.Length / 2], 1);
}

// Time of the processor, not of the wall: whatever else runs here costs less of it.
static double PerPacketNs(TimeSpan since) => (Environment.CpuUsage.TotalTime - since).TotalNanoseconds / Packets;

static int Packet(Span<byte> buffer, int number, uint ssrc)
{
    var header = new RtpHeader(96, (ushort)number, (uint)(number / 4 * 3000), ssrc, Marker: number % 4 == 3);
    var writer = new RtpWriter(buffer, header);
    Span<byte> sequence = stackalloc byte[2];
    BinaryPrimitives.WriteUInt16BigEndian(sequence, (ushort)number);
    writer.Add(3, sequence);
    writer.Add(4, "0"u8);
    Span<byte> payload = stackalloc byte[PayloadBytes];
    payload[0] = (byte)(number % 4 == 0 ? 0x10 : 0);
    payload[1] = 1;
    return writer.Finish(payload);
}

// Every packet into buffers of its own first, so that neither side finds it in the nearest cache alone.
static (double ProtectNs, double UnprotectNs, long Bytes) Srtp()
{
    var profile = SrtpProfile.AeadAes128Gcm;
    var (key, salt) = (new byte[SrtpProfileSizes.KeyBytes], new byte[profile.SaltBytes()]);
    using var sender = new SrtpSender(profile, key, salt);
    using var receiver = new SrtpReceiver(profile, key, salt);
    var packets = new byte[Packets][];
    var lengths = new int[Packets];
    for (var i = 0; i < Packets; i++)
    {
        packets[i] = new byte[1300];
        lengths[i] = Packet(packets[i], i, 1);
    }

    sender.ProtectRtp(packets[0], lengths[0], out lengths[0]);
    receiver.UnprotectRtp(packets[0].AsSpan(0, lengths[0]), out _);
    var bytes = GC.GetAllocatedBytesForCurrentThread();
    var since = Environment.CpuUsage.TotalTime;
    for (var i = 1; i < Packets; i++) sender.ProtectRtp(packets[i], lengths[i], out lengths[i]);
    var protectNs = PerPacketNs(since);

    since = Environment.CpuUsage.TotalTime;
    var good = 1;
    for (var i = 1; i < Packets; i++) good += receiver.UnprotectRtp(packets[i].AsSpan(0, lengths[i]), out _) == SrtpResult.Ok ? 1 : 0;
    var unprotectNs = PerPacketNs(since);
    bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
    return good == Packets ? (protectNs, unprotectNs, bytes) : throw new InvalidOperationException("A packet was not read.");
}

// From decrypted bytes to packets in order, one of fifty overtaken; feedback is written.
static (double Ns, long Bytes) Receive(int tracks)
{
    var pool = new PacketPool();
    var known = default(KnownExtensions) with { TransportSequence = 3, Mid = 4 };
    var settings = new ReceiveTrackSettings { ClockRate = 90_000, Codec = MediaCodec.Vp8 }.ForRecording() with { StartWaitUs = 0 };
    var all = new ReceiveTrack[tracks];
    for (var i = 0; i < tracks; i++) all[i] = new ReceiveTrack((uint)i, settings, pool);
    var arrivals = new ArrivalLog();
    var buffer = new byte[1500];
    var length = Packet(buffer, 0, 0);
    var feedback = new byte[1200];
    var (taken, nowUs) = (0L, 0L);
    // As many as it takes to reach the steady state of every track.
    Run(0, Packets);
    var bytes = GC.GetAllocatedBytesForCurrentThread();
    var since = Environment.CpuUsage.TotalTime;
    Run(Packets, 2 * Packets);
    var ns = PerPacketNs(since);
    return taken > Packets ? (ns, GC.GetAllocatedBytesForCurrentThread() - bytes) : throw new InvalidOperationException("Packets are missing.");

    void Run(int from, int until)
    {
        for (var i = from; i < until; i++)
        {
            var number = i / tracks;
            // 37 comes behind 38.
            number += (number % 50) switch { 37 => 1, 38 => -1, _ => 0 };
            BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), (ushort)number);
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(4), (uint)(number / 4 * 3000));
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(8), (uint)(i % tracks));
            RtpPacket.Parse(buffer.AsSpan(0, length), out var packet);
            nowUs += 10_000 / tracks;
            if (known.Read(packet).TransportSequence is not null) arrivals.Add((ushort)i, nowUs);
            var track = all[i % tracks];
            track.Handle(packet, nowUs);
            while (track.TryTake(nowUs, out var output)) taken += output.Gap is null ? 1 : 0;
            var writer = new RtcpWriter(feedback);
            if (track.WakeAtUs <= nowUs) track.WriteFeedback(ref writer, 1, nowUs);
            arrivals.WriteFeedback(ref writer, 1, 1, nowUs);
        }
    }
}

// VP8 of four packets a frame.
static double Frames()
{
    var depacketiser = Depacketiser.For(MediaCodec.Vp8);
    var payload = new byte[PayloadBytes];
    var frames = 0;
    var since = Environment.CpuUsage.TotalTime;
    for (var i = 0; i < Packets; i++)
    {
        payload[0] = (byte)(i % 4 == 0 ? 0x10 : 0);
        payload[1] = 1;
        frames += depacketiser.TryAdd(payload, i % 4 == 3, i / 4 * 3000, out _) ? 1 : 0;
    }

    var ns = PerPacketNs(since);
    return frames == Packets / 4 ? ns : throw new InvalidOperationException("Frames are missing.");
}
