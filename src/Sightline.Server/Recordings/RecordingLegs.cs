using System.Collections.Concurrent;
using Sightline.Calls;
using Sightline.Media.Recording;
using Sightline.Server.Calls;
using Sightline.Signalling;

namespace Sightline.Server.Recordings;

/// <summary>What became of an offer.</summary>
internal abstract record LegResult
{
    private LegResult()
    {
    }

    /// <summary>Its name alone, for logs.</summary>
    public sealed override string ToString() => GetType().Name;

    public sealed record Answered(string Sdp) : LegResult;

    public sealed record Refused(LegRefusal Reason) : LegResult;

    /// <summary>The call is not being recorded, or not any more.</summary>
    public sealed record NotRecording : LegResult;

    /// <summary>The person is not in the call with this device.</summary>
    public sealed record NotJoined : LegResult;

    /// <summary>This server cannot record now.</summary>
    public sealed record Unavailable : LegResult;
}

/// <summary>
/// The media node of this server, and who sends to it. Offers of a call and the end of its recording take turns: whoever comes
/// after the end is refused, so that nothing arrives while files are made.
/// </summary>
internal sealed partial class RecordingLegs(CallStore calls, IServiceProvider services, ILogger<RecordingLegs> log)
{
    private readonly ConcurrentDictionary<Guid, RecordedCall> _calls = new();
    private long _bytesBefore;
    private long _droppedBefore;

    /// <summary>Made when it is needed first: a server that never records opens no port.</summary>
    /// <returns><c>null</c> when there is none, or when it cannot start.</returns>
    public IRecordingNode? Node
    {
        get
        {
            try
            {
                return services.GetService<IRecordingNode>();
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
            {
                LogNotStarted(exception.Message);
                return null;
            }
        }
    }

    public int Active => _calls.Count;

    /// <summary>Whether this node takes media of the call.</summary>
    public bool Takes(Guid callId) => _calls.ContainsKey(callId);

    /// <summary>In journals, since this server started.</summary>
    public (long Bytes, long Dropped) Totals
    {
        get
        {
            var (bytes, dropped) = (Interlocked.Read(ref _bytesBefore), Interlocked.Read(ref _droppedBefore));
            foreach (var call in _calls.Values)
            {
                if (call.RecordingId is { } id && Node?.Read(id) is { } health)
                {
                    (bytes, dropped) = (bytes + health.Bytes, dropped + health.DroppedRecords);
                }
            }

            return (bytes, dropped);
        }
    }

    public async Task<LegResult> OfferAsync(Guid callId, LegName leg, string offer, CancellationToken cancel)
    {
        if (Node is not { } node)
        {
            return new LegResult.Unavailable();
        }

        var recorded = _calls.GetOrAdd(callId, _ => new RecordedCall());
        await recorded.Turn.WaitAsync(cancel);
        try
        {
            // As it is, not as it is remembered.
            var call = await calls.LoadAsync(callId, cancel);
            if (call?.Recording?.Id != leg.RecordingId)
            {
                return new LegResult.NotRecording();
            }

            if (call.Find(leg.PersonId) is not { Standing: Standing.Joined } who || who.DeviceId != leg.DeviceId)
            {
                return new LegResult.NotJoined();
            }

            var answer = await node.OfferAsync(leg, offer, cancel);
            if (answer is not { Sdp: { } sdp, Refusal: LegRefusal.None })
            {
                LogRefused(leg.RecordingId, answer.Refusal);
                return new LegResult.Refused(answer.Refusal);
            }

            recorded.Version = Math.Max(recorded.Version, call.Version);
            recorded.RecordingId = leg.RecordingId;
            recorded.Legs.Add(leg);
            return new LegResult.Answered(sdp);
        }
        finally
        {
            Release(callId, recorded);
        }
    }

    /// <summary>The call has changed: whoever went sends no more, and what is not recorded any more ends at once.</summary>
    public void Follow(CallView call)
    {
        if (_calls.TryGetValue(call.CallId, out var recorded))
        {
            _ = FollowAsync(recorded, call);
        }
    }

    /// <summary>Ends what this node takes for a recording; done when all of it is on the disk.</summary>
    public async Task StopAsync(Guid callId, Guid recordingId)
    {
        var recorded = _calls.GetOrAdd(callId, _ => new RecordedCall());
        await recorded.Turn.WaitAsync();
        try
        {
            await StopAsync(recorded, recordingId);
        }
        finally
        {
            Release(callId, recorded);
        }
    }

    private async Task FollowAsync(RecordedCall recorded, CallView call)
    {
        await recorded.Turn.WaitAsync();
        try
        {
            if (call.Version <= recorded.Version || Node is not { } node)
            {
                return;
            }

            recorded.Version = call.Version;
            if (recorded.RecordingId is { } id && call.Recording?.RecordingId != id)
            {
                await StopAsync(recorded, id);
                return;
            }

            foreach (var leg in recorded.Legs.Where(leg => !IsIn(call, leg)).ToList())
            {
                recorded.Legs.Remove(leg);
                await node.RemoveAsync(leg);
            }
        }
        catch (Exception exception)
        {
            // Making its files stops it once more.
            LogNotFollowed(exception, call.CallId);
        }
        finally
        {
            Release(call.CallId, recorded);
        }
    }

    private async Task StopAsync(RecordedCall recorded, Guid recordingId)
    {
        if (Node is not { } node)
        {
            return;
        }

        var health = node.Read(recordingId);
        await node.StopAsync(recordingId);
        if (recorded.RecordingId == recordingId)
        {
            health = node.Read(recordingId) ?? health;
            Interlocked.Add(ref _bytesBefore, health?.Bytes ?? 0);
            Interlocked.Add(ref _droppedBefore, health?.DroppedRecords ?? 0);
            recorded.RecordingId = null;
            recorded.Legs.Clear();
        }
    }

    /// <summary>Whoever waits for a turn at an entry that is gone finds that the recording is over.</summary>
    private void Release(Guid callId, RecordedCall recorded)
    {
        if (recorded.RecordingId is null)
        {
            _calls.TryRemove(new KeyValuePair<Guid, RecordedCall>(callId, recorded));
        }

        recorded.Turn.Release();
    }

    private static bool IsIn(CallView call, LegName leg) => call.Participants.Any(p =>
        p.PersonId == leg.PersonId && p.Standing == WireStanding.Joined && p.DeviceId == leg.DeviceId);

    private sealed class RecordedCall
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public HashSet<LegName> Legs { get; } = [];

        /// <summary>Set while this node takes media of the call.</summary>
        public Guid? RecordingId { get; set; }

        /// <summary>Of the last picture of the call that counted.</summary>
        public int Version { get; set; }
    }

    [LoggerMessage(1, LogLevel.Error, "The media node cannot start: {Reason}")]
    private partial void LogNotStarted(string reason);

    [LoggerMessage(2, LogLevel.Information, "Recording {RecordingId}: an offer was refused, {Reason}")]
    private partial void LogRefused(Guid recordingId, LegRefusal reason);

    [LoggerMessage(3, LogLevel.Error, "Call {CallId}: who sends to its recording could not be changed")]
    private partial void LogNotFollowed(Exception exception, Guid callId);
}
