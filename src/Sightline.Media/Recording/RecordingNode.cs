using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sightline.Recording;
using Sightline.Recording.Journal;
using Sightline.Rtc.Sdp;

namespace Sightline.Media.Recording;

/// <summary>
/// Takes the media of recorded calls from browsers and writes it to journals, in this process: one thread receives, others wait
/// for the disk. A recording goes on where its journals end, whoever wrote them.
/// </summary>
public sealed class RecordingNode : IRecordingNode, IAsyncDisposable
{
    /// <summary>Recordings that are over and may not begin again by an offer that was late.</summary>
    public const int MaxRemembered = 1_000;

    private readonly RecordingNodeOptions _options;
    private readonly MediaWorker _worker;
    private readonly NodeClock _clock;
    private readonly JournalDisk _disk;
    private readonly ConcurrentDictionary<Guid, RunningRecording> _recordings = [];
    private readonly Lock _lock = new();
    private readonly Queue<Guid> _overInOrder = [];
    private readonly HashSet<Guid> _over = [];
    private volatile bool _isDraining;

    public RecordingNode(RecordingNodeOptions options, TimeProvider clock)
    {
        _options = options with { Folder = Directory.CreateDirectory(options.Folder).FullName };
        // A device may have two connections for a moment: one that is lost, and one that takes its place.
        var worker = new MediaWorkerOptions { MaxSessions = 2 * options.MaxLegs };
        _worker = new MediaWorker(options.Bind, options.Addresses.Count > 0 ? options.Addresses : OwnAddresses.Read(), worker, clock);
        _clock = new NodeClock(clock, _worker.StartedAt);
        _disk = new JournalDisk(_options.Files, _options.Folder, clock, NoteClockStep);
    }

    public bool IsDraining => _isDraining;

    /// <summary>Lets nobody in from now on.</summary>
    public void Drain() => _isDraining = true;

    public async Task<LegAnswer> OfferAsync(LegName leg, string offer, CancellationToken cancel)
    {
        if (_isDraining || IsOver(leg.RecordingId)) return Refuse(LegRefusal.Draining);
        if (SdpOffer.Parse(offer, out _) is null) return Refuse(LegRefusal.BadOffer);
        if (Enter(leg.RecordingId) is not { } recording) return Refuse(LegRefusal.Full);

        await recording.Gate.WaitAsync(cancel);
        try
        {
            if (_isDraining || recording.IsOver) return Refuse(LegRefusal.Draining);

            var isNew = !recording.Legs.TryGetValue((leg.PersonId, leg.DeviceId), out var known);
            if (known?.IsLeaving == true) return Refuse(LegRefusal.DiskFull);
            if (isNew && Judge(recording) is var refusal and not LegRefusal.None) return Refuse(refusal);

            known ??= Begin(leg, recording);
            if (known is null) return Refuse(LegRefusal.DiskFull);

            var answer = await known.AnswerAsync(offer);
            // Its journals may have been continued: it is one of the recording's, whatever became of the offer.
            recording.Legs[(leg.PersonId, leg.DeviceId)] = known;
            if (answer.Sdp is not null) return new LegAnswer(answer.Sdp, LegRefusal.None);
            return Refuse(answer.IsFull ? LegRefusal.Full : LegRefusal.BadOffer);
        }
        finally
        {
            recording.Gate.Release();
        }
    }

    public async Task<bool> RemoveAsync(LegName leg)
    {
        if (!_recordings.TryGetValue(leg.RecordingId, out var recording)) return false;

        RecordedLeg? removed;
        await recording.Gate.WaitAsync();
        try
        {
            if (!recording.Legs.TryGetValue((leg.PersonId, leg.DeviceId), out removed)) return false;

            await removed.EndAsync(EndReason.Removed);
        }
        finally
        {
            recording.Gate.Release();
        }

        // A disk that takes nothing holds up nobody else; until then the device has its place.
        await removed.Done;
        recording.Legs.TryRemove(KeyValuePair.Create((leg.PersonId, leg.DeviceId), removed));
        return true;
    }

    public async Task StopAsync(Guid recordingId)
    {
        Remember(recordingId);
        if (!_recordings.TryGetValue(recordingId, out var recording)) return;

        await FinishAsync(recording, async leg =>
        {
            await leg.EndAsync(EndReason.Stopped);
            await leg.Done;
        });
        _recordings.TryRemove(recordingId, out _);
    }

