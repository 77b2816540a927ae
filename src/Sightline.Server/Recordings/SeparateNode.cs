using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sightline.Media.Recording;

namespace Sightline.Server.Recordings;

/// <summary>
/// A media node that runs by itself (<see cref="NodeHost"/>), as the server sees it. While it does not answer, devices are told to
/// come again, and what it has written stays as it is.
/// </summary>
internal sealed partial class SeparateNode : BackgroundService, IRecordingNode
{
    private const int MaxAnswerBytes = 1024 * 1024;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OrderTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A disk may be slow to take the last of a recording.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    private readonly bool _isWanted;
    private readonly TimeProvider _time;
    private readonly ILogger<SeparateNode> _log;
    private readonly HttpClient _http;
    private volatile NodeSocket.NodeState? _state;

    public SeparateNode(IOptions<RecordingOptions> options, RecordingFolder folder, TimeProvider time, ILogger<SeparateNode> log)
    {
        (_isWanted, _time, _log) = (options.Value is { Enabled: true, SeparateNode: true }, time, log);
        var endpoint = new UnixDomainSocketEndPoint(NodeSocket.In(folder.FullPath));
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancel) => ConnectAsync(endpoint, cancel) })
        {
            BaseAddress = new Uri("http://node"),
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Also while there is none.</summary>
    public bool IsDraining => _state is not { IsDraining: false };

    public async Task<LegAnswer> OfferAsync(LegName leg, string offer, CancellationToken cancel)
    {
        try
        {
            return await AskAsync<LegAnswer>(NodeSocket.OfferPath, new NodeSocket.OfferOrder(leg, offer), OrderTimeout, cancel);
        }
        catch (Exception exception) when (IsAway(exception, cancel))
        {
            return new LegAnswer(Sdp: null, LegRefusal.Draining);
        }
    }

    public async Task<bool> RemoveAsync(LegName leg)
    {
        try
        {
            return (await AskAsync<NodeSocket.RemoveResult>(NodeSocket.RemovePath, leg, OrderTimeout, CancellationToken.None)).Removed;
        }
        catch (Exception exception) when (IsAway(exception, CancellationToken.None))
        {
            return false;
        }
    }

    /// <exception cref="HttpRequestException">The node went away meanwhile: whether it still writes is to be asked again.</exception>
    public async Task StopAsync(Guid recordingId)
    {
        try
        {
            using var response = await PostAsync(NodeSocket.StopPath, new NodeSocket.StopOrder(recordingId), StopTimeout, CancellationToken.None);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // Where no node runs, none writes: what is on the disk is all there is.
        }
    }

    /// <summary>As it was at the last look.</summary>
    public RecordingHealth? Read(Guid recordingId) => _state?.Recordings.GetValueOrDefault(recordingId);

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
    }

    /// <summary>Looks how the node does, for as long as the server runs.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_isWanted)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookInterval, _time);
        do
        {
            var wasThere = _state is not null;
            _state = await LookAsync(stoppingToken);
            if (wasThere && _state is null) LogAway();
            if (!wasThere && _state is not null) LogThere();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<NodeSocket.NodeState?> LookAsync(CancellationToken cancel)
    {
        try
        {
            using var patience = new CancellationTokenSource(OrderTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
            return await _http.GetFromJsonAsync<NodeSocket.NodeState>(NodeSocket.StatePath, either.Token);
        }
        catch (Exception exception) when (IsAway(exception, cancel))
        {
            return null;
        }
    }

    private async Task<T> AskAsync<T>(string path, object order, TimeSpan limit, CancellationToken cancel)
    {
        using var response = await PostAsync(path, order, limit, cancel);
        return (await response.Content.ReadFromJsonAsync<T>(cancel))!;
    }

    private async Task<HttpResponseMessage> PostAsync(string path, object order, TimeSpan limit, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        var response = await _http.PostAsJsonAsync(path, order, either.Token);
        return response.EnsureSuccessStatusCode();
    }

    private static bool IsAway(Exception exception, CancellationToken cancel) =>
        exception is HttpRequestException || (exception is OperationCanceledException && !cancel.IsCancellationRequested);

    private static async ValueTask<Stream> ConnectAsync(EndPoint endpoint, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endpoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The media node does not answer: nothing is recorded until it does (sightline media)")]
    private partial void LogAway();

    [LoggerMessage(2, LogLevel.Information, "The media node answers")]
    private partial void LogThere();
}
