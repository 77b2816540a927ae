using Sightline.Media.Recording;

namespace Sightline.Server.Recordings;

/// <summary>
/// How a server and a media node of its own process speak: HTTP and JSON over a socket in the folder of recordings. Whoever may
/// enter that folder may give orders, and nobody else.
/// </summary>
internal static class NodeSocket
{
    public const string OfferPath = "/offer";
    public const string RemovePath = "/remove";
    public const string StopPath = "/stop";
    public const string StatePath = "/state";

    /// <summary>What the system allows for the path of a socket (<c>sun_path</c>, with its zero).</summary>
    public const int MaxPathBytes = 107;

    public static string In(string folder) => Path.Combine(folder, "node.socket");

    public sealed record OfferOrder(LegName Leg, string Offer)
    {
        /// <summary>Its name alone, for logs.</summary>
        public override string ToString() => nameof(OfferOrder);
    }

    public sealed record StopOrder(Guid RecordingId);

    public sealed record RemoveResult(bool Removed);

    public sealed record NodeState(bool IsDraining, IReadOnlyDictionary<Guid, RecordingHealth> Recordings);
}
