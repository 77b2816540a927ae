using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Tests.Hosting;

/// <summary>A STUN server over UDP that answers Binding requests (RFC 8489), or not, or somebody else's.</summary>
internal sealed class BindingServer : IDisposable
{
    private const int HeaderBytes = 20;
    private const int TransactionAt = 8;

    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _lost;
    private readonly bool _isStranger;

    /// <param name="lost">How many requests never arrive.</param>
    /// <param name="isStranger">Its answers belong to another transaction.</param>
    public BindingServer(int lost = 0, bool isStranger = false)
    {
        (_lost, _isStranger) = (lost, isStranger);
        _ = AnswerAsync();
    }

    public string Url => $"stun:{_udp.Client.LocalEndPoint}";

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public void Dispose() => _udp.Dispose();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var request = await _udp.ReceiveAsync();
                if (++Asked <= _lost)
                {
                    continue;
                }

                var answer = request.Buffer[..HeaderBytes];
                (answer[0], answer[1]) = (0x01, 0x01);
                answer[TransactionAt] ^= (byte)(_isStranger ? 1 : 0);
                await _udp.SendAsync(answer, request.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
