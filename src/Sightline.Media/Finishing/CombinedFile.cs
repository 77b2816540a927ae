using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Sightline.Recording.Composition;

namespace Sightline.Media.Finishing;

/// <summary>Lets ffmpeg make one film of everybody's files. Whatever goes wrong with it is said in words.</summary>
internal sealed class CombinedFile(RecordingFinisherOptions options, string folder)
{
    private const string Name = "combined.mp4";

    /// <summary>Of what ffmpeg complains of, the end is kept.</summary>
    private const int MaxComplaintChars = 300;

    /// <summary>Ends an ffmpeg that goes on for a process that was killed: its command names the folder.</summary>
    public static void EndLeftovers(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var output = "file:" + Path.Combine(folder, Name);
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                if (!File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0').Contains(output))
                    continue;
                using var left = Process.GetProcessById(id);
                left.Kill();
                left.WaitForExit();
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException
                or InvalidOperationException or Win32Exception)
            {
                // It ended by itself, or is somebody else's.
            }
        }
    }

    public async Task<(MadeFile? File, string? Problem)> MakeAsync(
        IReadOnlyList<MadeFile> files, TimeSpan length, FinishProgress progress, CancellationToken cancel)
    {
        var output = Path.Combine(folder, Name);
        var composed = files.Select(file => new ComposedFile(file.Path, file.From, file.HasSound, file.Pictures)).ToList();
        if (CombinedPicture.Arguments(composed, length, output, options.Picture) is not { } arguments)
            return (null, Missing($"of more than {options.Picture.MaxFiles} files none is made."));

        var problem = await RunAsync(arguments, new CompositionProgress(length), progress, cancel);
        if (problem is not null)
        {
            File.Delete(output);
            return (null, problem);
        }

        await using var made = new FileStream(output, FileMode.Open, FileAccess.ReadWrite);
        made.Flush(flushToDisk: true);
        return (new MadeFile(output, FinishedFileKind.Combined, null, "video/mp4", made.Length, TimeSpan.Zero, length, true, []), null);
    }

    private async Task<string?> RunAsync(
        IReadOnlyList<string> arguments, CompositionProgress composition, FinishProgress progress, CancellationToken cancel)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(options.FfmpegPath, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return Missing("ffmpeg is not installed on the server.");
        }

        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // ffmpeg works in real time, whatever clock the server goes by.
        await using var watch = TimeProvider.System.CreateTimer(
            _ => stalled.Cancel(), state: null, options.CombineStallAfter, Timeout.InfiniteTimeSpan);
        try
        {
            GiveWay(process);
            var complaint = ReadEndAsync(process.StandardError, stalled.Token);
            while (await process.StandardOutput.ReadLineAsync(stalled.Token) is { } line)
            {
                if (!composition.Read(line))
                    continue;
                watch.Change(options.CombineStallAfter, Timeout.InfiniteTimeSpan);
                progress.Tell(composition.Done);
            }

            var said = await complaint;
            await process.WaitForExitAsync(stalled.Token);
            return process.ExitCode == 0 ? null : Missing($"ffmpeg ended with code {process.ExitCode}. {Clean(said)}".Trim());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Missing($"ffmpeg did not come any further for {options.CombineStallAfter.TotalMinutes:0} minutes.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static string Missing(string why) => "There is no film of everybody: " + why;

    /// <summary>Calls that run on this machine are more urgent.</summary>
    private static void GiveWay(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.Idle;
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            // It has ended already, for its own reason.
        }
    }

    private static async Task<string> ReadEndAsync(StreamReader reader, CancellationToken cancel)
    {
        var end = "";
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            end += buffer.AsSpan(0, count).ToString();
            end = end.Length > MaxComplaintChars ? end[^MaxComplaintChars..] : end;
        }

        return end;
    }

    /// <summary>The last line, without where files are on this machine.</summary>
    private string Clean(string complaint) =>
        complaint.Trim().Split('\n')[^1].Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}
