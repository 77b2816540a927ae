using System.Collections.Immutable;
using Npgsql;
using Sightline.Calls;
using Sightline.Signalling;
using Accept = Sightline.Calls.Accept;

namespace Sightline.Server.Calls;

/// <summary>
/// Goes the way of a call before the first one comes: code is compiled, connections are open and statements are prepared when
/// somebody waits. The call is nobody's: it is never written, for a change finds no row to change.
/// </summary>
internal sealed partial class CallWarmUp(CallStore store, CallRules rules, TimeProvider time, ILogger<CallWarmUp> log) : IHostedService
{
    private const int Connections = 4;

    /// <summary>A statement is prepared at its second use on a connection.</summary>
    private const int Rounds = 3;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => RehearseAsync(cancellationToken)));
            }
        }
        catch (NpgsqlException exception)
        {
            // A slow first call is no reason not to start.
            LogCold(exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RehearseAsync(CancellationToken cancel)
    {
        var (callerId, calleeId, deviceId) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var ringing = rules.Initiate(Guid.NewGuid(), CallType.Video, Guid.NewGuid(), callerId, [calleeId], time.GetUtcNow());
        if (ringing is not Decision.Accepted { Call: var call }
            || rules.Decide(call, new Accept(calleeId, deviceId), time.GetUtcNow()) is not Decision.Accepted accepted)
        {
            throw new InvalidOperationException("A call that rings can be answered.");
        }

        await store.TryWriteAsync(call, accepted, atOnce: true);
        await store.LoadAsync(call.Id, cancel);
        var view = CallViews.ViewOf(accepted.Call, ImmutableDictionary<Guid, string>.Empty);
        Codec.Encode(new CallUpdated(view));
        Codec.Encode(new CallUpdatedNotification(view));
        Codec.Decode(Codec.Encode(new Sightline.Signalling.Accept()));
        Codec.Decode(Codec.Encode(new Answer(new PeerName(callerId, deviceId), 1, "v=0")));
    }

    [LoggerMessage(1, LogLevel.Debug, "The way of a call could not be rehearsed")]
    private partial void LogCold(Exception exception);
}
