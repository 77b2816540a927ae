using Sightline.Server.Hosting;

namespace Sightline.Server.Tests.Hosting;

/// <summary>The protocol's machine-readable form.</summary>
public sealed class ProtocolTests
{
    [Theory]
    [InlineData("/openapi/v1.json", "openapi.json")]
    [InlineData("/protocol/schema.json", "schema.json")]
    public async Task What_the_server_publishes_lies_in_the_repository(string path, string file)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Browser().Get(path);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var published = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        published.ShouldBe(await File.ReadAllTextAsync(Path.Combine(Repository.Find("protocol")!, file), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_problem_that_an_endpoint_may_answer_with_is_documented()
    {
        await using var server = await TestServer.StartAsync();

        var document = await server.Browser().Get("/openapi/v1.json").Json();

        var signIn = document["paths"]!["/account/sign-in"]!["post"]!["responses"]!;
        ((string?)signIn["429"]!["description"]).ShouldBe("`too_many_requests`, `locked_out`");
        signIn["429"]!["content"]!.AsObject().ShouldHaveSingleItem().Key.ShouldBe("application/problem+json");
        ((string?)signIn["200"]!["content"]!["application/json"]!["schema"]!["$ref"]).ShouldBe("#/components/schemas/Me");
    }

    [Fact]
    public async Task Every_code_of_the_protocol_is_in_the_schema()
    {
        await using var server = await TestServer.StartAsync();

        var codes = (await server.Browser().Get("/openapi/v1.json").Json())["components"]!["schemas"]!["ProblemCode"]!["enum"]!.AsArray();

        codes.Select(code => (string?)code).ShouldBe(
        [
            "validation", "malformed", "antiforgery", "not_signed_in", "wrong_credentials", "not_a_participant", "forbidden_origin", "not_found",
            "email_taken", "invalid_transition", "too_large", "too_many_requests", "locked_out", "bad_offer", "recording_unavailable",
            "unexpected",
        ]);
    }
}
