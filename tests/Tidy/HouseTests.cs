using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sightline.Tidy;

/// <summary>Everything is where a newcomer looks first.</summary>
public sealed partial class HouseTests
{
    /// <summary>Test folders that test the whole, not one project.</summary>
    private static readonly string[] WholeHouse = ["Browser", "Simulation", "Tidy"];

    [Fact]
    public void Every_project_has_its_tests_and_every_tests_project_its_project() => Unpaired(Tree.Repository).ShouldBeEmpty();

    [Fact]
    public void The_solution_lists_every_project() => Unlisted(Tree.Repository).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Sightline.Rtc/Sightline.Rtc.csproj")]
    [InlineData("lab/Rtc/Sightline.Rtc.csproj")]
    public void A_project_without_tests_is_found(string path) => Unpaired(Tree.Of((path, ""))).ShouldHaveSingleItem();

    [Theory]
    [InlineData("tests/Sightline.Rtc.Tests/Sightline.Rtc.Tests.csproj")]
    [InlineData("tests/Helpers/Helpers.csproj")]
    public void Tests_of_nothing_are_found(string path) => Unpaired(Tree.Of((path, ""))).ShouldHaveSingleItem();

    [Fact]
    public void A_project_outside_the_solution_is_found() =>
        Unlisted(Tree.Of(("Sightline.slnx", "<Solution />"), ("src/X/X.csproj", ""))).ShouldHaveSingleItem();

    private static IEnumerable<string> Unpaired(Tree tree)
    {
        var sources = Projects(tree, "src").Concat(Projects(tree, "lab")).ToHashSet(StringComparer.Ordinal);
        var tests = Projects(tree, "tests").Except(WholeHouse, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return sources.Where(name => !tests.Contains($"{name}.Tests")).Select(name => $"{name} has no tests/{name}.Tests")
            .Concat(tests.Where(name => !sources.Any(source => $"{source}.Tests" == name)).Select(name => $"tests/{name} mirrors no project"));
    }

    private static IEnumerable<string> Projects(Tree tree, string folder) =>
        from path in tree.Under($"{folder}/", ".csproj") select Name().Match(path).Groups[1].Value;

    private static IEnumerable<string> Unlisted(Tree tree)
    {
        var listed = XDocument.Parse(tree.Text("Sightline.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")?.Value).ToHashSet(StringComparer.Ordinal);
        return tree.Under("", ".csproj").Where(path => !listed.Contains(path));
    }

    [GeneratedRegex(@"([^/]+)\.csproj$")]
    private static partial Regex Name();
}
