using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sightline.Rtc.Dtls.OpenSsl;

/// <summary>The functions of OpenSSL 3 that are used, with their numbers (openssl/ssl.h, openssl/bio.h).</summary>
internal static partial class Native
{
    public const int Dtls12 = 0xFEFD;
    public const int EcKey = 408;
    public const int VerifyPeer = 1;
    public const int FailWithoutPeerCertificate = 2;

    public const int SetMtu = 17;
    public const int SetSessionCacheMode = 44;
    public const int SetMaxCertificateList = 51;
    public const int HandleTimeout = 74;
    public const int SetGroups = 92;
    public const int SetMinVersion = 123;
    public const int SetMaxVersion = 124;

    public const ulong NoQueryMtu = 1 << 12;
    public const ulong NoTicket = 1 << 14;
    public const ulong NoCompression = 1 << 17;
    public const ulong NoRenegotiation = 1 << 30;

    public const int BioReset = 1;
    public const int BioPending = 10;
    public const int BioSetEndReturn = 130;

    public const int WantsRead = 2;
    public const int ReceivedShutdown = 2;

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl, EntryPoint = "DTLS_method")]
    public static partial nint DtlsMethod();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    public static partial SslContext NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ControlContext(SslContext context, int command, nint number, string? text);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong SetOptions(SslContext context, ulong options);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_cipher_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetCiphers(SslContext context, string ciphers);

    /// <summary>0 is success here.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_tlsext_use_srtp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetSrtpProfiles(SslContext context, string profiles);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_certificate_ASN1")]
    public static partial int UseCertificate(SslContext context, int bytes, ReadOnlySpan<byte> certificate);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_PrivateKey_ASN1")]
    public static partial int UsePrivateKey(int type, SslContext context, ReadOnlySpan<byte> key, nint bytes);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_verify")]
    public static unsafe partial void SetVerify(
        SslContext context, int mode, delegate* unmanaged[Cdecl]<int, nint, int> callback);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    public static partial SslSession NewSession(SslContext context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    public static partial void FreeSession(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_bio")]
    public static partial void SetBio(SslSession session, nint read, nint write);

    [LibraryImport(Ssl, EntryPoint = "SSL_ctrl")]
    public static partial nint ControlSession(SslSession session, int command, nint number, nint pointer);

    [LibraryImport(Ssl, EntryPoint = "DTLS_set_timer_cb")]
    public static unsafe partial void SetTimer(SslSession session, delegate* unmanaged[Cdecl]<nint, uint, uint> callback);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_accept_state")]
    public static partial void SetServer(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetClient(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_do_handshake")]
    public static partial int DoHandshake(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_read")]
    public static partial int Read(SslSession session, Span<byte> buffer, int bytes);

    [LibraryImport(Ssl, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_shutdown")]
    public static partial int GetShutdown(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    public static partial int GetError(SslSession session, int result);

    [LibraryImport(Ssl, EntryPoint = "SSL_get1_peer_certificate")]
    public static partial nint GetPeerCertificate(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_selected_srtp_profile")]
    public static unsafe partial SrtpProtectionProfile* GetSrtpProfile(SslSession session);

    [LibraryImport(Ssl, EntryPoint = "SSL_export_keying_material", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Export(
        SslSession session, Span<byte> output, nint bytes, string label, nint labelBytes, nint context, nint contextBytes, int useContext);

    [LibraryImport(Crypto, EntryPoint = "BIO_s_mem")]
    public static partial nint MemoryMethod();

    [LibraryImport(Crypto, EntryPoint = "BIO_new")]
    public static partial nint NewBio(nint method);

    [LibraryImport(Crypto, EntryPoint = "BIO_ctrl")]
    public static partial nint ControlBio(nint bio, int command, nint number, nint pointer);

    [LibraryImport(Crypto, EntryPoint = "BIO_write")]
    public static partial int WriteBio(nint bio, ReadOnlySpan<byte> bytes, int count);

    [LibraryImport(Crypto, EntryPoint = "BIO_read")]
    public static partial int ReadBio(nint bio, Span<byte> bytes, int count);

    [LibraryImport(Crypto, EntryPoint = "i2d_X509")]
    public static unsafe partial int EncodeCertificate(nint certificate, byte** output);

    [LibraryImport(Crypto, EntryPoint = "X509_free")]
    public static partial void FreeCertificate(nint certificate);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    public static partial ulong TakeError();

    [LibraryImport(Crypto, EntryPoint = "ERR_reason_error_string")]
    public static partial nint ErrorReason(ulong error);

    /// <summary>The certificate is judged by its fingerprint once the handshake is done; any is let through until then.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int AcceptAnyCertificate(int verified, nint store) => 1;

    /// <summary>OpenSSL's own timer runs by the wall clock; this puts it off for more than an hour.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static uint NoTimer(nint session, uint durationUs) => uint.MaxValue;

    [StructLayout(LayoutKind.Sequential)]
    public struct SrtpProtectionProfile
    {
        public nint Name;
        public nint Id;
    }
}

internal sealed class SslContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Native.FreeContext(handle);
        return true;
    }
}

internal sealed class SslSession() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Native.FreeSession(handle);
        return true;
    }
}
