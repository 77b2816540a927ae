using System.Net;

namespace Sightline.Server.Tests.Hosting;

/// <summary>The server serves the built web app.</summary>
public sealed class WebAppTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-app-").FullName;

    public WebAppTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "assets"));
        File.WriteAllText(Path.Combine(_folder, "index.html"), "<title>the app</title>");
        File.WriteAllText(Path.Combine(_folder, "assets", "index-4f2a.js"), "run()");
        File.WriteAllText(Path.Combine(_folder, "icon.svg"), "<svg/>");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/")]
    [InlineData("/preferences")]
    [InlineData("/some/page/of/the/app?with=query")]
    public async Task Every_address_of_the_app_is_its_page_and_asked_for_anew(string path)
    {
        await using var server = await StartAsync();

        using var answer = await server.Browser().Send(HttpMethod.Get, path, ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("the app");
        answer.Headers.CacheControl!.NoCache.ShouldBeTrue();
        answer.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
    }

    [Fact]
    public async Task Its_address_answers_whoever_names_no_type()
    {
        await using var server = await StartAsync();

        using var answer = await server.Browser().Send(HttpMethod.Get, "/", ("Accept", "*/*"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task What_has_its_hash_in_its_name_is_kept_forever()
    {
        await using var server = await StartAsync();

        using var asset = await server.Browser().Get("/assets/index-4f2a.js");
        using var icon = await server.Browser().Get("/icon.svg");

        asset.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        asset.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        icon.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/account/nowhere")]
    [InlineData("/calls/and/nothing")]
    [InlineData("/openapi/v2.json")]
    public async Task Below_the_api_nothing_is_a_page(string path)
    {
        await using var server = await StartAsync();

        await server.Browser().Send(HttpMethod.Get, path, ("Accept", "text/html")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("GET", "*/*")]
    [InlineData("GET", "application/json")]
    [InlineData("POST", "text/html")]
    public async Task Only_a_person_who_looks_for_a_page_gets_one(string method, string accept)
    {
        await using var server = await StartAsync();

        await server.Browser().Send(new HttpMethod(method), "/preferences", ("Accept", accept))
            .ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_app_that_is_not_built_says_how_to_build_it()
    {
        File.Delete(Path.Combine(_folder, "index.html"));
        await using var server = await StartAsync();

        using var answer = await server.Browser().Send(HttpMethod.Get, "/", ("Accept", "text/html"));

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("./sightline up");
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(("WebApp:Folder", _folder));
}
