using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sightline.Tidy;

/// <summary>The core knows nothing of the network, the clock, the disk or chance: they come in as arguments.</summary>
public sealed partial class PurityTests
{
    private static readonly string[] PureProjects = ["Calls", "Signalling", "Rtc", "Recording"];

    [Fact]
    public void Pure_projects_touch_nothing_outside() => Impurities(Tree.Repository).ShouldBeEmpty();

    [Theory]
    [InlineData("var text = File.ReadAllText(path);")]
    [InlineData("using System.Net.Sockets;")]
    [InlineData("var now = TimeProvider.System.GetUtcNow();")]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("await Task.Delay(wait, clock);")]
    [InlineData("Console.WriteLine(call);")]
    public void An_impure_line_is_found(string line) =>
        Impurities(Tree.Of(("src/Sightline.Calls/Decide.cs", line))).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/Sightline.Server/Host.cs", "File.ReadAllText(path)")]
    [InlineData("src/Sightline.Calls/Decide.cs", "// File.ReadAllText is for the server")]
    [InlineData("src/Sightline.Calls/Decide.cs", "call.File.Name")]
    [InlineData("src/Sightline.Calls/Decide.cs", "TimeProvider clock")]
    public void A_shell_a_comment_or_an_argument_is_fine(string path, string line) =>
        Impurities(Tree.Of((path, line))).ShouldBeEmpty();

    [Fact]
    public void A_package_in_a_pure_project_is_found() =>
        Impurities(Tree.Of(("src/Sightline.Calls/Sightline.Calls.csproj",
            """<Project><ItemGroup><PackageReference Include="Npgsql" /></ItemGroup></Project>"""))).ShouldHaveSingleItem();

    private static IEnumerable<string> Impurities(Tree tree) => PureProjects.SelectMany(project => Lines(tree, project).Concat(Packages(tree, project)));

    private static IEnumerable<string> Lines(Tree tree, string project) =>
        from path in tree.Under($"src/Sightline.{project}/", ".cs")
        from line in tree.Text(path).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
        where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal) && Outside().IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}";

    private static IEnumerable<string> Packages(Tree tree, string project) =>
        from path in tree.Under($"src/Sightline.{project}/", ".csproj")
        from package in XDocument.Parse(tree.Text(path)).Descendants("PackageReference")
        select $"{path}: {package.Attribute("Include")?.Value}";

    [GeneratedRegex("""
        (?<![\w.])(
          (System\.IO\.)?(File|Directory|FileStream|FileInfo|DirectoryInfo|StreamWriter|StreamReader)\b(?=\s*[.(])
        | System\.(Net\.(Sockets|Http|WebSockets)|IO\.Pipes|Data)\b
        | Microsoft\.(AspNetCore|EntityFrameworkCore|Extensions)\b
        | (HttpClient|Socket|UdpClient|Process|Console|Environment|Thread|Timer)\b(?=\s*[.(])
        | TimeProvider\.System\b
        | DateTime(Offset)?\.(Now|UtcNow|Today)\b
        | Stopwatch\.
        | Task\.(Delay|Run)\b
        | Guid\.(NewGuid|CreateVersion7)\b
        | (Random|RandomNumberGenerator)\b(?=\s*[.(])
        )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Outside();
}
