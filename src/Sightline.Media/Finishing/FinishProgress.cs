namespace Sightline.Media.Finishing;

/// <summary>Tells of one part of the work as a part of all of it. What is told never falls.</summary>
internal sealed class FinishProgress
{
    /// <summary>Smaller steps are not told.</summary>
    private const double Step = 0.001;

    private readonly Line _line;
    private readonly double _from;
    private readonly double _to;

    public FinishProgress(IProgress<double>? progress)
        : this(new Line(progress), 0, 1)
    {
    }

    private FinishProgress(Line line, double from, double to) => (_line, _from, _to) = (line, from, to);

    public FinishProgress Part(double from, double to) => new(_line, At(from), At(to));

    /// <param name="done">Of this part, from 0 to 1.</param>
    public void Tell(double done) => _line.Tell(At(done));

    private double At(double done) => _from + (Math.Clamp(done, 0, 1) * (_to - _from));

    private sealed class Line(IProgress<double>? progress)
    {
        private double _told;

        public void Tell(double done)
        {
            if (done < _told + Step && (done < 1 || _told >= 1))
                return;
            _told = done;
            progress?.Report(done);
        }
    }
}
