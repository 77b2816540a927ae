using System.Globalization;

namespace Sightline.Recording.Composition;

/// <summary>Reads what ffmpeg says with <c>-progress</c>: lines of <c>key=value</c>, a block about twice a second.</summary>
/// <param name="length">Of the film that is made.</param>
public sealed class CompositionProgress(TimeSpan length)
{
    /// <summary>What is made, from 0 to 1; it never falls.</summary>
    public double Done { get; private set; }

    /// <summary>ffmpeg has said that it has written everything. Whether it is right its exit code says.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes a line; whether anything changed.</summary>
    public bool Read(ReadOnlySpan<char> line)
    {
        var before = (Done, IsComplete);
        if (line.TrimEnd() is "progress=end")
        {
            (Done, IsComplete) = (1, true);
        }
        else if (line.StartsWith("out_time_us=", StringComparison.Ordinal) && length > TimeSpan.Zero &&
            long.TryParse(line["out_time_us=".Length..], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var us))
        {
            Done = Math.Clamp(us * (double)TimeSpan.TicksPerMicrosecond / length.Ticks, Done, 1);
        }

        return before != (Done, IsComplete);
    }
}
