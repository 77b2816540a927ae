namespace Sightline.Rtc.Stun;

/// <summary>Method and class of a STUN message as they stand in its first two bytes (RFC 8489 §5). Only Binding is spoken.</summary>
public enum StunType
{
    BindingRequest = 0x0001,
    BindingIndication = 0x0011,
    BindingResponse = 0x0101,
    BindingError = 0x0111,
}

/// <summary>Attributes that are read or written (RFC 8489 §18.3, RFC 8445 §16.1).</summary>
internal static class StunAttribute
{
    public const int Username = 0x0006;
    public const int MessageIntegrity = 0x0008;
    public const int ErrorCode = 0x0009;
    public const int UnknownAttributes = 0x000A;
    public const int XorMappedAddress = 0x0020;
    public const int Priority = 0x0024;
    public const int UseCandidate = 0x0025;
    public const int Fingerprint = 0x8028;
    public const int IceControlled = 0x8029;
    public const int IceControlling = 0x802A;

    /// <summary>Attributes below this must be understood by the receiver; others may be skipped.</summary>
    public const int FirstOptional = 0x8000;
}

/// <summary>Fixed parts of the format (RFC 8489 §5).</summary>
internal static class StunFormat
{
    public const int HeaderBytes = 20;
    public const int AttributeHeaderBytes = 4;
    public const int IntegrityBytes = 20;
    public const int FingerprintBytes = 4;
    public const uint Cookie = 0x2112A442;
    public const uint FingerprintMask = 0x5354554E;
    public const int FamilyIPv4 = 1;
    public const int FamilyIPv6 = 2;

    public static int Padded(int bytes) => (bytes + 3) & ~3;
}

/// <summary>Error codes that are sent (RFC 8489 §14.8, RFC 8445 §7.3.1.1).</summary>
internal static class StunError
{
    public const int UnknownAttribute = 420;
    public const int RoleConflict = 487;
}
