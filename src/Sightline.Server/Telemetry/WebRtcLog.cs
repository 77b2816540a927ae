using Sightline.Signalling;

namespace Sightline.Server.Telemetry;

/// <summary>
/// The logs <c>webrtc.*</c>: what is passed on between devices, and what their browsers tell. They carry the ids of the call and of
/// its trace, and never a description, a candidate's address or anybody's name. Levels: docs/operations/logs.md.
/// </summary>
internal sealed partial class WebRtcLog(ILoggerFactory loggers)
{
    public const string Category = "Sightline.WebRtc";

    private readonly ILogger _log = loggers.CreateLogger(Category);

    public void Relayed(PeerMessage message, Guid callId, Guid traceId, Guid deviceId)
    {
        switch (message)
        {
            case Offer offer:
                LogOffer(callId, traceId, deviceId, "relay", offer.Sdp.Length);
                break;
            case IceRestart restart:
                LogOffer(callId, traceId, deviceId, "restart", restart.Sdp.Length);
                break;
            case Answer answer:
                LogAnswer(callId, traceId, deviceId, "relay", answer.Sdp.Length);
                break;
            case IceCandidatesBatch batch:
                LogCandidate(callId, traceId, deviceId, "relay", batch.Candidates.Count);
                break;
        }
    }

    public void Told(ReportedEvent told, Guid callId, Guid traceId, Guid deviceId)
    {
        var level = LevelOf(told.Detail);
        if (!_log.IsEnabled(level))
        {
            return;
        }

        var detail = Calls.Word.Of(told.Detail);
        switch (told.Name)
        {
            case EventName.Offer:
                LogOffer(callId, traceId, deviceId, detail, chars: null);
                break;
            case EventName.Answer:
                LogAnswer(callId, traceId, deviceId, detail, chars: null);
                break;
            case EventName.Candidate:
                LogCandidate(callId, traceId, deviceId, detail, count: 1);
                break;
            case EventName.ConnectionState:
                LogConnectionState(level, callId, traceId, deviceId, detail);
                break;
            case EventName.IceState:
                LogIceState(level, callId, traceId, deviceId, detail);
                break;
        }
    }

    /// <summary>Whoever looks into a bad call finds it without having turned anything on before.</summary>
    private static LogLevel LevelOf(EventDetail detail) =>
        detail is EventDetail.Failed or EventDetail.Disconnected ? LogLevel.Information : LogLevel.Debug;

    [LoggerMessage(1, LogLevel.Debug, "Call {CallId}: {From} offer, {Chars} characters; device {DeviceId}, trace {TraceId:N}", EventName = "webrtc.offer")]
    private partial void LogOffer(Guid callId, Guid traceId, Guid deviceId, string from, int? chars);

    [LoggerMessage(2, LogLevel.Debug, "Call {CallId}: {From} answer, {Chars} characters; device {DeviceId}, trace {TraceId:N}", EventName = "webrtc.answer")]
    private partial void LogAnswer(Guid callId, Guid traceId, Guid deviceId, string from, int? chars);

    [LoggerMessage(3, LogLevel.Debug, "Call {CallId}: {Count} candidates, {Kind}; device {DeviceId}, trace {TraceId:N}", EventName = "webrtc.candidate")]
    private partial void LogCandidate(Guid callId, Guid traceId, Guid deviceId, string kind, int count);

    [LoggerMessage(EventId = 4, Message = "Call {CallId}: connection {State}; device {DeviceId}, trace {TraceId:N}", EventName = "webrtc.connection_state")]
    private partial void LogConnectionState(LogLevel level, Guid callId, Guid traceId, Guid deviceId, string state);

    [LoggerMessage(EventId = 5, Message = "Call {CallId}: ICE {State}; device {DeviceId}, trace {TraceId:N}", EventName = "webrtc.ice_state")]
    private partial void LogIceState(LogLevel level, Guid callId, Guid traceId, Guid deviceId, string state);
}
