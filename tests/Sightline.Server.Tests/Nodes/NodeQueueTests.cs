using Sightline.Server.Nodes;

namespace Sightline.Server.Tests.Nodes;

/// <summary>What waits to be sent to other nodes has a limit.</summary>
public class NodeQueueTests
{
    [Fact]
    public void A_node_that_is_alone_posts_nothing()
    {
        var queue = new NodeQueue();

        queue.Post(new Beat());

        queue.Count.ShouldBe(0);
        queue.HasLost().ShouldBeFalse();
    }

    [Fact]
    public void When_too_much_waits_all_of_it_is_thrown_away_and_said_to_be()
    {
        var queue = new NodeQueue { HasOthers = true };
        for (var i = 0; i < NodeQueue.MaxWaiting; i++)
        {
            queue.Post(new Beat());
        }

        queue.HasLost().ShouldBeFalse();
        queue.Post(new Beat());

        queue.Count.ShouldBe(NodeQueue.MaxWaiting);
        queue.HasLost().ShouldBeTrue();
        queue.Count.ShouldBe(0);
        queue.HasLost().ShouldBeFalse("it is said once");
        queue.Post(new Beat());
        queue.Count.ShouldBe(1);
    }
}
