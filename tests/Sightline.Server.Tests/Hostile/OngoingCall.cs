using Sightline.Server.Tests.Calls;
using Sightline.Server.Tests.Signalling;
using Sightline.Signalling;

namespace Sightline.Server.Tests.Hostile;

/// <summary>A call between Ada and Grace that goes on while Mallory, and a Grace gone mad, do their worst.</summary>
public sealed class OngoingCall : IAsyncLifetime
{
    private const string Sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    private CallScene _scene = null!;
    private DeviceSocket _ada = null!;
    private long _seq;

    internal CallScene Scene => _scene;

    internal TestPerson Mallory { get; private set; } = null!;

    /// <summary>Grace's device in the call, which sends the bad frames.</summary>
    internal DeviceSocket Grace { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await CallScene.SetAsync(("Accounts:AttemptsPerMinute", "1000"));
        Mallory = await _scene.Server.SignUpAsync("Mallory");
        (_ada, Grace) = await _scene.ConnectAsync();
    }

    /// <summary>The same call still stands, and messages still pass both ways.</summary>
    internal async Task ShouldBeUnharmedAsync()
    {
        var seq = ++_seq;
        await _ada.SendAsync(new Offer(_scene.GracesPhone, seq, Sdp));
        await Grace.ExpectAsync("offer", ("seq", seq.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await Grace.SendAsync(new Ack(_scene.AdasPhone, seq));
        await _ada.ExpectAsync("ack");
        ((string?)(await _scene.CallAsync(_scene.Ada))["state"]).ShouldBe("CONNECTED");
    }

    /// <summary>Grace's device with a new socket, after a frame that cost it the old one.</summary>
    internal async Task RejoinAsync() => Grace = await _scene.JoinAsync(_scene.Grace, _scene.GracesPhone);

    public ValueTask DisposeAsync() => _scene.DisposeAsync();
}
