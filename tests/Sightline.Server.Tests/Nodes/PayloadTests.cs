using Sightline.Media.Recording;
using Sightline.Server.Nodes;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Nodes;

/// <summary>Messages between nodes become notifications and messages again.</summary>
public class PayloadTests
{
    private const int Sender = 0x1a2b3c4d;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7_000)]
    [InlineData(8_000)]
    [InlineData(100_000)]
    public void A_message_of_any_length_arrives_as_it_was_sent(int length)
    {
        var message = Text(length);
        var payloads = Cut(message, from: 1);

        payloads.ShouldAllBe(payload => payload.Length < 8_000);
        Hear(new PayloadJoiner(), payloads).ShouldBe([message]);
    }

    [Fact]
    public void What_comes_twice_counts_once()
    {
        var payloads = Cut(Text(20_000), from: 1);
        payloads.Count.ShouldBeGreaterThan(2);
        string[] again = [payloads[0], payloads[1], payloads[0], payloads[1], .. payloads.Skip(2), .. payloads];

        Hear(new PayloadJoiner(), again).ShouldBe([Text(20_000)]);
    }

    [Fact]
    public void A_message_without_its_beginning_or_with_a_gap_is_passed_over_and_the_next_one_is_not()
    {
        var first = Cut(Text(30_000), from: 1);
        var second = Cut("whole", from: 100);
        var third = Cut(Text(20_000), from: 101);

        Hear(new PayloadJoiner(), [.. first.Skip(1), .. second]).ShouldBe(["whole"]);
        Hear(new PayloadJoiner(), [first[0], .. first.Skip(2), .. third]).ShouldBe([Text(20_000)]);
    }

    [Fact]
    public void A_message_that_does_not_end_is_given_up()
    {
        var joiner = new PayloadJoiner();
        var piece = Text(7_000);
        var number = 0L;
        joiner.Add(new Payload(Sender, ++number, Part.First, piece)).ShouldBeNull();
        while (number * piece.Length <= PayloadJoiner.MaxMessageChars)
        {
            joiner.Add(new Payload(Sender, ++number, Part.Middle, piece)).ShouldBeNull();
        }

        joiner.Add(new Payload(Sender, ++number, Part.Last, piece)).ShouldBeNull();
        joiner.Add(new Payload(Sender, ++number, Part.Whole, "next")).ShouldBe("next");
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("1a2b3c4d00000000000000zz.{}")]
    [InlineData("1a2b3c4d0000000000000001?{}")]
    public void What_no_node_sent_is_no_payload(string text) => Payload.Read(text).ShouldBeNull();

    [Fact]
    public void Every_message_between_nodes_survives_the_way()
    {
        var person = Guid.NewGuid();
        var peer = new PeerName(person, Guid.NewGuid());
        var device = new HeldDevice(Guid.NewGuid(), peer, Serial: 7, WireStanding.Joined);
        var now = DateTimeOffset.UnixEpoch;
        var view = new CallView(
            device.CallId, WireCallType.Video, Guid.NewGuid(), WireCallState.Connected, 5, person,
            [new ParticipantView(person, "Zoë 🙂", WireStanding.Joined, peer.DeviceId, RingExpiresAt: null)],
            now, now, now, EndedAt: null, Outcome: null, EndedBy: null, new CallRecordingView(Guid.NewGuid(), person, now));
        var state = new NodeState([new BellsChanged(person, 2)], [device]);
        NodeMessage[] messages =
        [
            new Hello(state), new Holds(state), new Overrun(state), new Beat(), new BellsChanged(person, 0), new DeviceEntered(device),
            new DeviceStands(device), new DeviceExited(device.CallId, peer, 7, PeerLeftReason.Lost), new CallChanged(view),
            new PersonTold(person, new RawJson("""{"type":"notification","count":3}"""u8.ToArray())),
            new AttemptMade("192.0.2.1"),
            new LegOffered(Guid.NewGuid(), Guid.NewGuid(), device.CallId, Guid.NewGuid(), person, peer.DeviceId, "v=0\r\no=Zoë"),
            new LegAnswered(Guid.NewGuid(), LegOutcome.Refused, Sdp: null, LegRefusal.DiskFull),
            new PeerTold(device.CallId, peer, new RawJson(Codec.Encode(new RelayedOffer(peer, 1, "v=0\r\no=Zoë")))),
        ];
        messages.Select(message => message.GetType()).ShouldBe(
            typeof(NodeMessage).Assembly.GetTypes().Where(type => type.BaseType == typeof(NodeMessage)), ignoreOrder: true);

        foreach (var message in messages)
        {
            var text = NodeCodec.Encode(message);

            text.All(char.IsAscii).ShouldBeTrue();
            NodeCodec.Encode(NodeCodec.Decode(text)).ShouldBe(text);
            NodeCodec.Decode(text).GetType().ShouldBe(message.GetType());
        }
    }

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    private static List<string> Cut(string message, long from) =>
        [.. Payload.Split(message).Select((piece, i) => new Payload(Sender, from + i, piece.Part, piece.Text).Write())];

    private static List<string> Hear(PayloadJoiner joiner, IEnumerable<string> payloads)
    {
        var messages = new List<string>();
        foreach (var payload in payloads)
        {
            var read = Payload.Read(payload).ShouldNotBeNull();
            read.NodeId.ShouldBe(Sender);
            if (joiner.Add(read) is { } message)
            {
                messages.Add(message);
            }
        }

        return messages;
    }
}
