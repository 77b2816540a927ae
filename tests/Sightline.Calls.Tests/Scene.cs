namespace Sightline.Calls.Tests;

/// <summary>Ada calls Grace, on a clock that only the test moves.</summary>
internal sealed class Scene
{
    public static readonly Guid Ada = new("00000000-0000-0000-0000-0000000000ad");
    public static readonly Guid AdasPhone = new("00000000-0000-0000-0000-00000000adf1");
    public static readonly Guid AdasTablet = new("00000000-0000-0000-0000-00000000adf2");
    public static readonly Guid Grace = new("00000000-0000-0000-0000-00000000009e");
    public static readonly Guid GracesPhone = new("00000000-0000-0000-0000-000000009ef1");
    public static readonly Guid GracesTablet = new("00000000-0000-0000-0000-000000009ef2");
    public static readonly Guid Joan = new("00000000-0000-0000-0000-0000000000aa");
    public static readonly Guid JoansPhone = new("00000000-0000-0000-0000-00000000aaf1");
    public static readonly Guid Mary = new("00000000-0000-0000-0000-0000000000bb");
    public static readonly Guid MarysPhone = new("00000000-0000-0000-0000-00000000bbf1");
    public static readonly Guid Mallory = new("00000000-0000-0000-0000-000000000bad");

    public static readonly CallTimeouts Timeouts = new(Ring: TimeSpan.FromSeconds(45), Setup: TimeSpan.FromSeconds(20), Grace: TimeSpan.FromSeconds(10));

    private readonly CallRules _rules = new(Timeouts);

    private Scene(Call call, DateTimeOffset now)
    {
        Call = call;
        Now = now;
    }

    public Call Call { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>Everything that was to be done so far.</summary>
    public List<Effect> Effects { get; } = [];

    public IEnumerable<WriteHistory> History => Effects.OfType<WriteHistory>();

    public static Scene Ringing() => Ringing(Grace);

    public static Scene Ringing(params Guid[] callees)
    {
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var decision = new CallRules(Timeouts).Initiate(Guid.Empty, CallType.Video, Guid.Empty, Ada, callees, now);
        var accepted = decision.ShouldBeOfType<Decision.Accepted>();
        var scene = new Scene(accepted.Call, now);
        scene.Effects.AddRange(accepted.Effects);
        return scene.Do(new Join(Ada, AdasPhone));
    }

    public static Scene Connecting() => Ringing().Do(new Accept(Grace, GracesPhone));

    public static Scene Connected() => Connecting()
        .Do(new ReportMedia(Ada, AdasPhone, MediaState.Connected))
        .Do(new ReportMedia(Grace, GracesPhone, MediaState.Connected));

    /// <summary>Ada has rung Grace and Joan, both are in, and media flows.</summary>
    public static Scene Three() => Ringing(Grace, Joan)
        .Do(new Accept(Grace, GracesPhone))
        .Do(new Accept(Joan, JoansPhone))
        .Do(new ReportMedia(Ada, AdasPhone, MediaState.Connected))
        .Do(new ReportMedia(Grace, GracesPhone, MediaState.Connected))
        .Do(new ReportMedia(Joan, JoansPhone, MediaState.Connected));

    public static Invite Ask(Guid by, params Guid[] people) => new(by, [.. people], []);

    public Standing StandingOf(Guid personId) => Call.Find(personId)!.Standing;

    public static Scene Reconnecting() => Connected().Do(new ReportMedia(Grace, GracesPhone, MediaState.Reconnecting));

    public static Scene Ended() => Connected().Do(new End(Ada));

    public static Scene In(CallState state) => state switch
    {
        CallState.Ringing => Ringing(),
        CallState.Connecting => Connecting(),
        CallState.Connected => Connected(),
        CallState.Reconnecting => Reconnecting(),
        CallState.Ended => Ended(),
    };

    public Scene Do(Command command)
    {
        var accepted = Decide(command).ShouldBeOfType<Decision.Accepted>($"{command} in {Call.State}");
        Call = accepted.Call;
        Effects.AddRange(accepted.Effects);
        return this;
    }

    public Scene Wait(TimeSpan time)
    {
        Now += time;
        return Do(new Tick());
    }

    public Decision Decide(Command command) => _rules.Decide(Call, command, Now);

    public RejectReason Refused(Command command) => Decide(command).ShouldBeOfType<Decision.Rejected>().Reason;
}
