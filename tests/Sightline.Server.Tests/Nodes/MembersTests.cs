using Sightline.Server.Nodes;

namespace Sightline.Server.Tests.Nodes;

/// <summary>Who is a node and who is none any more, look by look.</summary>
public class MembersTests
{
    private const int Self = 1;
    private const int Other = 2;
    private const int Third = 3;

    private readonly Members _members = new();

    public MembersTests() => _members.Begin(Self);

    [Fact]
    public void A_node_whose_session_is_over_is_gone()
    {
        Look(Self, Other).New.ShouldBe([Other]);
        _members.Others.ShouldBe([Other]);

        Look(Self).Gone.ShouldBe([Other]);
        _members.Others.ShouldBeEmpty();
    }

    [Fact]
    public void A_node_that_came_during_a_look_stays()
    {
        var before = _members.Others;
        _members.Hear(Other);

        _members.Look(before, [new LivingNode(Self, 10)]).Gone.ShouldBeEmpty();
        _members.Others.ShouldBe([Other]);
    }

    [Fact]
    public void A_node_that_says_nothing_hangs_after_some_looks_but_not_where_this_one_hears_not_even_itself()
    {
        for (var look = 0; look < Members.MaxSilentLooks; look++)
        {
            _members.Hear(Self);
            Look(Self, Other).Hung.ShouldBeEmpty();
        }

        _members.Hear(Self);
        Look(Self, Other).Hung.ShouldBe([new LivingNode(Other, Other * 10)]);
        for (var look = 1; look < Members.MaxSilentLooks; look++)
        {
            Look(Self, Other).IsDeaf.ShouldBeFalse();
        }

        var deaf = Look(Self, Other);
        deaf.IsDeaf.ShouldBeTrue();
        deaf.Hung.ShouldBeEmpty();
    }

    [Fact]
    public void A_node_without_a_session_of_its_own_is_deaf() => Look(Other).IsDeaf.ShouldBeTrue();

    [Fact]
    public void A_node_that_is_alone_may_be_silent_for_ever()
    {
        for (var look = 0; look < 10 * Members.MaxSilentLooks; look++)
        {
            Look(Self).IsDeaf.ShouldBeFalse();
        }
    }

    [Fact]
    public void It_knows_everything_when_all_who_were_there_have_answered_or_are_gone()
    {
        _members.IsComplete.ShouldBeFalse("nobody has looked yet");
        Look(Self, Other, Third);
        _members.Expect([new(Self, 10), new(Other, 20), new(Third, 30)]);
        _members.IsComplete.ShouldBeFalse();

        _members.Answered(Other);
        _members.IsComplete.ShouldBeFalse();
        Look(Self, Other);
        _members.IsComplete.ShouldBeTrue();
    }

    private Findings Look(params int[] living) =>
        _members.Look(_members.Others, [.. living.Select(node => new LivingNode(node, node * 10))]);
}
