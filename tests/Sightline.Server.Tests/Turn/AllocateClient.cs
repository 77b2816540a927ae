using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Sightline.Server.Tests.Turn;

/// <summary>Asks a TURN server for an allocation with long-term credentials (RFC 8656 section 7, RFC 8489 section 9.2), over UDP.</summary>
[SuppressMessage("Security", "CA5350", Justification = "STUN's MESSAGE-INTEGRITY is HMAC-SHA1.")]
[SuppressMessage("Security", "CA5351", Justification = "STUN's long-term key is an MD5.")]
internal static class AllocateClient
{
    private const uint MagicCookie = 0x2112A442;
    private const ushort AllocateRequest = 0x0003;
    private const ushort AllocateSuccess = 0x0103;
    private const ushort Username = 0x0006;
    private const ushort MessageIntegrity = 0x0008;
    private const ushort ErrorCode = 0x0009;
    private const ushort Realm = 0x0014;
    private const ushort Nonce = 0x0015;
    private const ushort RequestedTransport = 0x0019;
    private const int HeaderBytes = 20;
    private const int IntegrityBytes = 24;

    private static readonly byte[] Udp = [17, 0, 0, 0];
    private static readonly TimeSpan RetransmitAfter = TimeSpan.FromMilliseconds(500);
    private const int MaxTransmissions = 40;

    /// <summary>0 when the server allocates, else its error code: 401 for credentials that it does not accept.</summary>
    public static async Task<int> AllocateAsync(int port, string username, string credential)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(IPAddress.Loopback, port);

        var challenge = await ExchangeAsync(socket, Request([(RequestedTransport, Udp)]));
        var attributes = AttributesOf(challenge);
        CodeOf(attributes).ShouldBe(401, "a TURN server asks for credentials first");

        var realm = attributes[Realm];
        var key = MD5.HashData([.. Encoding.UTF8.GetBytes($"{username}:"), .. realm, .. Encoding.UTF8.GetBytes($":{credential}")]);
        var answer = await ExchangeAsync(socket, Signed(key, Request(
        [
            (RequestedTransport, Udp),
            (Username, Encoding.UTF8.GetBytes(username)),
            (Realm, realm),
            (Nonce, attributes[Nonce]),
        ])));
        return BinaryPrimitives.ReadUInt16BigEndian(answer) == AllocateSuccess ? 0 : CodeOf(AttributesOf(answer));
    }

    private static async Task<byte[]> ExchangeAsync(UdpClient socket, byte[] request)
    {
        for (var transmission = 0; transmission < MaxTransmissions; transmission++)
        {
            await socket.SendAsync(request);
            using var timeout = new CancellationTokenSource(RetransmitAfter);
            try
            {
                while (true)
                {
                    var answer = (await socket.ReceiveAsync(timeout.Token)).Buffer;
                    if (answer.AsSpan(8, 12).SequenceEqual(request.AsSpan(8, 12)))
                    {
                        return answer;
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Lost, or coturn is not listening yet: UDP says so with an ICMP error.
                if (exception is SocketException)
                {
                    await Task.Delay(RetransmitAfter, TimeProvider.System);
                }
            }
        }

        throw new TimeoutException("The TURN server does not answer.");
    }

    private static byte[] Request(IEnumerable<(ushort Type, byte[] Value)> attributes)
    {
        byte[] body = [.. attributes.SelectMany(attribute => Attribute(attribute.Type, attribute.Value))];
        var message = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, AllocateRequest);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), MagicCookie);
        RandomNumberGenerator.Fill(message.AsSpan(8, 12));
        body.CopyTo(message, HeaderBytes);
        return message;
    }

    private static byte[] Signed(byte[] key, byte[] message)
    {
        // The length in the header counts the integrity attribute already when it is computed.
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - HeaderBytes + IntegrityBytes));
        return [.. message, .. Attribute(MessageIntegrity, HMACSHA1.HashData(key, message))];
    }

    private static byte[] Attribute(ushort type, byte[] value)
    {
        var attribute = new byte[4 + ((value.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute.AsSpan(2), (ushort)value.Length);
        value.CopyTo(attribute, 4);
        return attribute;
    }

    private static Dictionary<ushort, byte[]> AttributesOf(byte[] message)
    {
        var attributes = new Dictionary<ushort, byte[]>();
        for (var at = HeaderBytes; at + 4 <= message.Length;)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 2));
            attributes.TryAdd(type, message.AsSpan(at + 4, length).ToArray());
            at += 4 + ((length + 3) & ~3);
        }

        return attributes;
    }

    private static int CodeOf(Dictionary<ushort, byte[]> attributes) =>
        attributes.TryGetValue(ErrorCode, out var value) ? (value[2] * 100) + value[3] : 0;
}
