namespace Sightline.Server.People;

public enum Presence
{
    Offline,
    Online,
    InCall,
}

/// <summary>Who can be reached right now.</summary>
public interface IPresence
{
    Presence Of(Guid personId);

    /// <summary>Those who are not offline.</summary>
    IReadOnlyCollection<Guid> Here { get; }
}

/// <summary>The answer of a server without sockets.</summary>
internal sealed class NobodyPresent : IPresence
{
    public Presence Of(Guid personId) => Presence.Offline;

    public IReadOnlyCollection<Guid> Here => [];
}
