using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sightline.Server.Telemetry;

/// <summary>
/// What the metrics SDK has gathered, as Prometheus reads it (text exposition format 0.0.4). Names follow OpenTelemetry's rules
/// for Prometheus: dots become underscores, units are spelled out at the end, and counters end in <c>_total</c>.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _one = new();
    private readonly StringBuilder _text = new();

    public Func<int, bool>? Collect { get; set; }

    /// <summary>Everything as it is now. One reader at a time.</summary>
    public string Read()
    {
        lock (_one)
        {
            _text.Clear();
            Collect?.Invoke(Timeout.Infinite);
            return _text.ToString();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            Write(metric);
        }

        return ExportResult.Success;
    }

    public static string NameOf(string name, string unit, bool counts)
    {
        var plain = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_')]);
        var spelled = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var bare = plain.EndsWith("_total", StringComparison.Ordinal) ? plain[..^"_total".Length] : plain;
        var whole = bare.EndsWith(spelled, StringComparison.Ordinal) ? bare : bare + spelled;
        return counts ? $"{whole}_total" : whole;
    }

    private void Write(Metric metric)
    {
        var counts = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var name = NameOf(metric.Name, metric.Unit, counts);
        var type = counts ? "counter" : metric.MetricType == MetricType.Histogram ? "histogram" : "gauge";
        var help = metric.Description.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = LabelsOf(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.Histogram:
                    WriteHistogram(name, labels, point);
                    break;
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Line(name, labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Line(name, labels, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Line(name, labels, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Line(name, labels, point.GetGaugeLastValueDouble());
                    break;
            }
        }
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        var sum = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            sum += bucket.BucketCount;
            var limit = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            Line($"{name}_bucket", labels.Length == 0 ? $"le=\"{limit}\"" : $"{labels},le=\"{limit}\"", sum);
        }

        Line($"{name}_sum", labels, point.GetHistogramSum());
        Line($"{name}_count", labels, point.GetHistogramCount());
    }

    private void Line(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string LabelsOf(ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            var escaped = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", @"\n", StringComparison.Ordinal);
            labels.Append(labels.Length > 0 ? "," : "").Append(NameOf(key, unit: "", counts: false)).Append("=\"").Append(escaped).Append('"');
        }

        return labels.ToString();
    }
}
