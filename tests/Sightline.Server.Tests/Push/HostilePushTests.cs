using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sightline.Server.Tests.Push;

/// <summary>What a subscription may not be: the server would send wherever it says.</summary>
public sealed class HostilePushTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Endpoint = "https://push.example.org/abc";
    private const string Key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";

    [Theory]
    [InlineData("http://push.example.org/abc")]
    [InlineData("https://localhost/abc")]
    [InlineData("https://localhost./abc")]
    [InlineData("https://intranet/abc")]
    [InlineData("https://127.0.0.1/abc")]
    [InlineData("https://2130706433/abc")]
    [InlineData("https://0x7f.1/abc")]
    [InlineData("https://10.0.0.8:5432/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/abc")]
    [InlineData("https://[::ffff:192.168.0.1]/abc")]
    [InlineData("https://[fe80::1%25eth0]/abc")]
    [InlineData("https://user:password@push.example.org/abc")]
    [InlineData("https://push.example.org/abc#part")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/abc")]
    [InlineData("")]
    [InlineData("https://push.example.org/\u0000")]
    public async Task An_endpoint_that_is_no_push_service_is_refused(string endpoint) => await ShouldRefuseAsync(endpoint, Key, Auth);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    [InlineData("BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")]
    public async Task A_key_that_is_no_point_is_refused(string key) => await ShouldRefuseAsync(Endpoint, key, Auth);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("BTBZMqHH6r4Tts7J_aSIggAA")]
    public async Task A_secret_of_another_length_is_refused(string auth) => await ShouldRefuseAsync(Endpoint, Key, auth);

    [Fact]
    public async Task An_endless_endpoint_and_missing_fields_are_refused()
    {
        await ShouldRefuseAsync($"https://push.example.org/{new string('a', 2000)}", Key, Auth);
        var person = await shared.Server.SignUpAsync("Mallory");
        await person.Client.PutAsJsonAsync("/push/subscription", new { }, TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        await person.Client.PutAsJsonAsync(
            "/push/subscription", JsonNode.Parse("""{"endpoint":7}"""),
            TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task Nobody_subscribes_without_signing_in() =>
        await shared.Server.Browser().PutAsJsonAsync(
            "/push/subscription", new { endpoint = Endpoint, p256dh = Key, auth = Auth },
            TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");

    private async Task ShouldRefuseAsync(string endpoint, string p256dh, string auth)
    {
        var person = await shared.Server.SignUpAsync("Mallory");
        var problem = await person.Client.PutAsJsonAsync(
            "/push/subscription", new { endpoint, p256dh, auth },
            TestContext.Current.CancellationToken)
            .ShouldBeProblem(HttpStatusCode.BadRequest, "validation");
        problem.ToJsonString().ShouldNotContain("password");
    }
}
