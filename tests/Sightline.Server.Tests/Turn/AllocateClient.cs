using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Sightline.Server.Tests.Turn;

/// <summary>
/// Asks a TURN server for an allocation with long-term credentials (RFC 8656 section 7, RFC 8489 section 9.2), over UDP or over a
/// stream.
/// </summary>
[SuppressMessage("Security", "CA5350", Justification = "STUN's MESSAGE-INTEGRITY is HMAC-SHA1.")]
[SuppressMessage("Security", "CA5351", Justification = "STUN's long-term key is an MD5.")]
internal static class AllocateClient
{
    private const uint MagicCookie = 0x2112A442;
    private const ushort AllocateRequest = 0x0003;
    private const ushort CreatePermissionRequest = 0x0008;
    private const ushort ClassBits = 0x0110;
    private const ushort SuccessClass = 0x0100;
    private const ushort Username = 0x0006;
    private const ushort MessageIntegrity = 0x0008;
    private const ushort ErrorCode = 0x0009;
    private const ushort XorPeerAddress = 0x0012;
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
        return (await AllocateAsync(request => ExchangeAsync(socket, request), username, credential)).Code;
    }

    /// <inheritdoc cref="AllocateAsync(int, string, string)"/>
    /// <remarks>Over TCP, or TLS: messages follow each other without anything between them (RFC 8489 section 6.2.2).</remarks>
    public static async Task<int> AllocateAsync(Stream stream, string username, string credential) =>
        (await AllocateAsync(request => ExchangeAsync(stream, request), username, credential)).Code;

    /// <summary>Allocates over a stream, then asks whether the relay would send to each peer: 0, or 403 where it must not.</summary>
    public static async Task<IReadOnlyList<int>> PermitAsync(Stream stream, string username, string credential, IEnumerable<IPAddress> peers)
    {
        var (code, sign) = await AllocateAsync(request => ExchangeAsync(stream, request), username, credential);
        code.ShouldBe(0);
        var codes = new List<int>();
        foreach (var peer in peers)
        {
            codes.Add(CodeIn(await ExchangeAsync(stream, sign(CreatePermissionRequest, [(XorPeerAddress, XorAddress(peer))]))));
        }

        return codes;
    }

    private static async Task<(int Code, Func<ushort, (ushort, byte[])[], byte[]> Sign)> AllocateAsync(
        Func<byte[], Task<byte[]>> exchange, string username, string credential)
    {
        var attributes = AttributesOf(await exchange(Request(AllocateRequest, [(RequestedTransport, Udp)])));
        CodeOf(attributes).ShouldBe(401, "a TURN server asks for credentials first");

        var (realm, nonce) = (attributes[Realm], attributes[Nonce]);
        var key = MD5.HashData([.. Encoding.UTF8.GetBytes($"{username}:"), .. realm, .. Encoding.UTF8.GetBytes($":{credential}")]);
        byte[] Sign(ushort type, (ushort, byte[])[] own) =>
            Signed(key, Request(type, [.. own, (Username, Encoding.UTF8.GetBytes(username)), (Realm, realm), (Nonce, nonce)]));
        return (CodeIn(await exchange(Sign(AllocateRequest, [(RequestedTransport, Udp)]))), Sign);
    }

    private static int CodeIn(byte[] answer) =>
        (BinaryPrimitives.ReadUInt16BigEndian(answer) & ClassBits) == SuccessClass ? 0 : CodeOf(AttributesOf(answer));

    /// <summary>RFC 8656 section 18.3: address and port hidden from routers that rewrite what looks like an address. Port 9.</summary>
    private static byte[] XorAddress(IPAddress address)
    {
        var value = new byte[8];
        value[1] = 0x01;
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(2), unchecked((ushort)(9 ^ (MagicCookie >> 16))));
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4), BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) ^ MagicCookie);
        return value;
    }

    private static async Task<byte[]> ExchangeAsync(Stream stream, byte[] request)
    {
        await stream.WriteAsync(request);
        var header = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2))];
        await stream.ReadExactlyAsync(body);
        return [.. header, .. body];
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

    private static byte[] Request(ushort type, IEnumerable<(ushort Type, byte[] Value)> attributes)
    {
        byte[] body = [.. attributes.SelectMany(attribute => Attribute(attribute.Type, attribute.Value))];
        var message = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, type);
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
