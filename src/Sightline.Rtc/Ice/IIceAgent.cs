using Sightline.Rtc.Stun;

namespace Sightline.Rtc.Ice;

/// <summary>Finds a path to the peer and keeps it, without I/O: hand in STUN messages and the time, then take what is to be sent.</summary>
public interface IIceAgent
{
    IceState State { get; }

    /// <summary>Where to send to; null while there is no path with the peer's consent.</summary>
    TransportAddress? Selected { get; }

    /// <summary>When <see cref="Tick"/> has something to do; null when it has not.</summary>
    long? WakeAtUs { get; }

    /// <summary>Whether the peer has proved within the consent time to be there: only then is anything else read.</summary>
    bool IsValidated(TransportAddress from);

    /// <summary>Takes a STUN message.</summary>
    /// <param name="response">At least <see cref="StunMessage.MaxBytes"/>; the answer, to be sent to <paramref name="from"/>.</param>
    /// <returns>Bytes of the answer; 0 when there is none.</returns>
    int Handle(scoped in StunMessage message, TransportAddress from, long nowUs, Span<byte> response);

    /// <summary>Writes the next check of one's own.</summary>
    /// <returns>Its bytes; 0 when there is none.</returns>
    int TakeCheck(Span<byte> datagram, out TransportAddress to);

    /// <summary>Lets time pass.</summary>
    void Tick(long nowUs);

    /// <summary>New credentials on both sides (RFC 8445 §9). The old path is used until there is a new one.</summary>
    void Restart(IceCredentials local, IceCredentials remote, long nowUs);
}
