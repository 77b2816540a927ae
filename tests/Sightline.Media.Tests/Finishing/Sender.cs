using System.Buffers.Binary;
using Sightline.Recording;
using Sightline.Recording.Tests.Muxing;

namespace Sightline.Media.Tests.Finishing;

/// <summary>
/// Sends a film as a browser does: frames become packets with the numbers of one stream, and go into a journal when they
/// arrive. Times are milliseconds since the call began, by a true clock.
/// </summary>
internal sealed class Sender(RecordedTrack track, Film film, byte payloadType, uint ssrc)
{
    public const int SoundMs = 20;
    public const int PictureMs = 1000 / Film.FramesPerSecond;
    private const int MaxPayload = 1100;

    private ushort _sequence = 65_000;
    private int _sent;
    private int _picture = 32_700;

    /// <summary>How far the computer's clock is ahead of true time.</summary>
    public double ClockAheadMs { get; init; }

    public int DelayMs { get; init; } = 30;

    public Film Film { get; set; } = film;

    /// <summary>Whether a packet, counted from the stream's first, is lost on the way.</summary>
    public Func<int, bool> IsLost { get; set; } = _ => false;

    /// <summary>Packets that were sent or lost.</summary>
    public int Sent => _sent;

    private int RateHz => Film.Codec == Codec.Opus ? 48_000 : 90_000;

    public void Begin(double ms) => track.Format(
        new StreamFormat(payloadType, Film.Codec, RateHz, (byte)(Film.Codec == Codec.Opus ? 2 : 0)), RecordedCall.Ms(ms + DelayMs));

    /// <summary>Sends a frame that was captured then.</summary>
    public void Send(int frame, double ms)
    {
        var timestamp = TimestampAt(ms);
        var payloads = Payloads(Film.Frames[frame]).ToList();
        foreach (var (payload, isLast) in payloads.Select((payload, index) => (payload, index == payloads.Count - 1)))
        {
            var packet = new byte[12 + payload.Length];
            packet[0] = 0x80;
            packet[1] = (byte)(payloadType | (isLast && Film.Codec != Codec.Opus ? 0x80 : 0));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), _sequence++);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
            payload.CopyTo(packet, 12);
            if (!IsLost(_sent++))
                track.Packet(packet, RecordedCall.Ms(ms + DelayMs));
        }
    }

    /// <summary>Sends padding alone, which is lost on the way.</summary>
    public void LosePadding() => _sequence++;

    public void Report(double ms)
    {
        var unix = (RecordedCall.Ms(ms + ClockAheadMs) - DateTimeOffset.UnixEpoch).TotalSeconds + 2_208_988_800;
        track.Report(new SenderReport(ssrc, (ulong)(unix * 4_294_967_296.0), TimestampAt(ms), 0, 0), RecordedCall.Ms(ms + DelayMs));
    }

    /// <summary>Plays the film again and again, with a report each second.</summary>
    public void Play(double fromMs, double toMs)
    {
        var step = Film.Codec == Codec.Opus ? SoundMs : PictureMs;
        for (var (ms, frame) = (fromMs, 0); ms < toMs; ms += step, frame++)
        {
            Send(frame % Film.Frames.Count, ms);
            if ((ms - fromMs) % 1000 < step)
                Report(ms);
        }
    }

    private uint TimestampAt(double ms) => unchecked((uint)(long)((4_294_000_000L + (ms * RateHz / 1000))));

    private IEnumerable<byte[]> Payloads(Frame frame)
    {
        if (Film.Codec == Codec.Opus)
        {
            yield return frame.Data;
            yield break;
        }

        var picture = _picture++ & 0x7FFF;
        for (var at = 0; at < frame.Data.Length; at += MaxPayload)
        {
            var length = Math.Min(MaxPayload, frame.Data.Length - at);
            var (isFirst, isLast) = (at == 0, at + length == frame.Data.Length);
            byte[] descriptor = Film.Codec switch
            {
                // RFC 9628 §4.2: picture id, predicted, beginning, end.
                Codec.Vp9 =>
                [
                    (byte)(0x80 | (frame.IsKeyframe ? 0 : 0x40) | (isFirst ? 8 : 0) | (isLast ? 4 : 0)),
                    (byte)(0x80 | (picture >> 8)), (byte)picture,
                ],
                // RFC 7741 §4.2: extended, start; picture id.
                Codec.Vp8 => [(byte)(0x80 | (isFirst ? 0x10 : 0)), 0x80, (byte)(0x80 | (picture >> 8)), (byte)picture],
                _ => throw new NotSupportedException("Captures have the other codecs."),
            };
            yield return [.. descriptor, .. frame.Data.AsSpan(at, length)];
        }
    }
}
