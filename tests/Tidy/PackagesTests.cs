using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sightline.Tidy;

/// <summary>The same sources give the same build: versions are exact, in one place, and locked.</summary>
public sealed partial class PackagesTests
{
    private const string CentralFile = "Directory.Packages.props";
    private static readonly string[] DependencyGroups = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

    [Fact]
    public void Every_version_is_exact_and_in_its_place() => LooseVersions(Tree.Repository).ShouldBeEmpty();

    [Fact]
    public void Every_project_is_locked() => Unlocked(Tree.Repository).ShouldBeEmpty();

    [Theory]
    [InlineData(CentralFile, """<P><PackageVersion Include="X" Version="1.*" /></P>""")]
    [InlineData(CentralFile, """<P><PackageVersion Include="X" Version="[1.0.0,2.0.0)" /></P>""")]
    [InlineData("src/X/X.csproj", """<P><PackageReference Include="X" Version="1.0.0" /></P>""")]
    [InlineData("src/X/X.csproj", """<P><PackageReference Include="X" VersionOverride="1.0.0" /></P>""")]
    [InlineData("package.json", """{"devDependencies":{"x":"^1.0.0"}}""")]
    [InlineData("web/app/package.json", """{"dependencies":{"x":"latest"}}""")]
    public void A_loose_version_is_found(string path, string text) => LooseVersions(Tree.Of((path, text))).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/X/X.csproj", "<P />")]
    [InlineData("package.json", "{}")]
    public void A_project_without_a_lock_file_is_found(string path, string text) => Unlocked(Tree.Of((path, text))).ShouldHaveSingleItem();

    [Fact]
    public void A_workspace_is_locked_by_the_root() =>
        Unlocked(Tree.Of(("package.json", """{"workspaces":["web/app"]}"""), ("package-lock.json", "{}"), ("web/app/package.json", "{}"))).ShouldBeEmpty();

    private static IEnumerable<string> LooseVersions(Tree tree)
    {
        var central = from path in tree.Paths.Where(path => path == CentralFile)
                      from package in XDocument.Parse(tree.Text(path)).Descendants("PackageVersion")
                      let version = package.Attribute("Version")?.Value ?? ""
                      where !Exact().IsMatch(version)
                      select $"{path}: {package.Attribute("Include")?.Value} {version}";

        var scattered = from path in tree.Paths
                        where path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".props", StringComparison.Ordinal)
                        from package in XDocument.Parse(tree.Text(path)).Descendants("PackageReference")
                        where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
                        select $"{path}: {package.Attribute("Include")?.Value} belongs in {CentralFile}";

        var npm = from path in Manifests(tree)
                  from dependency in Dependencies(tree.Text(path))
                  where !Exact().IsMatch(dependency.Version)
                  select $"{path}: {dependency.Name} {dependency.Version}";

        return central.Concat(scattered).Concat(npm);
    }

    private static IEnumerable<string> Unlocked(Tree tree)
    {
        var workspaces = tree.Has("package.json") ? Workspaces(tree.Text("package.json")) : [];
        return tree.Under("", ".csproj").Select(path => (path, Lock: Beside(path, "packages.lock.json")))
            .Concat(Manifests(tree).Select(path =>
                (path, Lock: workspaces.Contains(Path.GetDirectoryName(path) ?? "") ? "package-lock.json" : Beside(path, "package-lock.json"))))
            .Where(project => !tree.Has(project.Lock))
            .Select(project => $"{project.path} has no {project.Lock}");
    }

    private static IEnumerable<string> Manifests(Tree tree) => tree.Paths.Where(path => Path.GetFileName(path) == "package.json");

    private static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(path) ?? "", name).Replace('\\', '/');

    private static List<(string Name, string Version)> Dependencies(string manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        return [.. from @group in DependencyGroups
                   where json.RootElement.TryGetProperty(@group, out _)
                   from dependency in json.RootElement.GetProperty(@group).EnumerateObject()
                   select (dependency.Name, dependency.Value.GetString() ?? "")];
    }

    private static List<string> Workspaces(string manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        return json.RootElement.TryGetProperty("workspaces", out var list)
            ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")]
            : [];
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(-[\w.]+)?$")]
    private static partial Regex Exact();
}
