using System.Net;
using Sightline.Media.Recording;
using Sightline.Recording;
using Sightline.Recording.Journal;

namespace Sightline.Media.Tests.Recording;

/// <summary>A node with a folder of its own, and devices that send to it.</summary>
internal sealed class RecordingScene : IAsyncDisposable
{
    private readonly List<TestPeer> _peers = [];
    private readonly string? _given;

    public RecordingScene(string? folder = null)
    {
        _given = folder;
        Folder = folder ?? Directory.CreateTempSubdirectory("sightline-node-").FullName;
        Options = new RecordingNodeOptions
        {
            Folder = Folder,
            Bind = new IPEndPoint(IPAddress.Loopback, 0),
            Addresses = [IPAddress.Loopback],
            MinFreeBytes = 0,
        };
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Folder { get; }

    public RecordingNodeOptions Options { get; set; }

    public LegName Leg { get; init; } = new(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

    public RecordingNode Node { get => field ??= new RecordingNode(Options, Clock); private set; }

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public async Task<TestPeer> JoinAsync(LegName? leg = null)
    {
        var peer = new TestPeer();
        _peers.Add(peer);
        await OfferAsync(peer, peer.Offer(), leg);
        await peer.Connected;
        return peer;
    }

    public async Task OfferAsync(TestPeer peer, string offer, LegName? leg = null)
    {
        var answer = await Node.OfferAsync(leg ?? Leg, offer, Stop);
        answer.Refusal.ShouldBe(LegRefusal.None);
        peer.Begin(answer.Sdp!);
    }

    /// <summary>Another node on the same folder, whatever became of the one before.</summary>
    public async Task RestartAsync()
    {
        await Node.DisposeAsync();
        Node = new RecordingNode(Options, Clock);
    }

    public string PathOf(TrackKind kind, LegName? leg = null) => JournalFolder.Of(Folder, leg ?? Leg, kind);

    /// <summary>All records of a track as they can be read now.</summary>
    public (List<Entry> Entries, JournalReport Report) Read(TrackKind kind, LegName? leg = null)
    {
        var reader = new JournalReader();
        var entries = new List<Entry>();
        var folder = PathOf(kind, leg);
        var paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.journal") : [];
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            reader.Open(bytes);
            while (reader.TryRead(out var record)) entries.Add(new Entry(record));
        }

        return (entries, reader.Report);
    }

    public List<byte[]> Packets(TrackKind kind) =>
        [.. Read(kind).Entries.Where(entry => entry.Kind == RecordKind.Packet).Select(entry => entry.Body)];

    /// <summary>What happened, in order: everything but packets, sender reports and formats.</summary>
    public List<RecordKind> Events(TrackKind kind) =>
        [.. Read(kind).Entries.Select(entry => entry.Kind).Where(each => each is not (RecordKind.Packet or RecordKind.SenderReport or RecordKind.Format))];

    /// <summary>Stops the recording once so many packets of a track are on the disk.</summary>
    public async Task StopAfterAsync(TrackKind kind, int packets)
    {
        await UntilAsync(() => Packets(kind).Count >= packets);
        await Node.StopAsync(Leg.RecordingId);
    }

    /// <summary>Waits until it is on the disk; the test's own time limit is the only one.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition()) await timer.WaitForNextTickAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers) peer.Dispose();
        await Node.DisposeAsync();
        if (_given is null) Directory.Delete(Folder, recursive: true);
    }

    internal sealed class Entry(JournalRecord record)
    {
        public RecordKind Kind { get; } = record.Kind;

        public DateTimeOffset At { get; } = record.At;

        public byte[] Body { get; } = record.Body.ToArray();
    }
}
