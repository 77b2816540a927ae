using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sightline.Server.Configuration;

namespace Sightline.Server.Tests.Configuration;

/// <summary>What is out of bounds stops the server with one sentence that begins with the key; the bounds themselves are good.</summary>
public sealed class BoundsTests
{
    private const string Secret = "a-secret-of-thirty-two-characters";

    public static TheoryData<string, string, string> OutOfBounds => new()
    {
        { "Calls:RingTimeout", "00:00:04", "is 00:00:04, and must be from 00:00:05 to 00:05:00." },
        { "Calls:RingTimeout", "00:05:01", "is 00:05:01, and must be from 00:00:05 to 00:05:00." },
        { "Calls:SetupTimeout", "00:00:04", "is 00:00:04, and must be from 00:00:05 to 00:02:00." },
        { "Calls:SetupTimeout", "00:02:01", "is 00:02:01, and must be from 00:00:05 to 00:02:00." },
        { "Calls:Grace", "00:00:01", "is 00:00:01, and must be from 00:00:02 to 00:05:00." },
        { "Calls:Grace", "00:05:01", "is 00:05:01, and must be from 00:00:02 to 00:05:00." },
        { "Telemetry:ExportInterval", "00:00:00.9", "is 00:00:00.9000000, and must be from 00:00:01 to 00:05:00." },
        { "Telemetry:ExportInterval", "00:05:01", "is 00:05:01, and must be from 00:00:01 to 00:05:00." },
        { "Telemetry:TraceShare", "-0.1", "is -0.1, and must be from 0 to 1." },
        { "Telemetry:TraceShare", "1.1", "is 1.1, and must be from 0 to 1." },
        { "Telemetry:TraceShare", "NaN", "is NaN, and must be from 0 to 1." },
        { "Telemetry:OtlpEndpoint", "collector.internal:4318", "must be an http(s) address." },
        { "Telemetry:OtlpEndpoint", "https://ada@collector.internal", "must have no user and no password in it" },
        { "Telemetry:OtlpHeaders", "key", "must be name=value pairs" },
        { "Telemetry:MetricsToken", "fifteen-letters", "must have at least 16 characters" },
        { "Telemetry:MetricsToken", "sixteen letters and spaces", "must have at least 16 characters and no spaces" },
        { "Recording:Port", "-1", "is -1, and must be from 0 to 65535." },
        { "Recording:Port", "65536", "is 65536, and must be from 0 to 65535." },
        { "Recording:MinFreeBytes", "-1", "is -1, and must be from 0 to 1000000000000000." },
        { "Recording:MinFreeBytes", "1000000000000001", "is 1000000000000001, and must be from 0 to 1000000000000000." },
        { "Recording:MaxLength", "00:00:09", "is 00:00:09, and must be from 00:00:10 to 1.00:00:00." },
        { "Recording:MaxLength", "1.00:00:01", "is 1.00:00:01, and must be from 00:00:10 to 1.00:00:00." },
        { "Recording:Addresses:0", "media.example.org", "names no address" },
        { "Recording:FfmpegPath", " ", "names a program." },
        { "Recording:WebhookUrl", "ftp://example.org", "must be an http: or https: address" },
        { "Recording:WebhookSecret", "short", "needs 32 characters or more." },
    };

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public void What_is_out_of_bounds_stops_the_server_and_is_named_by_its_key(string key, string value, string sentence)
    {
        // The secret counts only where somebody is told.
        var problem = Should.Throw<OptionsValidationException>(() => Check(
            ("Recording:WebhookUrl", "https://example.org/"), ("Recording:WebhookSecret", Secret), (key, value)));

        var said = problem.Failures.ShouldHaveSingleItem();
        said.ShouldStartWith(key.Split(":0")[0]);
        said.ShouldContain(sentence);
        said.ShouldEndWith(".");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_bounds_themselves_are_good(bool upper) => Should.NotThrow(() => Check(
        [.. Bounded().Select(bounded => (bounded.Key, (upper ? bounded.Range.Maximum : bounded.Range.Minimum).ToString()!))]));

    [Fact]
    public void Every_key_with_bounds_is_tried_beyond_both() =>
        Bounded().Select(bounded => bounded.Key).Where(key => OutOfBounds.Count(row => row.Data.Item1 == key) < 2).ShouldBeEmpty();

    private static IEnumerable<(string Key, RangeAttribute Range)> Bounded()
    {
        var app = Build();
        using var built = (IDisposable)app;
        return [.. from setting in app.Services.GetRequiredService<Catalogue>().All
                   let range = setting.Property.GetCustomAttribute<RangeAttribute>()
                   where range is not null
                   select (setting.Key, range)];
    }

    /// <summary>What happens first when a server starts.</summary>
    private static void Check(params (string Key, string Value)[] settings)
    {
        var app = Build(settings);
        using var built = (IDisposable)app;
        app.Services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(
            new[] { ("Ice:Servers:0:Urls:0", "stun:a.example") }.Concat(settings).GroupBy(setting => setting.Item1, StringComparer.Ordinal)
                .Select(same => KeyValuePair.Create(same.Key, (string?)same.Last().Item2)));
        return Program.Build(builder);
    }
}
