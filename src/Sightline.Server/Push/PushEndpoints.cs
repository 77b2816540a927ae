using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Sightline.Server.Accounts;
using Sightline.Server.Configuration;
using Sightline.Server.Hosting;

namespace Sightline.Server.Push;

/// <summary>The section <c>Push</c> of the configuration.</summary>
internal sealed class PushOptions
{
    public const string Section = "Push";

    /// <summary>
    /// A <c>mailto:</c> or <c>https:</c> address where a push service reaches whoever runs this server; some insist on one.
    /// </summary>
    [Setting(Without = "push services are told no address; some then refuse")]
    public string? Contact { get; set; }

    /// <summary>Lets subscriptions name addresses of the server's own network, without TLS too. For tests.</summary>
    public bool AllowPrivateEndpoints { get; set; }

    public static bool IsContact(string? contact) =>
        contact is null
            || (Uri.TryCreate(contact, UriKind.Absolute, out var uri)
                && (uri.Scheme == Uri.UriSchemeMailto || uri.Scheme == Uri.UriSchemeHttps));
}

/// <summary>What the browser's PushSubscription says; both keys are base64url.</summary>
public sealed record SubscribeRequest(
    [property: Required] string? Endpoint, [property: Required] string? P256dh, [property: Required] string? Auth)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(SubscribeRequest);
}

public sealed record UnsubscribeRequest([property: Required] string? Endpoint)
{
    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(UnsubscribeRequest);
}

/// <summary><c>/push/subscription</c>: where a person's browsers can be woken when no page is open.</summary>
public static class PushEndpoints
{
    private const int MaxEndpointChars = 1024;

    /// <summary>Padded base64 of 65 bytes.</summary>
    private const int MaxKeyChars = 88;

    public static void AddPush(this WebApplicationBuilder builder)
    {
        Catalogue.Add<PushOptions>(builder, PushOptions.Section)
            .Validate(options => PushOptions.IsContact(options.Contact), "Push:Contact must be a mailto: or https: address.");
        builder.Services
            .AddSingleton<VapidKeys>()
            .AddHostedService(provider => provider.GetRequiredService<VapidKeys>())
            .AddSingleton<PushStore>()
            .AddSingleton<PushSender>()
            .AddSingleton<PushBell>();
    }

    public static void MapPush(this IEndpointRouteBuilder app)
    {
        var push = app.MapGroup("/push").WithTags("Push");
        push.MapPut("/subscription", SubscribeAsync).WithSummary("Rings this browser also while no page is open")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.NotAParticipant, ProblemCode.Antiforgery)
            .MayFailWith(ProblemCode.Validation, ProblemCode.Malformed);
        push.MapDelete("/subscription", UnsubscribeAsync).WithSummary("Leaves this browser alone from now on")
            .MayFailWith(ProblemCode.NotSignedIn, ProblemCode.Antiforgery, ProblemCode.Validation, ProblemCode.Malformed);
    }

    private static async Task<Results<NoContent, Problem>> SubscribeAsync(
        SubscribeRequest request, ClaimsPrincipal person, PushStore store, IOptions<PushOptions> options,
        CancellationToken cancellationToken)
    {
        var p256dh = Decode(request.P256dh);
        var auth = Decode(request.Auth);
        if (new Fields()
            .CheckText("endpoint", request.Endpoint, minChars: 1, MaxEndpointChars)
            .Check(
                "endpoint",
                request.Endpoint is not null && PushAddress.IsEndpoint(request.Endpoint, options.Value.AllowPrivateEndpoints),
                "is not the address of a push service")
            .Check("p256dh", p256dh is not null && PushEncryption.IsPoint(p256dh), "is not a public key")
            .Check("auth", auth is { Length: PushEncryption.AuthBytes }, $"has {PushEncryption.AuthBytes} bytes").Problem is { } problem)
        {
            return problem;
        }

        return await store.SaveAsync(person.PersonId(), new PushSubscription(request.Endpoint!, p256dh!, auth!), cancellationToken)
            ? TypedResults.NoContent()
            : Problems.Of(ProblemCode.NotAParticipant, "This endpoint belongs to another browser.");
    }

    private static async Task<Results<NoContent, Problem>> UnsubscribeAsync(
        [FromBody] UnsubscribeRequest request, ClaimsPrincipal person, PushStore store, CancellationToken cancellationToken)
    {
        if (new Fields().CheckText("endpoint", request.Endpoint, minChars: 1, MaxEndpointChars).Problem is { } problem)
        {
            return problem;
        }

        await store.RemoveAsync(person.PersonId(), request.Endpoint!, cancellationToken);
        return TypedResults.NoContent();
    }

    private static byte[]? Decode(string? text) =>
        text is { Length: > 0 and <= MaxKeyChars } && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
