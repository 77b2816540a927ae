// A media node by itself. It takes one order a line from stdin, answers each with a line of JSON, and ends when stdin does:
// {"offer":"v=0…"} → {"session_id":1,"answer":"v=0…"} or {"problem":"no_media"}; {"count":1} → what has come of that session;
// {"offer":"v=0…","session":1} goes on with a session; {"close":1} → {"closed":true}. Arguments: the addresses at which
// peers reach it; without any, those of this machine.
using System.Net;
using System.Text.Json;
using Sightline.Media;

IReadOnlyList<IPAddress> addresses = args.Length > 0 ? [.. args.Select(IPAddress.Parse)] : OwnAddresses.Read();
var counters = new Dictionary<long, CountingSink>();
using var worker = new MediaWorker(new IPEndPoint(IPAddress.IPv6Any, 0), addresses, new MediaWorkerOptions(), TimeProvider.System);
Say(new { ready = true });

while (Console.In.ReadLine() is { } line)
{
    switch (MediaOrder.Parse(line))
    {
        case { Offer: { } offer, Session: { } session }:
            Tell(await worker.AnswerAgainAsync(session, offer));
            break;
        case { Offer: { } offer }:
            var sink = new CountingSink();
            var answer = await worker.AnswerAsync(offer, sink);
            if (answer.Sdp is not null) counters[answer.SessionId] = sink;
            Tell(answer);
            break;
        case { Count: { } session } when counters.TryGetValue(session, out var counter):
            Say(counter.Read());
            break;
        case { Close: { } session }:
            Say(new { closed = await worker.CloseAsync(session) });
            break;
        default:
            Say(new { problem = "unknown_order" });
            break;
    }
}

static void Tell(MediaAnswer answer) => Say(answer.Sdp is null
    ? new { problem = answer.IsFull ? "full" : JsonNamingPolicy.SnakeCaseLower.ConvertName(answer.Problem.ToString()) }
    : new { session_id = answer.SessionId, answer = answer.Sdp });

static void Say(object words) => Console.WriteLine(JsonSerializer.Serialize(words));
