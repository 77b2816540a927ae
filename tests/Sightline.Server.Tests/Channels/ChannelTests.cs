using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Channels;

namespace Sightline.Server.Tests.Channels;

public sealed class ChannelTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Two_people_have_one_channel_whoever_asks()
    {
        var ada = await _server.SignUpAsync("Ada");
        var grace = await _server.SignUpAsync("Grace");

        var made = await ada.Client.Post("/channels", new { person_id = grace.PersonId }).Json(HttpStatusCode.Created);
        var again = await ada.Client.Post("/channels", new { person_id = grace.PersonId }).Json();
        var others = await grace.Client.Post("/channels", new { person_id = ada.PersonId }).Json();

        Id(again).ShouldBe(Id(made));
        Id(others).ShouldBe(Id(made));
        made["members"]!.AsArray().Select(member => (string?)member!["display_name"]).ShouldBe(["Ada", "Grace"], ignoreOrder: true);
        made["members"]!.AsArray().ShouldAllBe(member => (string?)member!["presence"] == "offline");
    }

    [Fact]
    public async Task Of_many_who_open_it_at_once_one_makes_it()
    {
        var ada = await _server.SignUpAsync("Ada");
        var grace = await _server.SignUpAsync("Grace");

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => i % 2 == 0
            ? ada.Client.Post("/channels", new { person_id = grace.PersonId })
            : grace.Client.Post("/channels", new { person_id = ada.PersonId })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(15);
        var list = (await ada.Client.Get("/channels").Json())["channels"]!.AsArray();
        list.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_sees_ones_own_channels_newest_first()
    {
        var ada = await _server.SignUpAsync("Ada");
        var grace = await _server.SignUpAsync("Grace");
        var mallory = await _server.SignUpAsync("Mallory");
        var first = await ada.Client.Post("/channels", new { person_id = grace.PersonId }).Json(HttpStatusCode.Created);
        var second = await mallory.Client.Post("/channels", new { person_id = ada.PersonId }).Json(HttpStatusCode.Created);

        (await ada.Client.Get("/channels").Json())["channels"]!.AsArray().Select(channel => Id(channel!)).ShouldBe([Id(second), Id(first)]);
        (await grace.Client.Get("/channels").Json())["channels"]!.AsArray().Select(channel => Id(channel!)).ShouldBe([Id(first)]);
        (await (await _server.SignUpAsync("Nobody")).Client.Get("/channels").Json())["channels"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_call_service_learns_who_belongs_to_it()
    {
        var ada = await _server.SignUpAsync("Ada");
        var grace = await _server.SignUpAsync("Grace");
        var channel = await ada.Client.Post("/channels", new { person_id = grace.PersonId }).Json(HttpStatusCode.Created);
        var channels = _server.Services.GetRequiredService<ChannelStore>();

        (await channels.MembersOfAsync(Id(channel), TestContext.Current.CancellationToken)).ShouldBe([ada.PersonId, grace.PersonId], ignoreOrder: true);
        (await channels.MembersOfAsync(Guid.NewGuid(), TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task There_is_no_channel_with_nobody_and_none_with_oneself()
    {
        var ada = await _server.SignUpAsync("Ada");

        await ada.Client.Post("/channels", new { person_id = Guid.NewGuid() }).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        await ada.Client.Post("/channels", new { person_id = ada.PersonId }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await ada.Client.Post("/channels", new { }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await ada.Client.Post("/channels", new { person_id = "grace" }).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task The_same_people_have_one_group_channel_whoever_opens_it_and_however_often_at_once()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => _server.SignUpAsync($"Person {i}")));

        var answers = await Task.WhenAll(people.SelectMany(person => Enumerable.Range(0, 3).Select(_ =>
            person.Client.Post("/channels", new { person_ids = people.Where(other => other != person).Select(other => other.PersonId) }))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        (await people[3].Client.Get("/channels").Json())["channels"]!.AsArray()
            .ShouldHaveSingleItem()!["members"]!.AsArray().Count.ShouldBe(4);
        var fewer = await people[0].Client.Post("/channels", new { person_ids = people[1..3].Select(other => other.PersonId) })
            .Json(HttpStatusCode.Created);
        fewer["members"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_group_of_one_other_person_is_the_direct_channel()
    {
        var (ada, grace) = (await _server.SignUpAsync("Ada"), await _server.SignUpAsync("Grace"));
        var direct = await ada.Client.Post("/channels", new { person_id = grace.PersonId }).Json(HttpStatusCode.Created);

        var group = await grace.Client.Post("/channels", new { person_ids = new[] { ada.PersonId } }).Json();

        Id(group).ShouldBe(Id(direct));
    }

    [Fact]
    public async Task A_group_has_one_to_three_others_each_once()
    {
        var (ada, grace) = (await _server.SignUpAsync("Ada"), await _server.SignUpAsync("Grace"));
        object[] bad =
        [
            new { person_ids = Array.Empty<Guid>() },
            new { person_ids = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()) },
            new { person_ids = new[] { grace.PersonId, grace.PersonId } },
            new { person_ids = new[] { grace.PersonId, ada.PersonId } },
            new { person_ids = new[] { grace.PersonId }, person_id = grace.PersonId },
        ];
        foreach (var body in bad)
        {
            await ada.Client.Post("/channels", body).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        }

        await ada.Client.Post("/channels", new { person_ids = new[] { grace.PersonId, Guid.NewGuid() } })
            .ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        await ada.Client.Post("/channels", new { person_ids = "grace" }).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
    }

    private static Guid Id(System.Text.Json.Nodes.JsonNode channel) => (Guid)channel["channel_id"]!;
}
