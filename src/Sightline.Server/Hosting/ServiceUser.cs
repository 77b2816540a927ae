using System.Globalization;

namespace Sightline.Server.Hosting;

/// <summary>
/// Who runs PostgreSQL and coturn: the server's own user, or, where that is root, one without its powers. PostgreSQL refuses
/// to run as root, and a relay that faces the network should not.
/// </summary>
public sealed record ServiceUser(string Name, uint Id, uint GroupId)
{
    private const string PasswordFile = "/etc/passwd";

    /// <summary>What goes in front of a command so that it runs as this user.</summary>
    public IReadOnlyList<string> Prefix { get; } =
        ["setpriv", $"--reuid={Id}", $"--regid={GroupId}", "--clear-groups", "--no-new-privs", "--"];

    /// <param name="preferred">The user that the program's package made for it, where there is one.</param>
    /// <returns>Null where the server does not run as root: its own user will do.</returns>
    public static ServiceUser? Find(string preferred)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var users = File.ReadLines(PasswordFile).Select(Parse).OfType<ServiceUser>().ToLookup(user => user.Name, StringComparer.Ordinal);
        return users[preferred].FirstOrDefault() ?? users["nobody"].FirstOrDefault()
            ?? throw new StartupProblem(
                $"the server runs as root, and there is neither a user {preferred} nor nobody to take over; start it as an ordinary user.");
    }

    /// <summary>Makes a folder that only this user can look into.</summary>
    public async Task MakeFolderAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        await GiveAsync(path, "0700", cancellationToken);
    }

    /// <summary>Hands a file or folder over to this user.</summary>
    public async Task GiveAsync(string path, string mode, CancellationToken cancellationToken)
    {
        await Command.RunOrFailAsync("chown", [$"{Id}:{GroupId}", path], cancellationToken);
        await Command.RunOrFailAsync("chmod", [mode, path], cancellationToken);
    }

    private static ServiceUser? Parse(string line) =>
        line.Split(':') is [var name, _, var id, var group, ..]
        && uint.TryParse(id, CultureInfo.InvariantCulture, out var userId)
        && uint.TryParse(group, CultureInfo.InvariantCulture, out var groupId)
            ? new ServiceUser(name, userId, groupId)
            : null;
}