    public RecordingHealth? Read(Guid recordingId) => _recordings.TryGetValue(recordingId, out var recording) ? recording.Health : null;

    /// <summary>Every recording that this node knows.</summary>
    public IReadOnlyDictionary<Guid, RecordingHealth> ReadAll() => _recordings.ToDictionary(one => one.Key, one => one.Value.Health);

    /// <summary>Says goodbye to everybody and writes what is there; recordings can be gone on with.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDraining && _worker.IsStopped) return;

        _isDraining = true;
        var suspended = Task.WhenAll(_recordings.Values.Select(recording => FinishAsync(recording, leg => leg.SuspendAsync())));
        await Task.WhenAny(suspended, Task.Delay(_options.DrainTimeout, TimeProvider.System));
        _worker.Dispose();
        _disk.Dispose();
    }

    private static LegAnswer Refuse(LegRefusal refusal) => new(Sdp: null, refusal);

    private static async Task FinishAsync(RunningRecording recording, Func<RecordedLeg, Task> finish)
    {
        await recording.Gate.WaitAsync();
        try
        {
            recording.IsOver = true;
            await Task.WhenAll(recording.Legs.Values.Select(finish));
        }
        finally
        {
            recording.Gate.Release();
        }
    }

    private RunningRecording? Enter(Guid recordingId)
    {
        lock (_lock)
        {
            if (_recordings.TryGetValue(recordingId, out var running)) return running;
            if (_recordings.Count >= _options.MaxRecordings) return null;

            return _recordings[recordingId] = new RunningRecording(new RecordingClock(_clock));
        }
    }

    private LegRefusal Judge(RunningRecording recording)
    {
        if (recording.Legs.Count >= _options.MaxLegsPerRecording) return LegRefusal.Full;
        if (_recordings.Values.Sum(one => one.Legs.Count) >= _options.MaxLegs) return LegRefusal.Full;
        return _options.Files.FreeBytes(_options.Folder) < _options.MinFreeBytes ? LegRefusal.DiskFull : LegRefusal.None;
    }

    /// <summary><c>null</c>: the disk does not let itself be read.</summary>
    private RecordedLeg? Begin(LegName leg, RunningRecording recording)
    {
        try
        {
            return new RecordedLeg(recording, _worker, Open(leg, recording.Clock));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a device's journals where an earlier writer left them, or begins them.</summary>
    private ImmutableArray<(TrackKind Kind, TrackJournal Journal)> Open(LegName leg, RecordingClock clock)
    {
        var tracks = Enum.GetValues<TrackKind>().Select(kind =>
        {
            var folder = JournalFolder.Of(_options.Folder, leg, kind);
            return (Kind: kind, Folder: folder, Remains: JournalFolder.Recover(folder, leg.RecordingId));
        }).ToList();
        // The writer lived until the last record of any track: a single one may have had nothing to say for long.
        var lastAt = tracks.Max(track => track.Remains.LastAt);
        if (lastAt is { } before) clock.MoveBehind(before);
        return
        [
            .. tracks.Select(track =>
            {
                var identity = track.Remains.Identity ?? new JournalIdentity(leg.RecordingId, Guid.NewGuid(), track.Kind);
                var files = new SegmentFiles(_options.Files, _options.Folder, track.Folder);
                return (track.Kind, TrackJournal.Open(
                    identity, _options.Journal, track.Remains, lastAt ?? clock.Now, clock, _disk, files));
            }),
        ];
    }

    private void NoteClockStep()
    {
        var step = _clock.TakeStep();
        if (step == TimeSpan.Zero) return;

        foreach (var journal in _disk.Journals) journal.ClockStepped(step);
    }

    private bool IsOver(Guid recordingId)
    {
        lock (_lock) return _over.Contains(recordingId);
    }

    private void Remember(Guid recordingId)
    {
        lock (_lock)
        {
            if (!_over.Add(recordingId)) return;

            _overInOrder.Enqueue(recordingId);
            if (_overInOrder.Count > MaxRemembered) _over.Remove(_overInOrder.Dequeue());
        }
    }
}
