using System.Text.RegularExpressions;

namespace Sightline.Tidy;

/// <summary>What is left to do is an issue, and what is on somebody's machine stays there.</summary>
public sealed partial class MarkersTests
{
    // Put together here, so that this file does not find itself.
    private const string Marker = "TO" + "DO";
    private const string Home = "/ho" + "me/somebody/sightline";
    private const string Host = "https://registry." + "npmjs.org/ws";

    [Fact]
    public void No_marker_is_left() => Marked(Tree.Repository).ShouldBeEmpty();

    [Fact]
    public void No_path_of_a_machine_is_written_down() => MachinePaths(Tree.Repository).ShouldBeEmpty();

    [Fact]
    public void No_registry_is_written_down() => Registries(Tree.Repository).ShouldBeEmpty();

    [Fact]
    public void A_marker_is_found() => Marked(Tree.Of(("a.ts", $"// {Marker}: later"))).ShouldHaveSingleItem();

    [Fact]
    public void A_machine_path_is_found() => MachinePaths(Tree.Of(("a.ts", $"open('{Home}')"))).ShouldHaveSingleItem();

    [Fact]
    public void A_registry_is_found() => Registries(Tree.Of(("package-lock.json", $"\"resolved\": \"{Host}\""))).ShouldHaveSingleItem();

    [Fact]
    public void Ordinary_words_and_addresses_are_fine()
    {
        var tree = Tree.Of(("a.ts", "hackneyed; const toDo = 'https://example.org/home/x' + './work/root'; // todos"));
        Marked(tree).Concat(MachinePaths(tree)).Concat(Registries(tree)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Marked(Tree tree) => Lines(tree, MarkerPattern());

    private static IEnumerable<string> MachinePaths(Tree tree) => Lines(tree, MachinePathPattern());

    private static IEnumerable<string> Registries(Tree tree) => Lines(tree, RegistryPattern());

    private static IEnumerable<string> Lines(Tree tree, Regex pattern) =>
        from path in tree.Paths
        from line in tree.Text(path).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|X" + @"XX)\b")]
    private static partial Regex MarkerPattern();

    [GeneratedRegex(@"(?<![\w.:/~-])/(work|root|home)/")]
    private static partial Regex MachinePathPattern();

    /// <summary>A host in a lock file ties everybody to the network of whoever wrote it.</summary>
    [GeneratedRegex(@"""resolved"":\s*""https?:|registry\.npmjs|api\.nuget|https?://[^/\s]*(npm|nuget)[^/\s]*/(simple|v3|repository)")]
    private static partial Regex RegistryPattern();
}
