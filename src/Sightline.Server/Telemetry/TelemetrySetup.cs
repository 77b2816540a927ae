using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sightline.Server.Configuration;

namespace Sightline.Server.Telemetry;

/// <summary>What the server says of itself: metrics, traces and logs, here and by OTLP.</summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "sightline";

    /// <summary>Of .NET and ASP.NET Core; their labels are routes, methods and statuses, never what somebody sent.</summary>
    private static readonly string[] OtherMeters = ["System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        Catalogue.Add<TelemetryOptions>(builder, TelemetryOptions.Section)
            .Validate(options => TelemetryOptions.IsEndpoint(options.OtlpEndpoint), "Telemetry:OtlpEndpoint must be an http(s) address.")
            .Validate(
                options => !TelemetryOptions.HasUserInfo(options.OtlpEndpoint),
                "Telemetry:OtlpEndpoint must have no user and no password in it, for it is shown: they belong into Telemetry:OtlpHeaders.")
            .Validate(options => TelemetryOptions.AreHeaders(options.OtlpHeaders), "Telemetry:OtlpHeaders must be name=value pairs with commas between them.")
            .Validate(
                options => TelemetryOptions.IsToken(options.MetricsToken),
                $"Telemetry:MetricsToken must have at least {TelemetryOptions.MinTokenChars} characters and no spaces: it is all that guards /metrics.");
        builder.Services
            .AddSingleton<ServerMetrics>()
            .AddSingleton<PrometheusText>()
            .AddSingleton<WebRtcLog>()
            .AddSingleton<SpanForwarder>()
            .AddHostedService(provider => provider.GetRequiredService<SpanForwarder>())
            .AddSingleton<ReportEndpoint>()
            .AddSingleton(MakeMeterProvider)
            .AddSingleton(MakeTracerProvider)
            .AddHostedService<Providers>();
        ExportLogs(builder);
    }

    public static void MapTelemetry(this WebApplication app)
    {
        MetricsEndpoint.Map(app);
        ReportEndpoint.Map(app);
    }

    /// <summary>Loggers are there before options are: what they need is read, and checked in one sentence when the server starts.</summary>
    private static void ExportLogs(WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>();
        if (options is not { OtlpEndpoint.Length: > 0 } || !TelemetryOptions.IsEndpoint(options.OtlpEndpoint))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(Resource()).AddOtlpExporter((otlp, processor) =>
            {
                Configure(otlp, options, "logs");
                processor.BatchExportProcessorOptions.ScheduledDelayMilliseconds = (int)options.ExportInterval.TotalMilliseconds;
            });
        });
    }

    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty().AddService(
        ServiceName, serviceVersion: typeof(TelemetrySetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    private static MeterProvider MakeMeterProvider(IServiceProvider services)
    {
        var options = OptionsOf(services);
        var factory = services.GetRequiredService<IMeterFactory>();
        var provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter([ServerMetrics.MeterName, .. OtherMeters])
            // Of several servers in one process each counts its own.
            .AddView(instrument => instrument.Meter.Scope is IMeterFactory other && other != factory ? MetricStreamConfiguration.Drop : null)
            // Prometheus takes these for parts of histograms.
            .AddView(instrument => instrument.Name.EndsWith(".count", StringComparison.Ordinal) ? MetricStreamConfiguration.Drop : null)
            .AddReader(new BaseExportingMetricReader(services.GetRequiredService<PrometheusText>()));
        if (options.OtlpEndpoint is { Length: > 0 })
        {
            provider.AddOtlpExporter((otlp, reader) =>
            {
                Configure(otlp, options, "metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.ExportInterval.TotalMilliseconds;
            });
        }

        return provider.Build();
    }

    private static TracerProvider MakeTracerProvider(IServiceProvider services)
    {
        var options = OptionsOf(services);
        var provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource());
        if (options.OtlpEndpoint is { Length: > 0 })
        {
            provider
                .AddSource(CallTrace.SourceName, "Microsoft.AspNetCore")
                .SetSampler(new TraceIdRatioBasedSampler(options.TraceShare))
                .AddOtlpExporter(otlp => Configure(otlp, options, "traces"));
        }

        return provider.Build();
    }

    private static void Configure(OtlpExporterOptions otlp, TelemetryOptions options, string signal)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri($"{options.OtlpEndpoint!.TrimEnd('/')}/v1/{signal}");
        otlp.Headers = options.OtlpHeaders;
        otlp.BatchExportProcessorOptions = new BatchExportProcessorOptions<Activity>
        {
            ScheduledDelayMilliseconds = (int)options.ExportInterval.TotalMilliseconds,
        };
    }

    private static TelemetryOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<TelemetryOptions>>().Value;

    /// <summary>Made when the server starts, and flushed when it has stopped.</summary>
    private sealed class Providers(MeterProvider meters, TracerProvider tracers) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Not cancelled with the stop: what is told last is what went wrong.</summary>
        public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
            () =>
            {
                tracers.ForceFlush(FlushTimeoutMs);
                meters.ForceFlush(FlushTimeoutMs);
            },
            CancellationToken.None);

        private const int FlushTimeoutMs = 2_000;
    }
}
