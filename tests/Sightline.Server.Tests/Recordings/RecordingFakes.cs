using System.Collections.Concurrent;
using System.Threading.Channels;
using Sightline.Media.Finishing;
using Sightline.Media.Recording;
using Sightline.Recording;
using Sightline.Recording.Timeline;

namespace Sightline.Server.Tests.Recordings;

/// <summary>Takes offers and writes down what it was asked.</summary>
internal sealed class FakeNode : IRecordingNode
{
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();

    public const string Answer = "v=0\r\ns=answer\r\n";

    public bool IsDraining { get; set; }

    public LegRefusal Refusal { get; set; }

    public ConcurrentBag<LegName> Offers { get; } = [];

    public ConcurrentDictionary<Guid, bool> Stopped { get; } = new();

    public Task<LegAnswer> OfferAsync(LegName leg, string offer, CancellationToken cancel)
    {
        Offers.Add(leg);
        return Task.FromResult(Refusal == LegRefusal.None ? new LegAnswer(Answer, LegRefusal.None) : new LegAnswer(null, Refusal));
    }

    public Task<bool> RemoveAsync(LegName leg)
    {
        _asked.Writer.TryWrite($"remove {leg.PersonId}");
        return Task.FromResult(true);
    }

    public Task StopAsync(Guid recordingId)
    {
        Stopped[recordingId] = true;
        _asked.Writer.TryWrite($"stop {recordingId}");
        return Task.CompletedTask;
    }

    public RecordingHealth? Read(Guid recordingId) => new(1, 1_000, 3, LastArrivalAt: null);

    /// <summary>Waits until this was asked.</summary>
    public async Task ExpectAsync(string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await _asked.Reader.ReadAsync(patience.Token) != what)
        {
        }
    }
}

/// <summary>Makes a file of a thousand bytes, or does what a test wants instead.</summary>
internal sealed class FakeFinisher(string folder) : IRecordingFinisher
{
    public const string FileName = "all.mp4";
    public const int Bytes = 1_000;

    private int _attempts;

    public int Attempts => _attempts;

    public static Guid SomebodyId { get; } = Guid.NewGuid();

    public Func<Guid, IProgress<double>?, CancellationToken, Task<FinishResult>>? Instead { get; set; }

    public Task<FinishResult> FinishAsync(Guid recordingId, IProgress<double>? progress, CancellationToken cancel)
    {
        Interlocked.Increment(ref _attempts);
        return Instead is { } instead ? instead(recordingId, progress, cancel) : Task.FromResult(Make(recordingId));
    }

    public FinishResult Make(Guid recordingId)
    {
        var finished = Directory.CreateDirectory(Path.Combine(folder, recordingId.ToString("D"), "finished")).FullName;
        File.WriteAllBytes(Path.Combine(finished, FileName), [.. Enumerable.Range(0, Bytes).Select(i => (byte)i)]);
        return new FinishResult(
            new FinishedRecording(
                DateTimeOffset.UnixEpoch,
                TimeSpan.FromSeconds(61.5),
                [new FinishedFile(FileName, FinishedFileKind.Combined, PersonId: null, "video/mp4", Bytes, TimeSpan.Zero, TimeSpan.FromSeconds(61.5))],
                [new NamedGap(SomebodyId, TrackKind.Camera, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), 40, GapCause.Connection)],
                CombinedProblem: null),
            FinishProblem.None);
    }
}
