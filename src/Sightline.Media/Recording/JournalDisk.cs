using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Sightline.Media.Recording;

/// <summary>
/// The threads that wait for the disk, so that nobody else does: one writes, round by round, and a few make durable what is
/// written. Each track has at most one write and one sync under way, so nothing here can pile up.
/// </summary>
internal sealed class JournalDisk : IDisposable
{
    /// <summary>Syncs at the same time: a disk serves several together in little more than the time of one.</summary>
    private const int SyncThreads = 4;

    /// <summary>Between two rounds; with the time that a record waits in its journal it is written within 50 ms.</summary>
    private const int RoundMs = 10;

    private readonly TimeProvider _time;
    private readonly Action _everySecond;
    private readonly AutoResetEvent _hurry = new(initialState: false);
    private readonly BlockingCollection<(TrackJournal Journal, uint Segment)> _syncs = [];
    private readonly List<Thread> _threads = [];
    private ImmutableArray<TrackJournal> _journals = [];
    private volatile bool _isStopping;

    /// <param name="everySecond">Is called on the writer's thread about once a second while there are journals.</param>
    public JournalDisk(TimeProvider time, Action everySecond)
    {
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

    public void Sync(TrackJournal journal, uint segment) => _syncs.Add((journal, segment));

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

            if (journals.Length > 0 && _time.GetElapsedTime(lookedAt) >= TimeSpan.FromSeconds(1))
            {
                lookedAt = _time.GetTimestamp();
                _everySecond();
            }

            _hurry.WaitOne(journals.Length == 0 ? Timeout.Infinite : RoundMs);
        }
    }

    private void Sync()
    {
        foreach (var (journal, segment) in _syncs.GetConsumingEnumerable()) journal.Sync(segment);
    }
}
