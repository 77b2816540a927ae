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
        ("caller declines", new Decline(Ada)),
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
        ("time passes", new Tick()),
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
                var result = scene.Decide(command) switch
                {
                    Decision.Rejected rejected => $"refused: {rejected.Reason}",
                    Decision.Accepted accepted when ReferenceEquals(accepted.Call, scene.Call) => "nothing",
                    Decision.Accepted { Call: { IsOver: true } over } => $"Ended ({over.Outcome})",
                    Decision.Accepted { Call: var call } when call.State == state => "noted",
                    Decision.Accepted { Call: var call } => $"{call.State}",
                    _ => throw new InvalidOperationException("A decision is accepted or rejected."),
                };
                table.Append(state.ToString().PadRight(14)).Append(name.PadRight(26)).Append(result).Append('\n');
            }
        }

        // A change that is meant: read the received file, then copy it over transitions.approved.txt.
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "transitions.received.txt"), table.ToString());
        var approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "transitions.approved.txt"));
        table.ToString().Split('\n').ShouldBe(approved.Split('\n'));
    }
}
