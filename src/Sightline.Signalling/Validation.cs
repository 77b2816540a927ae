namespace Sightline.Signalling;

/// <summary>The bounds that types cannot express.</summary>
internal static class Validation
{
    /// <summary>What is wrong with a message, in a sentence that names the field, or <c>null</c>.</summary>
    public static string? FindFault(ClientMessage message) => message switch
    {
        PeerMessage { Seq: < 1 } => "seq counts from 1.",
        Offer { Sdp: var sdp } => FaultOfSdp(sdp),
        Answer { Sdp: var sdp } => FaultOfSdp(sdp),
        IceRestart { Sdp: var sdp } => FaultOfSdp(sdp),
        IceCandidatesBatch { Candidates: var candidates } => FaultOf(candidates),
        Ping { Id.Length: > Limits.MaxPingIdChars } => $"id has at most {Limits.MaxPingIdChars} characters.",
        Join { DeviceId: var device } when device == Guid.Empty => "device_id is a random UUID.",
        _ => null,
    };

    private static string? FaultOfSdp(string sdp) =>
        sdp.Length is 0 or > Limits.MaxSdpChars || !sdp.StartsWith("v=0", StringComparison.Ordinal)
            ? $"sdp is a session description of at most {Limits.MaxSdpChars} characters."
            : null;

    private static string? FaultOf(IReadOnlyList<Candidate> candidates)
    {
        if (candidates.Count is 0 or > Limits.MaxCandidatesPerBatch)
        {
            return $"candidates has 1 to {Limits.MaxCandidatesPerBatch} entries.";
        }

        foreach (var candidate in candidates)
        {
            // A list may hold null where its type says it does not.
            if (candidate is null
                || candidate.Line.Length > Limits.MaxCandidateChars
                || candidate.SdpMid is { Length: > Limits.MaxSdpMidChars }
                || candidate.SdpMLineIndex is < 0 or >= Limits.MaxMediaLines
                || candidate.UsernameFragment is { Length: > Limits.MaxUsernameFragmentChars })
            {
                return $"a candidate has at most {Limits.MaxCandidateChars} characters and a media line from 0 to {Limits.MaxMediaLines - 1}.";
            }
        }

        return null;
    }
}
