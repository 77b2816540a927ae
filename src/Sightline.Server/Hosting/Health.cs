using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Sightline.Server.Nodes;
using Sightline.Server.Turn;

namespace Sightline.Server.Hosting;

/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Causes">What is wrong, by name; empty when nothing is.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthCause> Causes);

/// <param name="Name"><c>database</c>, <c>nodes</c> or <c>turn</c>.</param>
internal sealed record HealthCause(string Name, string Cause);

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve, or why not. Without the database it cannot (503);
/// with a TURN server or the session between the nodes away it can still serve most people, and says so (200, degraded).
/// </summary>
internal static class Health
{
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TurnTimeout = TimeSpan.FromSeconds(4);

    public static void AddHealth(this IServiceCollection services) => services
        .AddSingleton<TurnReach>()
        .AddHealthChecks()
        .AddCheck<DatabaseAnswers>("database", timeout: DatabaseTimeout)
        .AddCheck<NodesHear>("nodes", HealthStatus.Degraded)
        .AddCheck<TurnAnswers>("turn", HealthStatus.Degraded, tags: [], TurnTimeout);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new HealthAnswer(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Status.ToString()),
            [
                .. from entry in report.Entries
                   where entry.Value.Status != HealthStatus.Healthy
                   select new HealthCause(entry.Key, CauseOf(entry.Value)),
            ]),
        http.RequestAborted);

    /// <summary>What a check says of itself. What it throws is in the log, and may name what is nobody's business here.</summary>
    private static string CauseOf(HealthReportEntry entry) => entry switch
    {
        { Exception: OperationCanceledException } => "It does not answer in time.",
        { Exception: null, Description: { } cause } => cause,
        _ => "It could not be checked; the log says why.",
    };

    private sealed class DatabaseAnswers(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var ping = database.CreateCommand("SELECT 1");
                await ping.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException)
            {
                return HealthCheckResult.Unhealthy("The database does not answer.");
            }
        }
    }

    private sealed class NodesHear(NodeQueue queue) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(queue.IsLinked
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("This server hears nothing from other servers; it is looking for them."));
    }

    private sealed class TurnAnswers(TurnReach turn) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await turn.FindSilentAsync().WaitAsync(cancellationToken) is [_, ..] silent
                ? HealthCheckResult.Degraded($"No answer from {string.Join(", ", silent)}.")
                : HealthCheckResult.Healthy();
    }
}
