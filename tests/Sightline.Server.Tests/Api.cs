using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests;

/// <summary>The short words of a test for requests and answers.</summary>
internal static class Api
{
    public static Task<HttpResponseMessage> Get(this HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, object? body = null) =>
        client.PostAsync(new Uri(path, UriKind.Relative), body is null ? null : JsonContent.Create(body), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PostText(this HttpClient client, string path, string body, string mediaType = "application/json") =>
        client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, mediaType), TestContext.Current.CancellationToken);

    public static async Task<HttpResponseMessage> Send(this HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The body of an answer with this status.</summary>
    public static async Task<JsonObject> Json(this Task<HttpResponseMessage> answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>The answer is a problem document with the status and the code that the protocol documents.</summary>
    public static async Task<JsonObject> ShouldBeProblem(this Task<HttpResponseMessage> answer, HttpStatusCode status, string code)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        (response.Content.Headers.ContentType?.MediaType).ShouldBe("application/problem+json");
        var problem = JsonNode.Parse(text)!.AsObject();
        ((string?)problem["code"]).ShouldBe(code);
        ((int?)problem["status"]).ShouldBe((int)status);
        ((string?)problem["title"]).ShouldNotBeNullOrWhiteSpace();
        return problem;
    }
}
