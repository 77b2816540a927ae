using System.Net;
using Sightline.Server.Tests.Calls;

namespace Sightline.Server.Tests.Recordings;

/// <summary>The server with its own media node and finisher.</summary>
public sealed class RealNodeTests
{
    [Fact]
    public async Task An_offer_of_a_browser_is_answered_and_a_recording_without_media_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("recordings-");
        try
        {
            await using var scene = await CallScene.SetAsync(
                ("Recording:Folder", folder.FullName), ("Recording:MinFreeBytes", "0"), ("Recording:Addresses:0", "192.0.2.7"));
            await using var bell = await scene.NotificationsAsync(scene.Ada);
            await scene.ConnectAsync();
            var recordingId = (Guid)(await scene.Ada.Client.Post($"/calls/{scene.CallId}/recording").Json(HttpStatusCode.Created))["recording_id"]!;
            var offer = await File.ReadAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, "offers", "chromium-plain.sdp"), TestContext.Current.CancellationToken);

            var answer = (string)(await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, scene.AdasPhone.DeviceId, offer).Json())["answer"]!;
            answer.ShouldStartWith("v=0");
            answer.ShouldContain("a=ice-lite");
            answer.ShouldContain("192.0.2.7");
            await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, scene.AdasPhone.DeviceId)
                .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "bad_offer");

            await scene.Ada.Client.Post($"/calls/{scene.CallId}/recording/stop").Json();
            var failed = await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "failed");
            ((string?)failed["problem"]).ShouldBe("nothing_recorded");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
