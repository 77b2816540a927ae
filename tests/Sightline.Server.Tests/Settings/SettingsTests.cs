using System.Buffers.Text;
using System.Net;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Tests.Settings;

public class SettingsTests
{
    [Fact]
    public async Task Clients_learn_what_the_owner_has_set()
    {
        await using var server = await TestServer.StartAsync(
            ("Media:VideoCodecs:0", "H264"), ("Media:VideoCodecs:1", "VP8"),
            ("Media:BlurModelUrl", "https://models.example.org/blur.tflite"));
        var ada = await server.SignUpAsync("Ada");

        using var answer = await ada.Client.Get("/settings");

        var settings = await Task.FromResult(answer).Json();
        settings["video_codecs"]!.AsArray().Select(codec => (string?)codec).ShouldBe(["H264", "VP8"]);
        ((string?)settings["blur_model_url"]).ShouldBe("https://models.example.org/blur.tflite");
        Base64Url.DecodeFromChars((string)settings["push_public_key"]!).Length.ShouldBe(65);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain(" https://models.example.org;");
    }

    [Fact]
    public async Task What_is_not_set_is_empty_and_only_for_those_who_signed_in()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.SignUpAsync("Ada");

        var settings = await ada.Client.Get("/settings").Json();

        settings["video_codecs"]!.AsArray().ShouldBeEmpty();
        settings["blur_model_url"].ShouldBeNull();
        await server.Browser().Get("/settings").ShouldBeProblem(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    [Theory]
    [InlineData("Media:VideoCodecs:0", "H265")]
    [InlineData("Media:VideoCodecs:0", "vp8")]
    [InlineData("Media:BlurModelUrl", "//elsewhere.example.org/model")]
    [InlineData("Media:BlurModelUrl", "file:///model")]
    [InlineData("Media:BlurModelUrl", "model.tflite")]
    [InlineData("Push:Contact", "somebody")]
    public async Task A_setting_that_cannot_work_stops_the_server_and_is_named(string key, string value)
    {
        var problem = await Should.ThrowAsync<OptionsValidationException>(() => TestServer.StartAsync((key, value)));

        problem.Message.ShouldContain(key.Replace(":0", "", StringComparison.Ordinal));
    }
}
