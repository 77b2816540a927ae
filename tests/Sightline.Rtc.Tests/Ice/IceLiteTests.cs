using System.Text;
using Sightline.Rtc.Ice;
using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Tests.Ice;

public sealed class IceLiteTests
{
    private readonly IceScene _scene = new();

    [Fact]
    public void A_check_is_answered_with_the_address_it_came_from()
    {
        StunMessage.TryParse(_scene.Check(port: 5000), out var response).ShouldBeTrue();

        response.Type.ShouldBe(StunType.BindingResponse);
        response.MappedAddress.ShouldBe(IceScene.Address(5000));
        response.HasIntegrity(Encoding.ASCII.GetBytes(IceScene.Local.Password)).ShouldBeTrue();
        response.HasFingerprint.ShouldBeTrue();
        _scene.Agent.IsValidated(IceScene.Address(5000)).ShouldBeTrue();
        _scene.Agent.State.ShouldBe(IceState.Waiting);
    }

    [Fact]
    public void A_nominated_path_is_sent_over()
    {
        _scene.Check(port: 5000);
        _scene.Check(port: 6000, nominate: true);

        _scene.Agent.State.ShouldBe(IceState.Connected);
        _scene.Agent.Selected.ShouldBe(IceScene.Address(6000));
    }

    [Fact]
    public void The_latest_nomination_counts()
    {
        _scene.Check(port: 5000, nominate: true);
        _scene.Check(port: 6000, nominate: true);
        _scene.Check(port: 5000);

        _scene.Agent.Selected.ShouldBe(IceScene.Address(6000));
    }

    [Theory]
    [InlineData("here:there", "another+password+that+is+long")]
    [InlineData("gone:there", null)]
    [InlineData("here:other", null)]
    [InlineData("", null)]
    public void A_check_with_other_credentials_is_not_answered(string username, string? password)
    {
        _scene.Check(port: 5000, nominate: true, username, password).ShouldBeEmpty();

        _scene.Agent.IsValidated(IceScene.Address(5000)).ShouldBeFalse();
        _scene.Agent.State.ShouldBe(IceState.Waiting);
    }

    [Fact]
    public void A_peer_that_believes_to_be_controlled_is_told_otherwise()
    {
        StunMessage.TryParse(_scene.Check(port: 5000, nominate: true, controlled: true), out var response).ShouldBeTrue();

        response.Type.ShouldBe(StunType.BindingError);
        response.ErrorCode.ShouldBe(487);
        _scene.Agent.State.ShouldBe(IceState.Waiting);
    }

    [Fact]
    public void An_attribute_that_must_be_understood_and_is_not_is_refused()
    {
        StunMessage.TryParse(_scene.Check(port: 5000, unknown: 0x7ABC), out var response).ShouldBeTrue();

        response.ErrorCode.ShouldBe(420);
    }

    [Fact]
    public void Consent_lasts_as_long_as_checks_come()
    {
        _scene.Check(port: 5000, nominate: true);
        for (var i = 0; i < 10; i++)
        {
            _scene.Pass(ms: 4_000);
            _scene.Check(port: 5000);
        }

        _scene.Agent.WakeAtUs.ShouldBe(_scene.NowUs + 5_000_000);
        _scene.Pass(ms: 4_999);
        _scene.Agent.State.ShouldBe(IceState.Connected);
        _scene.Pass(ms: 1);
        _scene.Agent.State.ShouldBe(IceState.Failed);
        _scene.Agent.Selected.ShouldBeNull();
        _scene.Agent.IsValidated(IceScene.Address(5000)).ShouldBeFalse();
        _scene.Agent.WakeAtUs.ShouldBeNull();
    }

    [Fact]
    public void Another_nominated_path_takes_over_when_consent_ends_on_the_first()
    {
        _scene.Check(port: 6000, nominate: true);
        _scene.Check(port: 5000, nominate: true);
        _scene.Pass(ms: 3_000);
        _scene.Check(port: 6000);
        _scene.Pass(ms: 3_000);

        _scene.Agent.State.ShouldBe(IceState.Connected);
        _scene.Agent.Selected.ShouldBe(IceScene.Address(6000));
    }

    [Fact]
    public void A_peer_that_never_comes_is_given_up()
    {
        _scene.Agent.WakeAtUs.ShouldBe(10_000_000);
        _scene.Pass(ms: 9_999);
        _scene.Agent.State.ShouldBe(IceState.Waiting);
        _scene.Pass(ms: 1);
        _scene.Agent.State.ShouldBe(IceState.Failed);
    }

    [Fact]
    public void A_restart_keeps_the_old_path_until_a_new_one_is_nominated()
    {
        _scene.Check(port: 5000, nominate: true);
        _scene.Agent.Restart(new("new1", IceScene.Local.Password), new("new2", IceScene.Remote.Password), _scene.NowUs);

        _scene.Check(port: 5000).ShouldNotBeEmpty();
        _scene.Agent.Selected.ShouldBe(IceScene.Address(5000));

        _scene.Check(port: 7000, nominate: true, username: "new1:new2").ShouldNotBeEmpty();
        _scene.Agent.Selected.ShouldBe(IceScene.Address(7000));
        _scene.Check(port: 5000).ShouldBeEmpty();
    }

    [Fact]
    public void A_restart_is_waited_for_when_the_old_path_ends()
    {
        _scene.Check(port: 5000, nominate: true);
        _scene.Agent.Restart(new("new1", IceScene.Local.Password), new("new2", IceScene.Remote.Password), _scene.NowUs);
        _scene.Pass(ms: 5_000);
        _scene.Agent.State.ShouldBe(IceState.Waiting);
        _scene.Pass(ms: 5_000);
        _scene.Agent.State.ShouldBe(IceState.Failed);
    }

    [Fact]
    public void A_restart_revives_a_failed_agent()
    {
        _scene.Pass(ms: 10_000);
        _scene.Agent.Restart(new("new1", IceScene.Local.Password), new("new2", IceScene.Remote.Password), _scene.NowUs);
        _scene.Check(port: 7000, nominate: true, username: "new1:new2");

        _scene.Agent.State.ShouldBe(IceState.Connected);
    }

    [Fact]
    public void Addresses_beyond_the_limit_push_out_the_most_silent_and_never_the_one_in_use()
    {
        _scene.Check(port: 1, nominate: true);
        for (ushort port = 2; port <= 3 * IceLite.MaxPaths; port++)
        {
            _scene.Pass(ms: 1);
            _scene.Check(port);
        }

        _scene.Agent.Selected.ShouldBe(IceScene.Address(1));
        _scene.Agent.IsValidated(IceScene.Address(1)).ShouldBeTrue();
        _scene.Agent.IsValidated(IceScene.Address(2)).ShouldBeFalse();
        _scene.Agent.IsValidated(IceScene.Address(3 * IceLite.MaxPaths)).ShouldBeTrue();
    }

    [Fact]
    public void Credentials_from_randomness_are_valid()
    {
        var random = new byte[IceCredentials.RandomBytes];
        new Random(1).NextBytes(random);

        IceCredentials.FromRandom(random).IsValid.ShouldBeTrue();
        new IceCredentials("abc", "short").IsValid.ShouldBeFalse();
        IceCredentials.FromRandom(random).ToString().ShouldNotContain(IceCredentials.FromRandom(random).Password);
    }
}
