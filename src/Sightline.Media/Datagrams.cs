using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sightline.Rtc;

namespace Sightline.Media;

/// <summary>
/// What was read from a socket in one go: on Linux all that waits there, up to a limit, because a call of the system for each
/// datagram costs more than the rest of its way; elsewhere one. On one thread.
/// </summary>
internal sealed unsafe partial class Datagrams : IDisposable
{
    /// <summary>At once.</summary>
    public const int Max = 64;

    private const int MaxBytes = 2048;

    /// <summary>Of struct sockaddr_in6, the longer one.</summary>
    private const int AddressBytes = 28;

    private const int DoNotWait = 0x40;
    private const int Truncated = 0x20;

    /// <summary>The layout below is that of 64-bit systems.</summary>
    private static readonly bool ReadsMany = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    private readonly Socket _socket;
    private readonly byte* _bytes = (byte*)NativeMemory.AllocZeroed(Max, MaxBytes);
    private readonly byte* _addresses = (byte*)NativeMemory.AllocZeroed(Max, AddressBytes);
    private readonly Vector* _vectors = (Vector*)NativeMemory.AllocZeroed(Max, (nuint)sizeof(Vector));
    private readonly Message* _messages = (Message*)NativeMemory.AllocZeroed(Max, (nuint)sizeof(Message));
    private readonly SocketAddress _from;

    public Datagrams(Socket socket)
    {
        _socket = socket;
        _from = new SocketAddress(socket.AddressFamily);
        for (var i = 0; i < Max; i++)
        {
            _vectors[i] = new Vector { Bytes = _bytes + (i * MaxBytes), Length = MaxBytes };
            _messages[i] = new Message { Address = _addresses + (i * AddressBytes), Vectors = _vectors + i, VectorCount = 1, Flags = 0 };
        }
    }

    /// <summary>Reads what is there; call it when something is.</summary>
    /// <returns>How many datagrams; none when the system reports a failure, which is one of an earlier send.</returns>
    public int Read()
    {
        if (!ReadsMany) return ReadOne();

        for (var i = 0; i < Max; i++) _messages[i].AddressLength = AddressBytes;
        return Math.Max(ReceiveMany(_socket.SafeHandle, _messages, Max, DoNotWait, timeout: null), 0);
    }

    /// <summary>Empty when it is too long.</summary>
    public Span<byte> this[int index] =>
        new(_bytes + (index * MaxBytes), (_messages[index].Flags & Truncated) == 0 ? (int)_messages[index].Length : 0);

    public TransportAddress From(int index) => SocketAddresses.Read(new ReadOnlySpan<byte>(_addresses + (index * AddressBytes), AddressBytes));

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_messages);
    }

    private int ReadOne()
    {
        try
        {
            _messages[0].Length = (uint)_socket.ReceiveFrom(new Span<byte>(_bytes, MaxBytes), SocketFlags.None, _from);
        }
        catch (SocketException)
        {
            return 0;
        }

        _from.Buffer.Span[.._from.Size].CopyTo(new Span<byte>(_addresses, AddressBytes));
        return 1;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    private static partial int ReceiveMany(SafeHandle socket, Message* messages, uint count, int flags, void* timeout);

    /// <summary>struct iovec.</summary>
    private struct Vector
    {
        public byte* Bytes;
        public nuint Length;
    }

    /// <summary>struct mmsghdr, without what is not used of it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Message
    {
        [FieldOffset(0)]
        public byte* Address;

        [FieldOffset(8)]
        public uint AddressLength;

        [FieldOffset(16)]
        public Vector* Vectors;

        [FieldOffset(24)]
        public nuint VectorCount;

        [FieldOffset(48)]
        public int Flags;

        [FieldOffset(56)]
        public uint Length;
    }
}
