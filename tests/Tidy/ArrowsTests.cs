using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sightline.Tidy;

/// <summary>Projects depend on each other in one direction only.</summary>
public sealed partial class ArrowsTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Calls"] = [],
        ["Signalling"] = [],
        ["Rtc"] = [],
        ["Recording"] = [],
        ["Media"] = ["Rtc", "Recording"],
        ["Server"] = ["Media", "Signalling", "Calls"],
        ["Client"] = ["Signalling", "Rtc"],
    };

    [Fact]
    public void Projects_reference_only_what_the_arrows_allow() => Broken(Tree.Repository).ShouldBeEmpty();

    [Theory]
    [InlineData("Calls", "Signalling")]
    [InlineData("Rtc", "Recording")]
    [InlineData("Client", "Server")]
    [InlineData("Newcomer", "Calls")]
    public void A_reference_against_the_arrows_is_found(string from, string to) =>
        Broken(Project(from, to)).ShouldHaveSingleItem().ShouldContain($"{from} → {to}");

    [Theory]
    [InlineData("Server", "Calls")]
    [InlineData("Media", "Rtc")]
    public void A_reference_along_the_arrows_is_fine(string from, string to) => Broken(Project(from, to)).ShouldBeEmpty();

    private static Tree Project(string from, string to) => Tree.Of(($"src/Sightline.{from}/Sightline.{from}.csproj",
        $"""<Project><ItemGroup><ProjectReference Include="..\Sightline.{to}\Sightline.{to}.csproj" /></ItemGroup></Project>"""));

    private static IEnumerable<string> Broken(Tree tree) =>
        from path in tree.Under("src/", ".csproj")
        let @from = Name().Match(path).Groups[1].Value
        from reference in XDocument.Parse(tree.Text(path)).Descendants("ProjectReference")
        let to = Name().Match((string?)reference.Attribute("Include") ?? "").Groups[1].Value
        where !Allowed.GetValueOrDefault(@from, []).Contains(to)
        select $"{@from} → {to} ({path})";

    [GeneratedRegex(@"Sightline\.(\w+)\.csproj$")]
    private static partial Regex Name();
}
