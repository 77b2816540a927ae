using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Sightline.Server.Database;
using Sightline.Server.Hosting;

namespace Sightline.Server.Nodes;

/// <summary>
/// This node's place among those of its database: one session that listens for as long as the node lives, a task that sends
/// what waits, and a look at the others every <see cref="Interval"/>. When the session is lost, something may have been
/// missed: the node comes again as a new one, and its sockets connect again.
/// </summary>
internal sealed partial class NodeLink(
    NodeQueue queue, NodeInbox inbox, NpgsqlDataSource database, DatabaseStart start, ILogger<NodeLink> log)
    : IHostedService, IDisposable
{
    /// <summary>
    /// A node that was killed is noticed within this time; one that hangs, or whose machine is gone, after
    /// <see cref="Members.MaxSilentLooks"/> more.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int MaxPayloadsInBatch = 64;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Real also where a test moves the clock: the database and the other nodes do not follow it.</summary>
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly Members _members = new();
    private readonly Dictionary<int, PayloadJoiner> _joiners = [];
    private readonly List<(int? NodeId, long Number, Part Part, string Text)> _batch = [];
    private readonly TaskCompletionSource _sentAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _formed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _lastNumber;
    private volatile bool _isStopping;

    /// <summary>Completes when every other node has said what it holds: what this node then knows is all there is to know.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stopping.Token);
        await _formed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>After the sockets: what their end means to others is sent first.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_running.IsCompleted)
        {
            return;
        }

        if (queue.HasOthers)
        {
            _isStopping = true;
            queue.Post(new Beat());
            await Task.WhenAny(_sentAll.Task, Task.Delay(FarewellTimeout, Time, cancellationToken));
        }

        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken cancel)
    {
        for (var retry = FirstRetry; !cancel.IsCancellationRequested; retry = retry * 2 < LastRetry ? retry * 2 : LastRetry)
        {
            try
            {
                await LiveAsync(() => retry = FirstRetry, cancel);
                LogDeaf();
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                var problem = new StartupProblem($"the database has no session for this server ({exception.Message}).", exception);
                if (_formed.TrySetException(problem))
                {
                    return;
                }

                LogLost(exception.Message);
            }

            if (queue.HasOthers)
            {
                inbox.Resynchronise();
            }

            // Nodes that lost the same database do not come back to it in step.
            var shortened = retry * (RandomNumberGenerator.GetInt32(50, 101) / 100.0);
            await Task.Delay(shortened, Time, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>One session, from its beginning to its loss.</summary>
    private async Task LiveAsync(Action formed, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(start.ConnectionString) { Pooling = false, ApplicationName = NodeSql.SessionName };
        await using var session = new NpgsqlConnection(settings.ConnectionString);
        await session.OpenAsync(cancel);
        var self = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _members.Begin(self);
        session.Notification += (_, notification) => Hear(notification.Payload);
        await NodeSql.BeginAsync(session, self, cancel);

        var before = _members.Others;
        var living = await NodeSql.LookAsync(database, cancel);
        _members.Expect(living);
        var findings = _members.Look(before, living);
        Note(findings);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] tasks = [ListenAsync(session, ending.Token), SendAsync(self, ending.Token), LookAsync(ending.Token)];
        if (findings.New.Count == 0)
        {
            inbox.Introduce(state => new Hello(state));
        }

        var first = await Task.WhenAny([.. tasks, _complete.Task]);
        if (first == _complete.Task)
        {
            formed();
            queue.IsLinked = true;
            if (queue.HasOthers)
            {
                // What was opened while this node could not hear.
                inbox.Resynchronise();
            }

            _formed.TrySetResult();
            LogFormed(_members.Others.Count);
            first = await Task.WhenAny(tasks);
        }

        queue.IsLinked = false;
        await ending.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        await first;
    }

    private static async Task ListenAsync(NpgsqlConnection session, CancellationToken cancel)
    {
        while (true)
        {
            await session.WaitAsync(cancel);
        }
    }

    /// <summary>In order, a batch at a time: what comes while one is on its way is the next. A batch that failed is sent again.</summary>
    private async Task SendAsync(int self, CancellationToken cancel)
    {
        var retry = FirstRetry;
        while (true)
        {
            if (_batch.Count == 0)
            {
                await queue.WaitAsync(cancel);
                Fill();
            }

            try
            {
                var payloads = _batch.Select(one =>
                    (NodeSql.ChannelOf(one.NodeId), new Payload(self, one.Number, one.Part, one.Text).Write()));
                await NodeSql.NotifyAsync(database, [.. payloads], cancel);
                _batch.Clear();
                if (_isStopping && queue.Count == 0)
                {
                    _sentAll.TrySetResult();
                }

                retry = FirstRetry;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                LogNotSent(exception.Message);
                await Task.Delay(retry, Time, cancel);
                retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
            }
        }
    }

    private void Fill()
    {
        if (queue.HasLost())
        {
            LogOverrun();
            inbox.Introduce(state => new Overrun(state));
        }

        while (_batch.Count < MaxPayloadsInBatch && queue.TryTake(out var outgoing))
        {
            foreach (var (part, text) in Payload.Split(NodeCodec.Encode(outgoing.Message)))
            {
                _batch.Add((outgoing.NodeId, ++_lastNumber, part, text));
            }
        }
    }

    /// <summary>Ends when this node is no longer one: its session is gone, or hears nothing.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(Interval, Time, cancel);
            queue.Post(new Beat());
            var before = _members.Others;
            try
            {
                var findings = _members.Look(before, await NodeSql.LookAsync(database, cancel));
                Note(findings);
                if (findings.IsDeaf)
                {
                    return;
                }

                foreach (var node in findings.Hung)
                {
                    LogHung(node.NodeId);
                    await NodeSql.EndAsync(database, node, cancel);
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                // The session may live all the same; when it does not, the next look says so.
                LogNotSeen(exception.Message);
            }
        }
    }

    private void Note(Findings findings)
    {
        CountOthers();
        foreach (var node in findings.Gone)
        {
            lock (_joiners)
            {
                _joiners.Remove(node);
            }

            LogGone(node);
            _ = inbox.DropAsync(node, _stopping.Token);
        }

        if (findings.New.Count > 0)
        {
            inbox.Introduce(state => new Hello(state));
        }

        CompleteWhenAllAnswered();
    }

    /// <summary>One at a time, in the order in which the database took them.</summary>
    private void Hear(string text)
    {
        try
        {
            if (Payload.Read(text) is not { } payload || _members.Hear(payload.NodeId))
            {
                return;
            }

            if (!queue.HasOthers)
            {
                CountOthers();
            }

            if (Join(payload) is not { } whole)
            {
                return;
            }

            var message = NodeCodec.Decode(whole);
            inbox.Handle(payload.NodeId, message);
            if (message is Hello or Holds)
            {
                _members.Answered(payload.NodeId);
                CompleteWhenAllAnswered();
            }
        }
        catch (JsonException)
        {
            // A node of another version says something that this one does not know.
            LogUnknown();
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    /// <summary>Two tasks learn of nodes: what is asked last is said last.</summary>
    private void CountOthers()
    {
        lock (_members)
        {
            queue.HasOthers = _members.HasOthers;
        }
    }

    private string? Join(Payload payload)
    {
        lock (_joiners)
        {
            if (!_joiners.TryGetValue(payload.NodeId, out var joiner))
            {
                _joiners[payload.NodeId] = joiner = new PayloadJoiner();
            }

            return joiner.Add(payload);
        }
    }

    private void CompleteWhenAllAnswered()
    {
        if (_members.IsComplete)
        {
            _complete.TrySetResult();
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "This node knows {Others} others")]
    private partial void LogFormed(int others);

    [LoggerMessage(2, LogLevel.Information, "Node {NodeId:x8} is gone")]
    private partial void LogGone(int nodeId);

    [LoggerMessage(3, LogLevel.Warning, "Node {NodeId:x8} says nothing; its session is ended")]
    private partial void LogHung(int nodeId);

    [LoggerMessage(4, LogLevel.Warning, "The session that hears other nodes is lost; beginning another one: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(5, LogLevel.Warning, "This node hears nothing from the database; beginning another session")]
    private partial void LogDeaf();

    [LoggerMessage(6, LogLevel.Warning, "Messages to other nodes cannot be sent; trying again: {Reason}")]
    private partial void LogNotSent(string reason);

    [LoggerMessage(7, LogLevel.Error, "Too many messages to other nodes waited; their sockets connect again")]
    private partial void LogOverrun();

    [LoggerMessage(8, LogLevel.Debug, "Another node says something that this version does not know")]
    private partial void LogUnknown();

    [LoggerMessage(10, LogLevel.Warning, "The other nodes cannot be looked at; trying again: {Reason}")]
    private partial void LogNotSeen(string reason);

    [LoggerMessage(9, LogLevel.Error, "A message of another node could not be handled")]
    private partial void LogFailed(Exception exception);
}
