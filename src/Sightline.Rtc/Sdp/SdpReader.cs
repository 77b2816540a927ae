using System.Collections.Immutable;
using System.Globalization;
using Sightline.Rtc.Dtls;
using Sightline.Rtc.Ice;

namespace Sightline.Rtc.Sdp;

/// <summary>Reads an offer line by line. What it does not know it skips; what it knows has to be right.</summary>
internal sealed class SdpReader
{
    private readonly List<SdpMediaReader> _media = [];
    private readonly SdpTransport _session = new();
    private readonly HashSet<string> _bundled = new(StringComparer.Ordinal);
    private bool _isIceLite;
    private string _origin = "";

    public SdpOffer? Read(string text, out SdpProblem problem)
    {
        problem = ReadLines(text);
        return problem == SdpProblem.None ? Conclude(out problem) : null;
    }

    private SdpProblem ReadLines(string text)
    {
        if (text.Length > SdpLimits.MaxLetters) return SdpProblem.TooLarge;

        var lines = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (line.EndsWith('\r')) line = line[..^1];
            if (line.IsEmpty) continue;
            if (++lines > SdpLimits.MaxLines) return SdpProblem.TooLarge;
            if (line.Length < 2 || line[1] != '=' || line.ContainsAnyInRange('\0', '\x1f')) return SdpProblem.Malformed;
            if (lines == 1 && line is not "v=0") return SdpProblem.Malformed;

            var problem = ReadLine(line[0], line[2..]);
            if (problem != SdpProblem.None) return problem;
        }

        return lines == 0 ? SdpProblem.Malformed : SdpProblem.None;
    }

    private SdpProblem ReadLine(char type, ReadOnlySpan<char> value)
    {
        if (type == 'm')
        {
            if (_media.Count == SdpLimits.MaxMedia) return SdpProblem.TooLarge;
            if (SdpMediaReader.Begin(value) is not { } media) return SdpProblem.Malformed;

            _media.Add(media);
            return SdpProblem.None;
        }

        if (type == 'o' && _media.Count == 0) return ReadOrigin(value);
        if (type != 'a') return SdpProblem.None;

        var colon = value.IndexOf(':');
        var name = colon < 0 ? value : value[..colon];
        var rest = colon < 0 ? [] : value[(colon + 1)..];
        if (_media.Count > 0) return _media[^1].Read(name, rest);

        switch (name)
        {
            case "group" when rest.StartsWith("BUNDLE "):
                foreach (var mid in rest["BUNDLE ".Length..].Split(' ')) _bundled.Add(rest["BUNDLE ".Length..][mid].ToString());
                return _bundled.Count > SdpLimits.MaxMedia ? SdpProblem.TooLarge : SdpProblem.None;
            case "ice-lite":
                _isIceLite = true;
                return SdpProblem.None;
            default:
                return _session.Read(name, rest);
        }
    }

    /// <summary><c>- 4611731400430051336 2 IN IP4 127.0.0.1</c>: a name, the number of the session, and the rest.</summary>
    private SdpProblem ReadOrigin(ReadOnlySpan<char> value)
    {
        SdpToken.Cut(value, ' ', out var rest);
        var session = SdpToken.Cut(rest, ' ', out _);
        if (session.Length > SdpLimits.MaxTokenLetters) return SdpProblem.TooLarge;

        _origin = session.ToString();
        return SdpProblem.None;
    }

    private SdpOffer? Conclude(out SdpProblem problem)
    {
        problem = Judge(out var transport);
        if (problem != SdpProblem.None || transport is null) return null;

        return new SdpOffer
        {
            Origin = _origin,
            Ice = new IceCredentials(transport.UsernameFragment!, transport.Password!),
            Fingerprint = transport.Fingerprint!,
            Setup = transport.Setup ?? SdpSetup.ActPass,
            Media = [.. _media.Select(media => media.Build(_bundled))],
        };
    }

    /// <summary>All sections of the group have the same transport, so the first one's counts (RFC 8843 §7).</summary>
    private SdpProblem Judge(out SdpTransport? transport)
    {
        transport = null;
        if (_media.Count == 0) return SdpProblem.NoMedia;
        if (_isIceLite) return SdpProblem.BothIceLite;

        foreach (var media in _media)
        {
            if (media.IsClosed || !_bundled.Contains(media.Mid)) continue;

            var own = media.Transport.Over(_session);
            transport ??= own;
            if (!transport.IsSame(own)) return SdpProblem.NotBundled;
        }

        if (transport is null) return SdpProblem.NotBundled;
        if (transport.UsernameFragment is null || transport.Password is null) return SdpProblem.NoIce;
        if (!new IceCredentials(transport.UsernameFragment, transport.Password).IsValid) return SdpProblem.NoIce;
        return transport.Fingerprint is null ? SdpProblem.NoFingerprint : SdpProblem.None;
    }
}

/// <summary>What says how to reach the peer; it may stand in a section or above all of them.</summary>
internal sealed class SdpTransport
{
    public string? UsernameFragment { get; private set; }
    public string? Password { get; private set; }
    public DtlsFingerprint? Fingerprint { get; private set; }
    public SdpSetup? Setup { get; private set; }

    public SdpProblem Read(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "ice-ufrag":
                UsernameFragment = value.ToString();
                return SdpProblem.None;
            case "ice-pwd":
                Password = value.ToString();
                return SdpProblem.None;
            case "fingerprint":
                Fingerprint ??= DtlsFingerprint.TryParse(value);
                return SdpProblem.None;
            case "setup":
                Setup = value switch
                {
                    "actpass" => SdpSetup.ActPass,
                    "active" => SdpSetup.Active,
                    "passive" => SdpSetup.Passive,
                    _ => null,
                };
                return Setup is null ? SdpProblem.Malformed : SdpProblem.None;
            default:
                return SdpProblem.None;
        }
    }

    /// <summary>What is not said in the section holds from above it.</summary>
    public SdpTransport Over(SdpTransport session) => new()
    {
        UsernameFragment = UsernameFragment ?? session.UsernameFragment,
        Password = Password ?? session.Password,
        Fingerprint = Fingerprint ?? session.Fingerprint,
        Setup = Setup ?? session.Setup,
    };

    /// <summary>Whether another section of the group says the same, or nothing.</summary>
    public bool IsSame(SdpTransport other) =>
        (other.UsernameFragment is null || other.UsernameFragment == UsernameFragment)
        && (other.Password is null || other.Password == Password)
        && (other.Fingerprint is null || other.Fingerprint.Equals(Fingerprint));
}

/// <summary>Numbers and words of SDP (RFC 8866 §9).</summary>
internal static class SdpToken
{
    /// <summary>Letters that a mid or rid is made of, and not too many.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > SdpLimits.MaxTokenLetters) return false;

        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"!#$%&'*+-.^_`{|}~".Contains(letter, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    public static bool TryByte(ReadOnlySpan<char> text, out byte value) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    public static bool TryNumber(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Cuts at the first of these letters; the rest is empty when there is none.</summary>
    public static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, char at, out ReadOnlySpan<char> rest)
    {
        var index = text.IndexOf(at);
        rest = index < 0 ? [] : text[(index + 1)..];
        return index < 0 ? text : text[..index];
    }
}
