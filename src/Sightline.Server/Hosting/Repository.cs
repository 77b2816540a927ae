namespace Sightline.Server.Hosting;

/// <summary>What lies in the repository beside a server that runs from it, or beside an installed one.</summary>
internal static class Repository
{
    /// <returns>The full path of the first <paramref name="relative"/> folder at or above the program, or null.</returns>
    public static string? Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, relative);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
