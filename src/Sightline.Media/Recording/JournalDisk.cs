using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Sightline.Media.Recording;

/// <summary>
/// The threads that wait for the disk, so that nobody else does: one writes, round by round, and a few make durable what is
/// written: of many tracks all together, because each alone costs the disk a commit. Each track has at most one write and one
/// sync under way, so nothing here can pile up.
/// </summary>
internal sealed class JournalDisk : IDisposable
{
    /// <summary>Syncs at the same time: a disk serves several together in little more than the time of one.</summary>
    private const int SyncThreads = 4;

    /// <summary>Between two rounds; with the time that a record waits in its journal it is written within 50 ms.</summary>
    private const int RoundMs = 10;

    /// <summary>Of fewer tracks each is synced by itself: a disk synced as a whole writes what others have on it, too.</summary>
    private const int MinTogether = 8;

    /// <summary>When all together take longer, others write much to this disk, and each track is synced by itself for a while.</summary>
    private static readonly TimeSpan SlowTogether = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan AloneAfterSlow = TimeSpan.FromSeconds(10);

    private readonly IJournalFiles _files;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly Action _everySecond;
    private readonly AutoResetEvent _hurry = new(initialState: false);

    /// <summary>Without a journal: those that are synced together.</summary>
    private readonly BlockingCollection<(TrackJournal? Journal, uint Segment)> _syncs = [];

    /// <summary>To be synced; the writer's thread alone has it.</summary>
    private List<(TrackJournal Journal, uint Segment)> _due = [];

    /// <summary>Synced together; another thread has it meanwhile.</summary>
    private List<(TrackJournal Journal, uint Segment)> _together = [];

    private volatile bool _isSyncingTogether;
    private long _togetherSince;
    private long _aloneUntil = long.MinValue;
    private readonly List<Thread> _threads = [];
    private ImmutableArray<TrackJournal> _journals = [];
    private volatile bool _isStopping;

    /// <param name="everySecond">Is called on the writer's thread about once a second while there are journals.</param>
    public JournalDisk(IJournalFiles files, string folder, TimeProvider time, Action everySecond)
    {
        (_files, _folder) = (files, folder);
        _time = time;
        _everySecond = everySecond;
        Start("journal writer", Write);
        for (var i = 0; i < SyncThreads; i++) Start("journal sync", Sync);
    }

    public ImmutableArray<TrackJournal> Journals => _journals;

    /// <summary>From now on it is looked after, until it is over.</summary>
    public void Add(TrackJournal journal)
    {
        ImmutableInterlocked.Update(ref _journals, static (journals, added) => journals.Add(added), journal);
        _hurry.Set();
    }

    /// <summary>Begins a round now.</summary>
    public void Hurry() => _hurry.Set();

    /// <summary>On the writer's thread: what is written of a segment is to be made durable.</summary>
    public void Sync(TrackJournal journal, uint segment) => _due.Add((journal, segment));

    /// <summary>What is not on the disk by now is given up.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _hurry.Set();
        _threads[0].Join();
        _syncs.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        foreach (var journal in Journals) journal.Finish();
        _syncs.Dispose();
        _hurry.Dispose();
    }

    private void Start(string name, ThreadStart run)
    {
        var thread = new Thread(run) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Write()
    {
        var lookedAt = _time.GetTimestamp();
        while (!_isStopping)
        {
            var journals = Journals;
            foreach (var journal in journals)
            {
                if (journal.Write()) continue;

                ImmutableInterlocked.Update(ref _journals, static (all, over) => all.Remove(over), journal);
                journal.Finish();
            }

            if (_due.Count > 0) BeginSyncs(journals);
            if (journals.Length > 0 && _time.GetElapsedTime(lookedAt) >= TimeSpan.FromSeconds(1))
            {
                lookedAt = _time.GetTimestamp();
                _everySecond();
            }

            _hurry.WaitOne(journals.Length == 0 ? Timeout.Infinite : RoundMs);
        }
    }

    private void BeginSyncs(ImmutableArray<TrackJournal> journals)
    {
        var now = _time.GetTimestamp();
        var isAlone = journals.Length < MinTogether || now < Volatile.Read(ref _aloneUntil) || (_isSyncingTogether && IsSlow(now));
        if (isAlone)
        {
            foreach (var (journal, segment) in _due) _syncs.Add((journal, segment));
            _due.Clear();
        }
        else if (!_isSyncingTogether)
        {
            // Whatever else is written is made durable with it.
            foreach (var journal in journals) journal.Write(syncSoon: true);
            (_due, _together) = (_together, _due);
            (_togetherSince, _isSyncingTogether) = (now, true);
            _syncs.Add(default);
        }
    }

    private bool IsSlow(long now) => _time.GetElapsedTime(_togetherSince, now) > SlowTogether;

    private void Sync()
    {
        foreach (var (journal, segment) in _syncs.GetConsumingEnumerable())
        {
            if (journal is null) SyncTogether();
            else journal.Sync(segment);
        }
    }

    private void SyncTogether()
    {
        var succeeded = _files.TrySyncAll(_folder);
        var now = _time.GetTimestamp();
        if (!succeeded || IsSlow(now))
            Volatile.Write(ref _aloneUntil, now + (long)(AloneAfterSlow.TotalSeconds * _time.TimestampFrequency));
        foreach (var (journal, segment) in _together)
        {
            if (succeeded) journal.WasSynced(segment);
            else journal.Sync(segment);
        }

        _together.Clear();
        _isSyncingTogether = false;
    }
}
