using System.Buffers;
using Sightline.Server.Calls;
using Sightline.Server.Telemetry;
using Sightline.Signalling;

namespace Sightline.Server.Signalling;

/// <summary>A person's device that waits to be rung: <c>/ws/notifications</c>.</summary>
internal sealed class NotificationSocket(Switchboard switchboard, CallStore calls, CallAnnouncer announcer, ServerMetrics metrics, TimeProvider time)
{
    public async Task RunAsync(Guid personId, SocketConnection connection, CancellationToken cancel)
    {
        if (!switchboard.TryAdd(personId, connection))
        {
            connection.Close(CloseCode.TooFast, "Too many devices.");
            return;
        }

        try
        {
            // Registered first and asked second: a call that starts in between rings twice rather than never.
            foreach (var call in await calls.RingingForAsync(personId, cancel))
            {
                connection.Send(Codec.Encode(await announcer.RingForAsync(call, personId)));
            }

            if (await calls.CountUnseenAsync(personId, cancel) is var count and not 0)
            {
                connection.Send(Codec.Encode(new MissedCallsNotification(count)));
            }

            var reader = new SocketReader(connection, metrics, time);
            while (await reader.ReadAsync(cancel) is { } message)
            {
                if (message is Ping ping)
                {
                    connection.Send(new Pong(ping.Id));
                }
                else
                {
                    metrics.Dropped(ErrorCode.UnknownType);
                    connection.Send(new Error(ErrorCode.UnknownType, "This socket understands ping only.", InReplyTo: null));
                }
            }
        }
        finally
        {
            switchboard.Remove(personId, connection);
        }
    }
}

/// <summary>Reads messages off a socket, answers what is none, and ends when the sender is gone or too fast.</summary>
internal sealed class SocketReader(SocketConnection connection, ServerMetrics metrics, TimeProvider time)
{
    private const int UsualMessageBytes = 4096;

    private readonly ArrayBufferWriter<byte> _buffer = new(UsualMessageBytes);
    private readonly TokenBucket _bucket = new(Limits.MessagesPerSecond, Limits.MessagesBurst, time.GetUtcNow());

    /// <summary>The next good message, or <c>null</c> when there will be none.</summary>
    public async ValueTask<ClientMessage?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            switch (await connection.ReceiveAsync(_buffer, cancel))
            {
                case Received.Closed:
                    return null;
                case Received.TooLarge:
                    metrics.Dropped(ErrorCode.TooLarge);
                    connection.Send(new Error(ErrorCode.TooLarge, $"A message has at most {Limits.MaxMessageBytes} bytes.", InReplyTo: null));
                    connection.Close(CloseCode.TooBig, "The message is too large.");
                    return null;
                case Received.NotText:
                    metrics.Dropped(ErrorCode.Malformed);
                    connection.Send(new Error(ErrorCode.Malformed, "Messages are text.", InReplyTo: null));
                    connection.Close(CloseCode.NotText, "Messages are text.");
                    return null;
                case Received.Message:
                    if (!_bucket.TryTake(time.GetUtcNow()))
                    {
                        metrics.Dropped(ErrorCode.RateLimited);
                        connection.Send(new Error(ErrorCode.RateLimited, $"At most {Limits.MessagesPerSecond} messages a second.", InReplyTo: null));
                        connection.Close(CloseCode.TooFast, "Too many messages.");
                        return null;
                    }

                    switch (Codec.Decode(_buffer.WrittenSpan))
                    {
                        case Decoded.Ok ok:
                            metrics.Received(ok.Message);
                            return ok.Message;
                        case Decoded.Bad bad:
                            metrics.Dropped(bad.Error.Code);
                            connection.Send(bad.Error);
                            break;
                    }

                    break;
            }
        }
    }
}
