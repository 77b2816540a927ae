namespace Sightline.Rtc.Ice;

/// <summary>The name and password with which one side's checks are addressed and signed (RFC 8445 §5.3).</summary>
/// <param name="UsernameFragment">4 to 256 ice-chars (RFC 8839 §5.4).</param>
/// <param name="Password">22 to 256 ice-chars.</param>
public sealed record IceCredentials(string UsernameFragment, string Password)
{
    public const int MinFragmentLetters = 4;
    public const int MinPasswordLetters = 22;
    public const int MaxLetters = 256;

    /// <summary>Letters of a fragment that <see cref="FromRandom"/> makes.</summary>
    public const int FragmentLetters = FragmentBytes / 3 * 4;

    /// <summary>What <see cref="FromRandom"/> takes.</summary>
    public const int RandomBytes = FragmentBytes + PasswordBytes;

    private const int FragmentBytes = 6;
    private const int PasswordBytes = 18;

    public bool IsValid =>
        UsernameFragment.Length is >= MinFragmentLetters and <= MaxLetters && Password.Length is >= MinPasswordLetters and <= MaxLetters
        && UsernameFragment.All(IsIceChar) && Password.All(IsIceChar);

    /// <param name="random"><see cref="RandomBytes"/> bytes that nobody can guess.</param>
    public static IceCredentials FromRandom(ReadOnlySpan<byte> random) =>
        new(Convert.ToBase64String(random[..FragmentBytes]), Convert.ToBase64String(random.Slice(FragmentBytes, PasswordBytes)));

    /// <summary>Says no more than the fragment: the password is a secret.</summary>
    public override string ToString() => UsernameFragment;

    private static bool IsIceChar(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/';
}
