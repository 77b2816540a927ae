using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Media.Recording;
using Sightline.Server.Tests.Calls;

namespace Sightline.Server.Tests.Recordings;

/// <summary>A media node in a process of its own, as <c>sightline media</c> starts it.</summary>
public sealed class SeparateNodeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recordings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Without_it_nothing_is_recorded_and_when_it_was_killed_the_next_one_goes_on()
    {
        await using var scene = await CallScene.SetAsync(
            ("Recording:Folder", _folder.FullName), ("Recording:MinFreeBytes", "0"), ("Recording:SeparateNode", "true"));
        await using var bell = await scene.NotificationsAsync(scene.Ada);
        await scene.ConnectAsync();
        await scene.Ada.Client.Post($"/calls/{scene.CallId}/recording")
            .ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "recording_unavailable");

        Guid recordingId;
        await using (var node = StartNode())
        {
            var seen = scene.Server.Services.GetRequiredService<IRecordingNode>();
            await UntilAsync(() => Task.FromResult(!seen.IsDraining));
            recordingId = (Guid)(await scene.Ada.Client.Post($"/calls/{scene.CallId}/recording").Json(HttpStatusCode.Created))["recording_id"]!;
            ((string)(await OfferAsync(scene, recordingId).Json())["answer"]!).ShouldContain("192.0.2.7");
            await RecordedScene.OfferAsync(scene.Ada.Client, recordingId, scene.AdasPhone.DeviceId)
                .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "bad_offer");
            await node.KillAsync();
        }

        await OfferAsync(scene, recordingId).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "recording_unavailable");

        await using var next = StartNode();
        await UntilAsync(async () =>
        {
            using var response = await OfferAsync(scene, recordingId);
            return response.StatusCode == HttpStatusCode.OK;
        });
        await scene.Ada.Client.Post($"/calls/{scene.CallId}/recording/stop").Json();
        var failed = await RecordedScene.ExpectAsync(bell, scene.Ada.Client, recordingId, "failed");
        ((string?)failed["problem"]).ShouldBe("nothing_recorded");
        (await next.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_one_does_not_start_in_the_same_folder()
    {
        await using var first = StartNode();
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(_folder.FullName, "node.socket"))));

        await using var second = StartNode();
        var (exitCode, errors) = await second.EndAsync();

        exitCode.ShouldBe(1);
        errors.ShouldContain($"Sightline cannot start: another media node is using {_folder.FullName}");
        errors.Split('\n').ShouldHaveSingleItem();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_its_own_user_may_give_it_orders()
    {
        await using var node = StartNode();
        var socket = Path.Combine(_folder.FullName, "node.socket");

        await UntilAsync(() => Task.FromResult(File.Exists(socket) && CanConnect(socket)));

        File.GetUnixFileMode(socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private ServerProcess StartNode() => ServerProcess.StartNode(
        ("Recording:Folder", _folder.FullName), ("Recording:MinFreeBytes", "0"), ("Recording:Addresses:0", "192.0.2.7"));

    private static Task<HttpResponseMessage> OfferAsync(CallScene scene, Guid recordingId) => RecordedScene.OfferAsync(
        scene.Ada.Client, recordingId, scene.AdasPhone.DeviceId, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "offers", "chromium-plain.sdp")));

    private static bool CanConnect(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A node that has just been started is asked again until it is there, as devices do.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await isSo()) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
    }
}
