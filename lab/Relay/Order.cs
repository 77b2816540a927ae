using System.Text.Json;

namespace Sightline.Relay;

/// <summary>One line of input: the conditions from now on. A direction that is left out stays as it is.</summary>
public sealed record Order
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public Conditions? ToRight { get; init; }

    public Conditions? ToLeft { get; init; }

    /// <summary>Reads <c>{"toRight":{…},"toLeft":{…}}</c>; otherwise says what is wrong with it.</summary>
    public static (Order? Order, string? Problem) Parse(string line)
    {
        try
        {
            var order = JsonSerializer.Deserialize<Order>(line, Format);
            var problem = order is null ? "The line is null." : order.ToRight?.Problem() ?? order.ToLeft?.Problem();
            return problem is null ? (order, null) : (null, problem);
        }
        catch (JsonException wrong)
        {
            return (null, wrong.Message);
        }
    }
}
