using System.Text.RegularExpressions;

namespace Sightline.Tidy;

/// <summary>Every link in a page leads somewhere, and every decision can be found.</summary>
public sealed partial class PagesTests
{
    private const string Decisions = "docs/decisions/";

    [Fact]
    public void Every_relative_link_leads_to_a_file() => DeadLinks(Tree.Repository).ShouldBeEmpty();

    [Fact]
    public void Every_decision_is_listed() => Unlisted(Tree.Repository).ShouldBeEmpty();

    [Theory]
    [InlineData("[gone](gone.md)")]
    [InlineData("[gone](../gone/)")]
    [InlineData("[above](../../../etc/passwd)")]
    [InlineData("![gone](gone.png \"a picture\")")]
    [InlineData("[gone]: gone.md")]
    public void A_dead_link_is_found(string text) => DeadLinks(Tree.Of(("docs/page.md", text))).ShouldHaveSingleItem();

    [Theory]
    [InlineData("[here](page.md#part) [up](../README.md) [folder](decisions/) [site](https://example.org) [part](#part)")]
    [InlineData("`[code](gone.md)`")]
    [InlineData("```\n[code](gone.md)\n```")]
    public void A_living_link_and_code_are_fine(string text) =>
        DeadLinks(Tree.Of(("docs/page.md", text), ("README.md", ""), ("docs/decisions/a.md", ""))).ShouldBeEmpty();

    [Fact]
    public void An_unlisted_decision_is_found() =>
        Unlisted(Tree.Of((Decisions + "README.md", "[a](a.md)"), (Decisions + "a.md", ""), (Decisions + "b.md", "")))
            .ShouldHaveSingleItem().ShouldContain("b.md");

    private static IEnumerable<string> DeadLinks(Tree tree) =>
        from path in tree.Under("", ".md")
        from Match link in Link().Matches(Code().Replace(tree.Text(path), ""))
        let target = Uri.UnescapeDataString(link.Groups["target"].Value.Split('#')[0])
        where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
        where !Exists(tree, Resolve(path, target))
        select $"{path}: {target}";

    private static string? Resolve(string page, string target)
    {
        var parts = new List<string>(page.Split('/')[..^1]);
        foreach (var part in target.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
                parts.Add(part);
            else if (parts.Count == 0)
                return null;
            else
                parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    private static bool Exists(Tree tree, string? path) =>
        path is not null && (path.Length == 0 || tree.Has(path) || tree.Under(path + "/").Any());

    private static IEnumerable<string> Unlisted(Tree tree)
    {
        var pages = tree.Under(Decisions, ".md").Where(path => path != Decisions + "README.md").ToList();
        var list = pages.Count > 0 && tree.Has(Decisions + "README.md") ? tree.Text(Decisions + "README.md") : "";
        return pages.Where(path => !list.Contains($"({Path.GetFileName(path)})", StringComparison.Ordinal)).Select(path => $"{path} is not listed");
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)[^)]*\)|^\[[^\]]+\]:\s*(?<target>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();
}
