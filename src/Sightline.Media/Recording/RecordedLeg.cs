using System.Collections.Immutable;
using Sightline.Recording;
using Sightline.Rtc.Session;

namespace Sightline.Media.Recording;

/// <summary>One device of a recording: its journals, which stay, and its connections, which come and go.</summary>
internal sealed class RecordedLeg
{
    /// <summary>A connection that was heard this lately was taken over without an interruption.</summary>
    private const long SeamlessUs = 500_000;

    /// <summary>A device that says goodbye and is let go within this time has left: nothing of it is missing.</summary>
    private static readonly TimeSpan LeavingTime = TimeSpan.FromSeconds(3);

    private readonly RunningRecording _recording;
    private readonly MediaWorker _worker;
    private readonly ImmutableArray<(TrackKind Kind, TrackJournal Journal)> _journals;

    /// <summary>Whose packets are recorded. On the media thread.</summary>
    private LegSink? _active;

    /// <summary>The connection that was offered last. Within the recording's gate.</summary>
    private LegSink? _latest;

    private volatile bool _isLeaving;

    /// <summary>When a device was heard last that said goodbye, in ticks of UTC; 0 when none has.</summary>
    private long _goodbyeTicks;

    public RecordedLeg(
        RunningRecording recording, MediaWorker worker, ImmutableArray<(TrackKind Kind, TrackJournal Journal)> journals) =>
        (_recording, _worker, _journals) = (recording, worker, journals);

    /// <summary>This side hangs up: that is no interruption.</summary>
    public bool IsLeaving => _isLeaving;

    public bool IsConnected => _latest?.IsAlive == true || Volatile.Read(ref _active)?.IsAlive == true;

    public long Bytes => _journals.Sum(track => track.Journal.Bytes);

    public long DroppedRecords => _journals.Sum(track => track.Journal.DroppedRecords);

    public Task Done => Task.WhenAll(_journals.Select(track => track.Journal.Done));

    /// <summary>Goes on with the connection that the offer belongs to, or begins another, which takes over once it is connected.</summary>
    public async Task<MediaAnswer> AnswerAsync(string offer)
    {
        if (_latest is { IsAlive: true } latest)
        {
            var again = await _worker.AnswerAgainAsync(latest.SessionId, offer);
            if (again.Sdp is not null || again.Problem != Rtc.Sdp.SdpProblem.None) return again;
        }

        var sink = new LegSink(this);
        var answer = await _worker.AnswerAsync(offer, sink);
        if (answer.Sdp is null) return answer;

        // One that never connected has no successor to wait for.
        if (_latest is { IsAlive: true } before && before != Volatile.Read(ref _active)) await _worker.CloseAsync(before.SessionId);
        _latest = sink;
        return answer;
    }

    /// <summary>Says goodbye to all its connections.</summary>
    private async Task HangUpAsync()
    {
        _isLeaving = true;
        if (_latest is { IsAlive: true } latest) await _worker.CloseAsync(latest.SessionId);
        if (Volatile.Read(ref _active) is { IsAlive: true } active) await _worker.CloseAsync(active.SessionId);
    }

    /// <summary>The last record is handed over; <see cref="Done"/> says when all are durable.</summary>
    public async Task EndAsync(EndReason reason)
    {
        await HangUpAsync();
        var now = _recording.Clock.Now;
        if (TakeGoodbye() is { } goodbye && now - goodbye > LeavingTime) Interrupt(goodbye);
        foreach (var (_, journal) in _journals) journal.End(reason, now);
    }

    /// <summary>The node stops, and the recording does not: another goes on with it.</summary>
    public async Task SuspendAsync()
    {
        await HangUpAsync();
        if (TakeGoodbye() is { } goodbye) Interrupt(goodbye);
        foreach (var (_, journal) in _journals)
        {
            journal.Interrupt(InterruptionCause.Node, _recording.Clock.Now);
            journal.Close();
        }

        await Done;
    }

    public TrackRecorder NewRecorder(TrackKind kind)
    {
        foreach (var track in _journals)
        {
            if (track.Kind == kind) return new TrackRecorder(track.Journal, _recording.Clock);
        }

        throw new ArgumentOutOfRangeException(nameof(kind));
    }

    public void Heard(long nowUs) => _recording.Heard(nowUs);

    public void Connected(LegSink sink)
    {
        var before = _active;
        Volatile.Write(ref _active, sink);
        if (TakeGoodbye() is { } goodbye) Interrupt(goodbye);
        if (before is null || before == sink) return;

        before.Supersede();
        if (_recording.Clock.NowUs - before.LastArrivalUs > SeamlessUs) Interrupt(HeardLast(before));
        if (before.IsAlive) _ = _worker.CloseAsync(before.SessionId);
    }

    public void Ended(LegSink sink, RtcEnd end)
    {
        if (_active != sink) return;

        Volatile.Write(ref _active, null);
        if (_isLeaving) return;
        if (end == RtcEnd.PeerClosed) Interlocked.Exchange(ref _goodbyeTicks, HeardLast(sink).UtcTicks);
        else Interrupt(HeardLast(sink));
    }

    private DateTimeOffset? TakeGoodbye() =>
        Interlocked.Exchange(ref _goodbyeTicks, 0) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>An interruption begins when the connection was heard last, not when somebody found out: what follows is missing.</summary>
    private DateTimeOffset HeardLast(LegSink last) =>
        _recording.Clock.Now - TimeSpan.FromMicroseconds(Math.Max(0, _recording.Clock.NowUs - last.LastArrivalUs));

    private void Interrupt(DateTimeOffset from)
    {
        foreach (var (_, journal) in _journals) journal.Interrupt(InterruptionCause.Connection, from);
    }
}
