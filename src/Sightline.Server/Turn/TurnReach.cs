using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Turn;

/// <summary>
/// Whether the STUN and TURN servers that clients are told of answer this server: a Binding request over UDP (RFC 8489,
/// section 6), a connection over TCP. Asked at most every <see cref="Freshness"/>, however often somebody wants to know.
/// </summary>
internal sealed class TurnReach(IOptions<IceOptions> options, EmbeddedCoturn embedded, TimeProvider clock) : IDisposable
{
    private const int MaxUrls = 16;
    private const int HeaderBytes = 20;
    private const uint MagicCookie = 0x2112A442;
    private const ushort BindingRequest = 0x0001;
    private const ushort BindingAnswer = 0x0101;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A datagram may be lost.</summary>
    private const int Attempts = 3;

    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<string> _silent = [];
    private long? _askedAt;

    /// <returns>The keys of those that are silent, for example <c>Ice:Servers:0:Urls:1</c>.</returns>
    public async Task<IReadOnlyList<string>> FindSilentAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_askedAt is { } askedAt && clock.GetElapsedTime(askedAt) < Freshness)
            {
                return _silent;
            }

            var answers = await Task.WhenAll(Targets().Take(MaxUrls).Select(async target => (target.Key, Answers: await AnswersAsync(target.Url))));
            _silent = [.. answers.Where(answer => !answer.Answers).Select(answer => answer.Key)];
            _askedAt = clock.GetTimestamp();
            return _silent;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private IEnumerable<(string Key, string Url)> Targets() => embedded.Running is { } own
        ? [("the server's own coturn", own.UrlsFor("127.0.0.1")[0])]
        : from server in (options.Value.Servers ?? []).Index()
          from url in server.Item.Urls.Index()
          select ($"{IceOptions.Section}:Servers:{server.Index}:Urls:{url.Index}", url.Item);

    private async Task<bool> AnswersAsync(string url)
    {
        // An authority in the sense of RFC 3986, as RFC 7065 has it, without the slashes.
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        var address = new Uri($"ice://{url[(colon + 1)..]}");
        var isTls = url[..colon].EndsWith('s');
        var port = address.Port > 0 ? address.Port : isTls ? 5349 : 3478;
        try
        {
            return isTls || address.Query.Contains("tcp", StringComparison.Ordinal)
                ? await ConnectsAsync(address.DnsSafeHost, port)
                : await BindsAsync(address.DnsSafeHost, port);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> ConnectsAsync(string host, int port)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(host, port, patience.Token);
        return true;
    }

    private async Task<bool> BindsAsync(string host, int port)
    {
        using var udp = new UdpClient(host, port);
        var request = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt16BigEndian(request, BindingRequest);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), MagicCookie);
        RandomNumberGenerator.Fill(request.AsSpan(8));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            await udp.SendAsync(request, patience.Token);
            try
            {
                var answer = (await udp.ReceiveAsync(patience.Token)).Buffer;
                return answer.Length >= HeaderBytes
                    && BinaryPrimitives.ReadUInt16BigEndian(answer) == BindingAnswer
                    && answer.AsSpan(8, 12).SequenceEqual(request.AsSpan(8));
            }
            catch (OperationCanceledException) when (attempt + 1 < Attempts)
            {
                // Lost, perhaps.
            }
        }

        return false;
    }
}
