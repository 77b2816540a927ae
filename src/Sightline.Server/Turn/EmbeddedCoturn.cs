using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sightline.Server.Hosting;

namespace Sightline.Server.Turn;

/// <summary>A coturn that runs: where it listens and what its credentials are signed with.</summary>
internal sealed record RunningCoturn(int Port, string Secret)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(RunningCoturn);

    /// <summary>Its addresses for a browser that reached this server as <paramref name="host"/>.</summary>
    public IReadOnlyList<string> UrlsFor(string host)
    {
        // A name that means ::1 here and 127.0.0.1 there would cost a browser seconds.
        var name = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : host;
        return [$"stun:{name}:{Port}", $"turn:{name}:{Port}?transport=udp", $"turn:{name}:{Port}?transport=tcp"];
    }
}

/// <summary>
/// The embedded default for <c>Ice:Servers</c>: a coturn of the server's own. It is started again when it dies, and dies with the
/// server however that ends.
/// </summary>
internal sealed partial class EmbeddedCoturn(
    DataFolder folder, IOptions<IceOptions> options, TimeProvider clock, ILogger<EmbeddedCoturn> logger) : BackgroundService
{
    public const string ProgramName = "turnserver";

    private const int DefaultPort = 3478;
    private const int SecretBytes = 32;
    private const int MaxFreePortAttempts = 20;
    private const int MaxAllocationsPerPerson = 64;
    private const int MaxAllocations = 2048;

    /// <summary>
    /// A killed server cannot stop its child. The child's guard reads from the server's end of a pipe, which the system closes even
    /// then, and stops it.
    /// </summary>
    private const string Guard =
        """
        exec 3<&0
        "$@" </dev/null & child=$!
        { cat <&3; kill $child; } >/dev/null 2>&1 & guard=$!
        wait $child; code=$?
        kill $guard
        exit $code
        """;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private string _configuration = "";
    private ServiceUser? _user;

    /// <summary>Null where servers are configured, and before the start.</summary>
    public RunningCoturn? Running { get; private set; }

    /// <returns>Where coturn is installed, or null.</returns>
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"])
            .Select(directory => Path.Combine(directory, ProgramName))
            .FirstOrDefault(File.Exists);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Servers is { Count: > 0 })
        {
            return;
        }

        var home = Path.Combine(folder.Claim(), "coturn");
        var secretFile = Path.Combine(folder.Claim(), "turn-secret");
        _configuration = Path.Combine(home, "turnserver.conf");
        try
        {
            _user = ServiceUser.Find(ProgramName);
            Directory.CreateDirectory(home);
            Running = new RunningCoturn(
                FindPort(options.Value.EmbeddedPort),
                options.Value.TurnSecret is { Length: > 0 } secret ? secret : ReadOrMakeSecret(secretFile));
            WritePrivately(_configuration, Configuration(Running, home));
            if (_user is not null)
            {
                await _user.MakeFolderAsync(home, cancellationToken);
                await _user.GiveAsync(_configuration, "0600", cancellationToken);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StartupProblem($"coturn's files in {home} cannot be written ({cause.Message}).", cause);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = ShortestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var startedAt = clock.GetTimestamp();
            var code = await RunAsync(stoppingToken);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            pause = clock.GetElapsedTime(startedAt) > HealthyAfter ? ShortestPause : pause;
            LogEnded(code, pause.TotalSeconds);
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Runs coturn until it ends or the server does.</summary>
    /// <returns>Its exit code.</returns>
    private async Task<int> RunAsync(CancellationToken stopping)
    {
        using var process = new Process
        {
            StartInfo = Command.Prepare(_user, "/bin/sh", ["-c", Guard, "coturn", FindProgram() ?? ProgramName, "-c", _configuration]),
        };

        // Read and dropped: what coturn says names addresses of people.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        Command.Start(process);
        await using var pipe = process.StandardInput;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            pipe.Close();
            using var patience = new CancellationTokenSource(StopTimeout, clock);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    /// <summary>In a file, because everybody on the machine can read a command line.</summary>
    private string Configuration(RunningCoturn running, string home)
    {
        var secrets = new[] { running.Secret, options.Value.PreviousTurnSecret }.Where(secret => !string.IsNullOrEmpty(secret));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
             # Written by Sightline at every start.
             listening-port={running.Port}
             realm=sightline
             use-auth-secret
             {string.Join('\n', secrets.Select(secret => $"static-auth-secret={secret}"))}
             fingerprint
             stale-nonce=600
             user-quota={MaxAllocationsPerPerson}
             total-quota={MaxAllocations}
             no-multicast-peers
             no-tcp-relay
             no-rfc5780
             no-tls
             no-dtls
             no-cli
             userdb={Path.Combine(home, "turndb")}
             pidfile={Path.Combine(home, "pid")}
             log-file=stdout

             """);
    }

    private static string ReadOrMakeSecret(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } kept)
        {
            return kept;
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        WritePrivately(path, secret);
        return secret;
    }

    private static void WritePrivately(string path, string text)
    {
        // Made anew, so that the file is never readable by others, not even for a moment.
        File.Delete(path);
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, file);
        writer.Write(text);
    }

    /// <summary>The usual port where it is free, else any: the server itself tells browsers where its coturn is.</summary>
    private static int FindPort(int? configured)
    {
        if (configured is { } wished)
        {
            return IsFree(wished)
                ?? throw new StartupProblem($"Ice:EmbeddedPort {wished} is taken by another program; set it to a free port, or leave it out.");
        }

        return Enumerable.Repeat(0, MaxFreePortAttempts).Prepend(DefaultPort).Select(IsFree).FirstOrDefault(port => port is not null)
            ?? throw new StartupProblem("no free port was found for coturn; set Ice:EmbeddedPort to one, or set Ice:Servers.");
    }

    /// <param name="port">0 for any.</param>
    /// <returns>The port, if it is free for UDP and for TCP.</returns>
    private static int? IsFree(int port)
    {
        try
        {
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Any, port));
            var bound = ((IPEndPoint)udp.LocalEndPoint!).Port;
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Any, bound));
            return bound;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "coturn ended with code {Code}; it is started again in {Seconds} s")]
    private partial void LogEnded(int code, double seconds);
}
