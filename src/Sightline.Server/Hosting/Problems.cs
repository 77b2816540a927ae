using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;

namespace Sightline.Server.Hosting;

/// <summary>The codes of docs/protocol.md, 'Errors'. They do not change between versions.</summary>
public enum ProblemCode
{
    Validation,
    Malformed,
    Antiforgery,
    NotSignedIn,
    WrongCredentials,
    NotAParticipant,
    ForbiddenOrigin,
    NotFound,
    EmailTaken,
    InvalidTransition,
    TooLarge,
    TooManyRequests,
    LockedOut,
    BadOffer,
    RecordingUnavailable,
    Unexpected,
}

/// <summary>An RFC 9457 problem document as it goes over the wire.</summary>
/// <param name="Errors">Field → what is wrong with it, where fields are at fault.</param>
/// <param name="TraceId">What to look for in the server's log, where the server is at fault.</param>
public sealed record ProblemDocument(
    string Title,
    int Status,
    ProblemCode Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null);

/// <summary>The result of an endpoint that says no.</summary>
public sealed class Problem(ProblemDocument document, TimeSpan? retryAfter = null) : IResult, IStatusCodeHttpResult
{
    public const string ContentType = "application/problem+json";

    public ProblemDocument Document => document;

    int? IStatusCodeHttpResult.StatusCode => document.Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = document.Status;
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = HeaderUtilities.FormatNonNegativeInt64((long)Math.Ceiling(wait.TotalSeconds));
        }

        return response.WriteAsJsonAsync(document, options: null, ContentType, httpContext.RequestAborted);
    }
}

/// <summary>On an endpoint: which problems it answers with.</summary>
internal sealed record PossibleProblems(IReadOnlyList<ProblemCode> Codes);

/// <summary>How every feature says no: <c>return Problems.Of(ProblemCode.NotFound, "There is no such person.")</c>.</summary>
public static class Problems
{
    public static Problem Of(ProblemCode code, string? detail = null, TimeSpan? retryAfter = null) =>
        new(Document(code) with { Detail = detail }, retryAfter);

    /// <param name="errors">Field name as on the wire → what is wrong with it.</param>
    public static Problem Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(Document(ProblemCode.Validation) with { Errors = errors });

    public static Problem Validation(string field, string message) =>
        Validation(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    public static Problem Unexpected(string traceId) => new(Document(ProblemCode.Unexpected) with { TraceId = traceId });

    /// <summary>Documents in OpenAPI which problems an endpoint answers with.</summary>
    public static TBuilder MayFailWith<TBuilder>(this TBuilder builder, params ProblemCode[] codes)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in codes.Select(StatusOf).Distinct())
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDocument), [Problem.ContentType]));
        }

        return builder.WithMetadata(new PossibleProblems(codes));
    }

    public static int StatusOf(ProblemCode code) => code switch
    {
        ProblemCode.Validation or ProblemCode.Malformed or ProblemCode.Antiforgery => StatusCodes.Status400BadRequest,
        ProblemCode.NotSignedIn or ProblemCode.WrongCredentials => StatusCodes.Status401Unauthorized,
        ProblemCode.NotAParticipant or ProblemCode.ForbiddenOrigin => StatusCodes.Status403Forbidden,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.EmailTaken or ProblemCode.InvalidTransition => StatusCodes.Status409Conflict,
        ProblemCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemCode.TooManyRequests or ProblemCode.LockedOut => StatusCodes.Status429TooManyRequests,
        ProblemCode.BadOffer => StatusCodes.Status422UnprocessableEntity,
        ProblemCode.RecordingUnavailable => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.Unexpected => StatusCodes.Status500InternalServerError,
    };

    private static ProblemDocument Document(ProblemCode code) => new(TitleOf(code), StatusOf(code), code);

    private static string TitleOf(ProblemCode code) => code switch
    {
        ProblemCode.Validation => "Some fields are not right.",
        ProblemCode.Malformed => "The request could not be read.",
        ProblemCode.Antiforgery => "The antiforgery token is missing or belongs to another session.",
        ProblemCode.NotSignedIn => "Nobody is signed in.",
        ProblemCode.WrongCredentials => "The e-mail or the password is wrong.",
        ProblemCode.NotAParticipant => "This is not open to you.",
        ProblemCode.ForbiddenOrigin => "The request came from a page of another origin.",
        ProblemCode.NotFound => "There is nothing here.",
        ProblemCode.EmailTaken => "There is already an account with this e-mail.",
        ProblemCode.InvalidTransition => "That is not possible any more.",
        ProblemCode.TooLarge => "The request is too large.",
        ProblemCode.TooManyRequests => "Too many requests.",
        ProblemCode.LockedOut => "Too many wrong passwords; the account is locked for a while.",
        ProblemCode.BadOffer => "The offer cannot be answered.",
        ProblemCode.RecordingUnavailable => "Nothing can be recorded here now.",
        ProblemCode.Unexpected => "Something went wrong on the server.",
    };
}
