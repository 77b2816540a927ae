using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sightline.Server.Configuration;
using Sightline.Server.Telemetry;

namespace Sightline.Server.Hosting;

/// <summary>What every request goes through, whatever feature answers it.</summary>
public static partial class HostingSetup
{
    public const int MaxRequestBodyBytes = 64 * 1024;
    public const int MaxJsonDepth = 8;

    /// <summary>What open requests get to finish when the server stops.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static void AddHosting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddConfiguration();
        services.TryAddSingleton(TimeProvider.System);
        Catalogue.Add<DataOptions>(builder, "Data");
        Catalogue.Add<WebAppOptions>(builder, "WebApp");
        services.AddSingleton<DataFolder>();
        services.AddSingleton<IBannerLines, AddressLine>();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        services.Configure<JsonOptions>(options => Configure(options.SerializerOptions));
        services.AddHealth();
        builder.AddProxies();
        builder.AddCrossOrigin();

        // Routing would answer a body of the wrong type before it is known who asks; the endpoints answer it themselves, after that.
        services.Remove(services.Single(service => service.ImplementationType?.Name == "AcceptsMatcherPolicy"));

        // Whatever is mapped without saying otherwise needs a signed-in person.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        });
        builder.Logging.AddConciseConsole();
    }

    public static void UseHosting(this WebApplication app)
    {
        app.UseMiddleware<RequestTrace>();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerExceptionAsync,
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(context => AnswerEmptyErrorAsync(context.HttpContext));
        app.UseWebAppFiles();
        app.UseRouting();
        app.UseWebAppPages();
        app.UseCors();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<AntiforgeryGate>();
        app.UseAuthorization();
    }

    private static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DictionaryKeyPolicy = null;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = MaxJsonDepth;
        json.AllowDuplicateProperties = false;
        json.Converters.Add(new WordConverter());
    }

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (exception is BadHttpRequestException bad)
        {
            return ForStatus(bad.StatusCode).ExecuteAsync(context);
        }

        var loggers = context.RequestServices.GetRequiredService<ILoggerFactory>();
        LogFailed(loggers.CreateLogger("Sightline.Server.Requests"), context.TraceIdentifier, exception);
        return Problems.Unexpected(context.TraceIdentifier).ExecuteAsync(context);
    }

    private static Task AnswerEmptyErrorAsync(HttpContext context) => ForStatus(context.Response.StatusCode).ExecuteAsync(context);

    private static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Problems.Of(ProblemCode.NotSignedIn),
        StatusCodes.Status403Forbidden => Problems.Of(ProblemCode.NotAParticipant),
        StatusCodes.Status404NotFound => Problems.Of(ProblemCode.NotFound),
        StatusCodes.Status405MethodNotAllowed => Problems.Of(ProblemCode.NotFound, "This path does not answer this method."),
        StatusCodes.Status413PayloadTooLarge => Problems.Of(ProblemCode.TooLarge, $"A request body may have {MaxRequestBodyBytes} bytes."),
        StatusCodes.Status415UnsupportedMediaType => Problems.Of(ProblemCode.Malformed, "The body must be application/json."),
        StatusCodes.Status429TooManyRequests => Problems.Of(ProblemCode.TooManyRequests),
        >= 400 and < 500 => Problems.Of(ProblemCode.Malformed),
        _ => Problems.Of(ProblemCode.Unexpected),
    };

    [LoggerMessage(LogLevel.Error, "Request {TraceId} failed")]
    private static partial void LogFailed(ILogger logger, string traceId, Exception? exception);
}
