using Sightline.Rtc.Sdp;

namespace Sightline.Rtc.Tests.Sdp;

/// <summary>
/// What Chromium 156 and Firefox 153 offer who send a microphone and a camera; <c>plain</c> with a data channel, and
/// <c>simulcast</c> with three layers, and <c>bundle-only</c> with a second picture and one port for all.
/// </summary>
internal static class Offers
{
    public static TheoryData<string> All { get; } = ["chromium-plain", "chromium-simulcast", "firefox-plain", "firefox-simulcast", "firefox-bundle-only"];

    public static string Text(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sdp", "Offers", $"{name}.sdp")).ReplaceLineEndings("\r\n");

    public static SdpOffer Read(string name)
    {
        var offer = SdpOffer.Parse(Text(name), out var problem);
        problem.ShouldBe(SdpProblem.None);
        return offer!;
    }
}
