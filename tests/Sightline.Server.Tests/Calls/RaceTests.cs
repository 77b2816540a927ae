using Microsoft.Extensions.DependencyInjection;
using Sightline.Calls;
using Sightline.Server.Calls;
using Sightline.Server.Signalling;
using Sightline.Signalling;
using Accept = Sightline.Calls.Accept;
using Join = Sightline.Calls.Join;

namespace Sightline.Server.Tests.Calls;

/// <summary>People press at the same moment. Whoever wins, there is one outcome, and every device is told the same.</summary>
public class RaceTests
{
    private const int Devices = 4;

    [Fact]
    public async Task Of_eight_who_accept_decline_and_cancel_at_once_a_thousand_times_one_prevails_and_every_device_is_told()
    {
        await using var scene = await CallScene.SetAsync();
        var ways = await RaceAsync(scene, rounds: 1000, seed: 1, [scene.Server]);

        // If one kind always won, this would be no race.
        ways.Keys.ShouldBe(["answered", "cancelled", "declined"], ignoreOrder: true);
    }

    [Fact]
    public async Task So_it_is_when_they_press_on_two_servers()
    {
        await using var scene = await CallScene.SetAsync();
        await using var second = await TestServer.StartAsync(new TestServerOptions { ConnectionString = scene.Server.ConnectionString });

        await RaceAsync(scene, rounds: 200, seed: 2, [scene.Server, second]);
    }

    private static async Task<Dictionary<string, int>> RaceAsync(CallScene scene, int rounds, int seed, TestServer[] servers)
    {
        var random = new Random(seed);
        var channelId = await CallScene.ChannelAsync(scene.Ada, scene.Grace);
        var ways = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            var way = await RoundAsync(scene, channelId, servers, random);
            ways[way] = ways.GetValueOrDefault(way) + 1;
        }

        return ways;
    }

    private static async Task<string> RoundAsync(CallScene scene, Guid channelId, TestServer[] servers, Random random)
    {
        var (ada, grace) = (scene.Ada.PersonId, scene.Grace.PersonId);
        var nodes = servers.Select(server => new Node(server)).ToArray();
        var call = (await nodes[0].Calls.InitiateAsync(CallType.Video, channelId, ada, [grace], Guid.NewGuid())).ShouldBeOfType<CallResult.Done>().Call;
        var adasDevice = Guid.NewGuid();
        var gracesDevices = Enumerable.Range(0, Devices).Select(_ => Guid.NewGuid()).ToArray();
        await nodes[0].Calls.DecideAsync(call.Id, new Join(ada, adasDevice), CancellationToken.None);
        var callers = nodes[0].Enter(call, new PeerName(ada, adasDevice));
        var callees = gracesDevices.Select(device => nodes[0].Enter(call, new PeerName(grace, device))).ToArray();
        var bells = new[] { ada, grace }.Select(person => nodes[0].Listen(person)).ToArray();

        Sightline.Calls.Command[] commands =
        [
            .. gracesDevices.Select(device => new Accept(grace, device)), new Decline(grace), new Decline(grace),
            new Cancel(ada), new Cancel(ada),
        ];
        random.Shuffle(commands);
        var results = await Task.WhenAll(commands.Select((command, i) =>
            Task.Run(() => nodes[i % nodes.Length].Calls.DecideAsync(call.Id, command, CancellationToken.None))));

        var after = (await nodes[^1].Store.LoadAsync(call.Id, CancellationToken.None))!;
        var lines = await nodes[0].Store.HistoryAsync(call.Id, CancellationToken.None);
        var winners = commands.Zip(results).Where(pair => pair.First is Accept && pair.Second is CallResult.Done).ToArray();
        lines.Count(line => line.From == CallState.Ringing).ShouldBe(1, "exactly one act ends the ringing");
        lines.Count(line => line.To == CallState.Ended).ShouldBe(after.IsOver ? 1 : 0);
        winners.Length.ShouldBe(lines.Count(line => line.To == CallState.Connecting));
        (after.Outcome is null or Outcome.Cancelled or Outcome.Declined).ShouldBeTrue();
        (after.Outcome == Outcome.Declined).ShouldBe(results.OfType<CallResult.Done>().Any(done => done.Call.Outcome == Outcome.Declined));
        after.IsOver.ShouldBeTrue("whoever cancels after the answer ends the call, too");

        if (nodes.Length == 1)
        {
            await AllAreToldAsync(after, callees, gracesDevices, [callers, .. bells]);
        }

        nodes[0].Forget(call.Id, bells);
        return winners.Length == 1 ? "answered" : Word.Of(after.Outcome!.Value);
    }

    /// <summary>Everybody sees the end, except for devices that were told before that another one has answered.</summary>
    private static async Task AllAreToldAsync(Call after, ListeningSocket[] callees, Guid[] devices, ListeningSocket[] others)
    {
        foreach (var other in others)
        {
            ((string?)(await other.HearAsync(after.Version))["outcome"]).ShouldBe(Word.Of(after.Outcome!.Value));
        }

        foreach (var (callee, device) in callees.Zip(devices))
        {
            await callee.Closed.WaitAsync(ListeningSocket.Patience, TestContext.Current.CancellationToken);
            var told = callee.Call.ShouldNotBeNull();
            if ((int)told["version"]! != after.Version)
            {
                ((Guid?)told["participants"]![1]!["device_id"]).ShouldNotBeNull().ShouldNotBe(device);
            }
        }
    }

    private sealed class Node(TestServer server)
    {
        private readonly Switchboard _switchboard = server.Services.GetRequiredService<Switchboard>();
        private readonly List<(Guid PersonId, ListeningSocket Socket)> _bells = [];

        public CallService Calls { get; } = server.Services.GetRequiredService<CallService>();

        public CallStore Store { get; } = server.Services.GetRequiredService<CallStore>();

        public ListeningSocket Enter(Call call, PeerName peer)
        {
            var socket = new ListeningSocket();
            _switchboard.Add(call.Id, new CallDevice(peer, _switchboard.NextSerial(), socket.Connection), out _, out _).ShouldBe(Entry.Entered);
            return socket;
        }

        public ListeningSocket Listen(Guid personId)
        {
            var socket = new ListeningSocket();
            _switchboard.TryAdd(personId, socket.Connection).ShouldBeTrue();
            _bells.Add((personId, socket));
            return socket;
        }

        /// <summary>As the sockets' own loops do when they end.</summary>
        public void Forget(Guid callId, ListeningSocket[] bells)
        {
            bells.Length.ShouldBe(_bells.Count);
            foreach (var device in _switchboard.DevicesIn(callId))
            {
                _switchboard.Remove(callId, device, PeerLeftReason.Lost);
            }

            foreach (var (personId, socket) in _bells)
            {
                _switchboard.Remove(personId, socket.Connection);
            }
        }
    }
}
