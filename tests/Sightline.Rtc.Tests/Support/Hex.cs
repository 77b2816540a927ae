namespace Sightline.Rtc.Tests.Support;

internal static class Hex
{
    /// <summary>Bytes from hexadecimal digits; white space is left out.</summary>
    public static byte[] Bytes(string digits) =>
        Convert.FromHexString(string.Concat(digits.Where(letter => !char.IsWhiteSpace(letter))));
}
