namespace Sightline.Recording.Composition;

/// <summary>A finished file of one person, and where it belongs in the recording.</summary>
/// <param name="Path">As ffmpeg is to open it.</param>
/// <param name="From">Where the file's own beginning stands in the recording.</param>
/// <param name="Pictures">When it shows something, in the recording's time; none when it is sound only.</param>
public sealed record ComposedFile(string Path, TimeSpan From, bool HasSound, IReadOnlyList<TimeSpanRange> Pictures);

/// <summary>From <paramref name="Start"/> up to and without <paramref name="End"/>.</summary>
public readonly record struct TimeSpanRange(TimeSpan Start, TimeSpan End)
{
    public bool Contains(TimeSpan at) => Start <= at && at < End;
}

/// <summary>Where a picture stands for a while, in pixels of the whole.</summary>
/// <param name="File">Which of the files.</param>
internal readonly record struct Placement(int File, TimeSpanRange When, int X, int Y, int Width, int Height);

/// <summary>Everybody who is seen at a moment, in a grid that is as square as can be: pictures as large as there is room.</summary>
internal static class Grid
{
    /// <summary>Every place that every picture has, in the order of time.</summary>
    public static List<Placement> Of(IReadOnlyList<ComposedFile> files, int width, int height, TimeSpan length)
    {
        var placements = new List<Placement>();
        var moments = files.SelectMany(file => file.Pictures).SelectMany(range => new[] { range.Start, range.End })
            .Where(at => at > TimeSpan.Zero && at < length).Append(TimeSpan.Zero).Append(length).Distinct().Order().ToList();
        foreach (var (start, end) in moments.Zip(moments.Skip(1)))
        {
            var seen = Enumerable.Range(0, files.Count).Where(file => files[file].Pictures.Any(range => range.Contains(start))).ToList();
            for (var i = 0; i < seen.Count; i++)
                Add(placements, Cell(seen[i], i, seen.Count, width, height) with { When = new TimeSpanRange(start, end) });
        }

        return placements;
    }

    /// <summary>Who stays where they are has one place for as long.</summary>
    private static void Add(List<Placement> placements, Placement next)
    {
        var before = placements.FindLastIndex(one => one.File == next.File);
        if (before >= 0 && placements[before] with { When = next.When } == next && placements[before].When.End == next.When.Start)
            placements[before] = next with { When = new TimeSpanRange(placements[before].When.Start, next.When.End) };
        else
            placements.Add(next);
    }

    private static Placement Cell(int file, int index, int count, int width, int height)
    {
        var columns = (int)Math.Ceiling(Math.Sqrt(count));
        var rows = (count + columns - 1) / columns;
        // Codecs of half the colours want even numbers.
        var (cellWidth, cellHeight) = (width / columns & ~1, height / rows & ~1);
        var (row, column) = (index / columns, index % columns);
        var inRow = row == rows - 1 ? count - (row * columns) : columns;
        // The last row is centred.
        var left = (width - (inRow * cellWidth)) / 2 & ~1;
        return new Placement(file, default, left + (column * cellWidth), row * cellHeight, cellWidth, cellHeight);
    }
}
