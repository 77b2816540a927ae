using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime;
using System.Security.Cryptography;
using Sightline.Media.Recording;
using Sightline.Rtc.Srtp;

namespace Sightline.Bench.Rtc;

/// <param name="PerCpuSecond">Packets received and journaled for each second of the processor, all threads of this process together.</param>
/// <param name="Lost">The part of what was sent that is in no journal.</param>
internal readonly record struct Whole(double PerCpuSecond, double BytesPerPacket, double Lost);

/// <summary>The whole way of packets from another process: socket, decryption, repair, journal, disk; and the least that it can cost.</summary>
internal static class Figures
{
    /// <summary>Of a packet before it is encrypted.</summary>
    public const int PacketBytes = 1184;

    /// <summary>In front of it in a journal.</summary>
    private const int RecordBytes = 21;

    private const int MaxWarmups = 15;

    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);

    /// <param name="folder">New segments go below it. It is not deleted here: file systems find places for new files more
    /// slowly for a while after many were deleted.</param>
    public static async Task<Whole> RecordAsync(string folder, int tracks, int packetsPerSecond, TimeSpan measured)
    {
        using var sender = Start("send", tracks, packetsPerSecond);
        try
        {
            await using var node = new RecordingNode(OptionsFor(folder), TimeProvider.System);
            var recording = Guid.NewGuid();
            await ConnectAsync(sender, node, recording);
            Settle();
            var before = node.Read(recording)!.Bytes;
            var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
            Wait(measured);
            (cpu, allocated) = (Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes() - allocated);
            var packets = (node.Read(recording)!.Bytes - before) / (double)(PacketBytes + RecordBytes);

            var sent = await StopAsync(sender);
            // What is still in the socket comes yet.
            Wait(Warmup / 4);
            var kept = node.Read(recording)!.Bytes;
            await node.StopAsync(recording);
            var lost = Math.Max(0, 1 - (kept / (double)(PacketBytes + RecordBytes) / sent));
            return new Whole(packets / cpu.TotalSeconds, allocated / packets, lost);
        }
        finally
        {
            // Where this side failed, the other does not wait for it.
            sender.StandardInput.Close();
            sender.WaitForExit();
        }
    }

    /// <summary>A node runs for months: measured is what it costs once its code is compiled.</summary>
    private static void Settle()
    {
        var compiled = 0L;
        for (var i = 0; i < MaxWarmups && compiled != JitInfo.GetCompiledMethodCount(); i++)
        {
            compiled = JitInfo.GetCompiledMethodCount();
            Wait(Warmup);
        }
    }

    private static async Task<long> StopAsync(Process sender)
    {
        await sender.StandardInput.WriteLineAsync();
        return long.Parse((await sender.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    /// <summary>A loop that receives, decrypts and writes in runs of 64 KiB as the journal does, and nothing else.</summary>
    public static double Floor(int packetsPerSecond, TimeSpan measured)
    {
        var path = Path.GetTempFileName();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveBufferSize = 4 * 1024 * 1024;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        using var sender = Start("flood", port, packetsPerSecond);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        using var aes = new AesGcm(new byte[SrtpProfileSizes.KeyBytes], 16);
        try
        {
            var (received, run) = (new byte[2048], new byte[64 * 1024]);
            var from = new SocketAddress(AddressFamily.InterNetwork);
            var nonce = new byte[12];
            var (filled, at, packets, cpu) = (0, 0L, 0L, TimeSpan.Zero);
            var clock = TimeProvider.System;
            sender.StandardInput.WriteLine((Warmup + measured + Warmup).TotalSeconds.ToString(CultureInfo.InvariantCulture));
            var start = clock.GetTimestamp();
            for (TimeSpan elapsed; (elapsed = clock.GetElapsedTime(start)) < Warmup + measured;)
            {
                var bytes = socket.ReceiveFrom(received, SocketFlags.None, from);
                if (elapsed >= Warmup && packets++ == 0) cpu = Environment.CpuUsage.TotalTime;
                var payload = received.AsSpan(12, bytes - 28);
                aes.Decrypt(nonce, payload, received.AsSpan(bytes - 16, 16), payload, received.AsSpan(0, 12));
                if (filled + bytes > run.Length)
                {
                    RandomAccess.Write(file, run.AsSpan(0, filled), at);
                    (at, filled) = (at + filled, 0);
                }

                received.AsSpan(0, bytes - 16).CopyTo(run.AsSpan(filled));
                filled += bytes - 16;
            }

            cpu = Environment.CpuUsage.TotalTime - cpu;
            sender.StandardOutput.ReadLine();
            return packets / cpu.TotalSeconds;
        }
        finally
        {
            sender.WaitForExit();
            File.Delete(path);
        }
    }

    /// <summary>For <see cref="Floor"/>: the same packet again and again, at the same pace.</summary>
    public static void Flood(int port, int packetsPerSecond)
    {
        var lastsFor = TimeSpan.FromSeconds(double.Parse(Console.ReadLine()!, CultureInfo.InvariantCulture));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(IPAddress.Loopback, port);
        using var aes = new AesGcm(new byte[SrtpProfileSizes.KeyBytes], 16);
        var (packet, nonce) = (new byte[PacketBytes + 16], new byte[12]);
        var payload = packet.AsSpan(12, PacketBytes - 12);
        aes.Encrypt(nonce, payload, payload, packet.AsSpan(PacketBytes), packet.AsSpan(0, 12));
        using var pause = new ManualResetEvent(initialState: false);
        var clock = TimeProvider.System;
        var (start, sent) = (clock.GetTimestamp(), 0L);
        for (TimeSpan elapsed; (elapsed = clock.GetElapsedTime(start)) < lastsFor; pause.WaitOne(2))
        {
            for (var due = (long)(elapsed.TotalSeconds * packetsPerSecond); sent < due; sent++) socket.Send(packet);
        }

        Console.WriteLine(sent);
    }

    /// <summary>Records for so long, and says every minute what this process holds.</summary>
    public static async Task<(double HeapStartMb, double HeapEndMb, double Lost)> SoakAsync(int tracks, int packetsPerSecond, TimeSpan lastsFor)
    {
        var folder = Directory.CreateTempSubdirectory("sightline-bench-").FullName;
        using var sender = Start("send", tracks, packetsPerSecond);
        try
        {
            await using var node = new RecordingNode(OptionsFor(folder), TimeProvider.System);
            var recording = Guid.NewGuid();
            await ConnectAsync(sender, node, recording);
            Wait(TimeSpan.FromSeconds(Math.Min(30, lastsFor.TotalSeconds / 4)));
            var (start, end) = (HeapMb(), 0.0);
            for (var minute = 1; minute <= lastsFor.TotalMinutes; minute++)
            {
                Wait(TimeSpan.FromMinutes(1));
                Console.WriteLine($"minute {minute}: heap {HeapMb():F2} MB, process {Environment.WorkingSet / 1e6:F0} MB");
            }

            end = HeapMb();
            var sent = await StopAsync(sender);
            Wait(Warmup);
            var packets = node.Read(recording)!.Bytes / (double)(PacketBytes + RecordBytes);
            await node.StopAsync(recording);
            return (start, end, Math.Max(0, 1 - (packets / sent)));
        }
        finally
        {
            // Where this side failed, the other does not wait for it.
            sender.StandardInput.Close();
            sender.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What is left after everything that can be collected has been.</summary>
    private static double HeapMb() => Math.Round(GC.GetTotalMemory(forceFullCollection: true) / 1e6, 2);

    private static RecordingNodeOptions OptionsFor(string folder) => new()
    {
        Folder = folder,
        Bind = new IPEndPoint(IPAddress.Loopback, 0),
        Addresses = [IPAddress.Loopback],
        MaxLegsPerRecording = 128,
    };

    private static async Task ConnectAsync(Process sender, RecordingNode node, Guid recording)
    {
        while (await sender.StandardOutput.ReadLineAsync() is { } line && line != "connected")
        {
            var leg = new LegName(recording, Guid.NewGuid(), Guid.NewGuid());
            var answer = await node.OfferAsync(leg, line.Replace('|', '\n'), CancellationToken.None);
            await sender.StandardInput.WriteLineAsync(answer.Sdp!.Replace("\r\n", "|", StringComparison.Ordinal));
        }
    }

    private static Process Start(string role, int number, int packetsPerSecond)
    {
        string[] arguments =
        [
            typeof(Figures).Assembly.Location, role,
            number.ToString(CultureInfo.InvariantCulture), packetsPerSecond.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
    }

    private static void Wait(TimeSpan time)
    {
        using var never = new ManualResetEvent(initialState: false);
        never.WaitOne(time);
    }
}
