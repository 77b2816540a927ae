using System.Text;
using static Sightline.Calls.Tests.Scene;

namespace Sightline.Calls.Tests;

/// <summary>The whole table, state by command, beside a copy that a person has approved.</summary>
public class TransitionTableTests
{
    private static readonly (string Name, Command Command)[] Commands =
    [
        ("caller joins", new Join(Ada, AdasPhone)),
        ("caller joins elsewhere", new Join(Ada, AdasTablet)),
        ("callee joins", new Join(Grace, GracesPhone)),
        ("callee accepts", new Accept(Grace, GracesPhone)),
        ("callee accepts elsewhere", new Accept(Grace, GracesTablet)),
        ("caller accepts", new Accept(Ada, AdasPhone)),
        ("callee declines", new Decline(Grace)),
        ("callee declines in a call", new Decline(Grace, InAnotherCall: true)),
        ("caller declines", new Decline(Ada)),
        ("caller invites", Ask(Ada, Joan)),
        ("callee invites", Ask(Grace, Joan)),
        ("caller cancels", new Cancel(Ada)),
        ("callee cancels", new Cancel(Grace)),
        ("caller ends", new End(Ada)),
        ("callee ends", new End(Grace)),
        ("caller leaves", new Leave(Ada, AdasPhone)),
        ("callee leaves", new Leave(Grace, GracesPhone)),
        ("callee leaves elsewhere", new Leave(Grace, GracesTablet)),
        ("caller is lost", new Lose(Ada, AdasPhone)),
        ("callee is lost", new Lose(Grace, GracesPhone)),
        ("media connected", new ReportMedia(Ada, AdasPhone, MediaState.Connected)),
        ("media reconnecting", new ReportMedia(Ada, AdasPhone, MediaState.Reconnecting)),
        ("media failed", new ReportMedia(Ada, AdasPhone, MediaState.Failed)),
        ("media from elsewhere", new ReportMedia(Ada, AdasTablet, MediaState.Failed)),
        ("caller starts recording", new StartRecording(Ada, Guid.NewGuid(), Guid.NewGuid(), TimeSpan.FromHours(1))),
        ("callee starts recording", new StartRecording(Grace, Guid.NewGuid(), Guid.NewGuid(), TimeSpan.FromHours(1))),
        ("caller stops recording", new StopRecording(Ada)),
        ("time passes", new Tick()),
    ];

    private static readonly (string Name, Func<Scene> Scene)[] Groups =
    [
        ("ringing, of 3", () => Ringing(Grace, Joan)),
        ("one answered, of 3", () => Ringing(Grace, Joan).Do(new Accept(Grace, GracesPhone))),
        ("one declined, of 3", () => Ringing(Grace, Joan).Do(new Decline(Grace))),
        ("connected, of 3", Three),
        ("one left, of 3", () => Three().Do(new End(Grace))),
        ("one rings, 2 are in", () => Connected().Do(Ask(Ada, Joan))),
        ("one rings, 1 is in", () => Connected().Do(Ask(Ada, Joan)).Do(new End(Grace))),
    ];

    private static readonly (string Name, Command Command)[] GroupCommands =
    [
        ("Ada ends", new End(Ada)),
        ("Ada cancels", new Cancel(Ada)),
        ("Ada leaves", new Leave(Ada, AdasPhone)),
        ("Ada's media fails", new ReportMedia(Ada, AdasPhone, MediaState.Failed)),
        ("Ada invites Mary", Ask(Ada, Mary)),
        ("Ada invites Grace", Ask(Ada, Grace)),
        ("Grace accepts", new Accept(Grace, GracesTablet)),
        ("Grace declines", new Decline(Grace)),
        ("Grace ends", new End(Grace)),
        ("Joan accepts", new Accept(Joan, JoansPhone)),
        ("Joan declines", new Decline(Joan)),
    ];

    [Fact]
    public void Every_state_and_command_does_what_the_approved_table_says()
    {
        var table = new StringBuilder();
        foreach (var state in Enum.GetValues<CallState>())
        {
            foreach (var (name, command) in Commands)
            {
                var scene = In(state);
                AddLine(table, $"{state}", name, ResultOf(scene, scene.Decide(command)));
            }
        }

        foreach (var (name, group) in Groups)
        {
            foreach (var (commandName, command) in GroupCommands)
            {
                var scene = group();
                var decision = scene.Decide(command);
                var people = decision is Decision.Accepted { Call.IsOver: false } accepted && !ReferenceEquals(accepted.Call, scene.Call)
                    ? ": " + string.Join(' ', accepted.Call.Participants.Select(p => p.Standing))
                    : "";
                AddLine(table, name, commandName, ResultOf(scene, decision) + people);
            }
        }

        // A change that is meant: read the received file, then copy it over transitions.approved.txt.
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "transitions.received.txt"), table.ToString());
        var approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "transitions.approved.txt"));
        table.ToString().Split('\n').ShouldBe(approved.Split('\n'));
    }

    private static string ResultOf(Scene scene, Decision decision) => decision switch
    {
        Decision.Rejected rejected => $"refused: {rejected.Reason}",
        Decision.Accepted accepted when ReferenceEquals(accepted.Call, scene.Call) => "nothing",
        Decision.Accepted { Call: { IsOver: true } over } => $"Ended ({over.Outcome})",
        Decision.Accepted { Call: var call } when call.State == scene.Call.State => "noted",
        Decision.Accepted { Call: var call } => $"{call.State}",
        _ => throw new InvalidOperationException("A decision is accepted or rejected."),
    };

    private static void AddLine(StringBuilder table, string situation, string command, string result) =>
        table.Append(situation.PadRight(20)).Append(command.PadRight(26)).Append(result).Append('\n');
}
