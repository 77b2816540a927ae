namespace Sightline.Tidy;

/// <summary>A file that a person reads in one sitting.</summary>
public sealed class SizeTests
{
    private const int MaxLines = 400;

    private static readonly string[] SourceExtensions = [".cs", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".sql", ".sh"];

    [Fact]
    public void No_source_file_outgrows_its_reader() => TooLong(Tree.Repository).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Sightline.Server/Host.cs")]
    [InlineData("web/app/src/app.css")]
    [InlineData("sightline")]
    public void A_long_file_is_found(string path) => TooLong(Tree.Of((path, Lines(MaxLines + 1)))).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/Sightline.Server/Host.cs", MaxLines)]
    [InlineData("docs/protocol.md", MaxLines + 1)]
    [InlineData("web/sdk/src/protocol/messages.gen.ts", MaxLines + 1)]
    public void A_full_file_a_page_and_a_generated_file_are_fine(string path, int lines) =>
        TooLong(Tree.Of((path, Lines(lines)))).ShouldBeEmpty();

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("line\n", count));

    private static IEnumerable<string> TooLong(Tree tree) =>
        from path in tree.Paths
        where path is "sightline" || SourceExtensions.Contains(Path.GetExtension(path))
        where !path.Contains(".gen.", StringComparison.Ordinal)
        let lines = tree.Text(path).TrimEnd('\n').Count(letter => letter == '\n') + 1
        where lines > MaxLines
        select $"{path} has {lines} lines";
}
