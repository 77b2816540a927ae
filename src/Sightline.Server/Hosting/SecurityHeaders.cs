using Microsoft.Extensions.Options;
using Sightline.Server.Settings;

namespace Sightline.Server.Hosting;

/// <summary>What a browser may do with our pages, and pages with us.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        // The model for background blur may lie elsewhere.
        var blurModel = MediaOptions.OriginOf(app.ApplicationServices.GetRequiredService<IOptions<MediaOptions>>().Value.BlurModelUrl);
        app.Use((context, next) =>
        {
            // When the response starts, because an error on the way clears what was set before.
            context.Response.OnStarting(() =>
            {
                Set(context, blurModel);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void Set(HttpContext context, string? blurModel)
    {
        var headers = context.Response.Headers;
        var host = context.Request.Host.Value;

        // Media comes as blobs, the worker behind timers too. Older Safari does not count sockets to the same host as 'self'.
        // Noise suppression and background blur are WebAssembly, which wants a word of its own.
        headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws://{host} wss://{host} {blurModel}; "
            + "media-src 'self' blob:; img-src 'self' data: blob:; "
            + "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers["Permissions-Policy"] =
            "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), picture-in-picture=(self), "
            + "geolocation=()";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Answers are about one person and one moment; what may be kept says so itself.
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }
    }
}
