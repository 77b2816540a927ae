namespace Sightline.Server.Hosting;

/// <summary>
/// The server cannot start for a reason that the person who starts it can mend. <see cref="Exception.Message"/> is the one
/// sentence they see: what is wrong, and which setting or command mends it.
/// </summary>
#pragma warning disable CA1710 // It names what a person reads, and is caught in one place.
public sealed class StartupProblem : Exception
{
    public StartupProblem(string sentence)
        : base(sentence)
    {
    }

    public StartupProblem(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
