using System.ComponentModel.DataAnnotations;

namespace Sightline.Server.Accounts;

/// <summary>Somebody new. The display name is what others see; spaces around it and around the e-mail do not count.</summary>
public sealed record SignUpRequest(
    [property: Required, MaxLength(Account.MaxEmailChars)] string? Email,
    [property: Required, MinLength(Account.MinPasswordChars), MaxLength(Account.MaxPasswordChars)] string? Password,
    [property: Required, MinLength(1), MaxLength(Account.MaxDisplayNameChars)] string? DisplayName)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(SignUpRequest);
}

public sealed record SignInRequest([property: Required] string? Email, [property: Required] string? Password)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(SignInRequest);
}

public sealed record RefreshRequest([property: Required] string? RefreshToken)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(RefreshRequest);
}

/// <param name="IsOperator">Whether this person sees the calls and reports of everybody.</param>
/// <param name="AntiforgeryToken">
/// A browser sends it in the header <c>X-Sightline-Antiforgery</c> with every request that is not a GET.
/// </param>
public sealed record Me(Guid PersonId, string Email, string DisplayName, bool IsOperator, string AntiforgeryToken)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(Me);
}

/// <param name="ExpiresIn">How long the access token is good for, in seconds.</param>
public sealed record TokenResponse(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(TokenResponse);
}

/// <param name="Ticket">Opens one socket, once: <c>?ticket=…</c>.</param>
public sealed record TicketResponse(string Ticket, DateTimeOffset ExpiresAt)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(TicketResponse);
}

public sealed record DemoLinks(IReadOnlyList<DemoLink> Links)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(DemoLinks);
}

public sealed record DemoLink(string DisplayName, string Url)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(DemoLink);
}
