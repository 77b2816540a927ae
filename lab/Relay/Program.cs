// A network between two TUN devices: `--left NAME --right NAME --seed N`. Root only. It says {"ready":true} when both devices
// are there, takes one order a line from stdin, answers {"set":true} when it holds or {"error":"…"}, and ends when stdin does.
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Sightline.Relay;

const int WrongUsage = 2;
const int CannotRun = 1;

if (args.Length != 6
    || Option("--left") is not { } left || !IsName(left)
    || Option("--right") is not { } right || !IsName(right) || left == right
    || !ulong.TryParse(Option("--seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
{
    Console.Error.WriteLine("Usage: --left NAME --right NAME --seed N (two names of at most 15 letters, digits, - and _; a whole number)");
    return WrongUsage;
}

Crossing crossing;
try
{
    crossing = new Crossing(new TunDevice(left), new TunDevice(right), seed);
}
catch (Win32Exception refused)
{
    Console.Error.WriteLine($"No network devices {left} and {right}: {refused.Message}. This needs root and /dev/net/tun.");
    return CannotRun;
}

crossing.Start(gone =>
{
    Say(new { error = $"The device {gone} is gone." });
    Environment.Exit(CannotRun);
});
Say(new { ready = true });

while (Console.In.ReadLine() is { } line)
{
    var (order, problem) = Order.Parse(line);
    if (order is null)
    {
        Say(new { error = problem });
        continue;
    }

    crossing.Set(order);
    Say(new { set = true });
}

return 0;

string? Option(string name) => args.Chunk(2).FirstOrDefault(pair => pair[0] == name)?[1];

static bool IsName(string name) =>
    name.Length is > 0 and <= TunDevice.MaxNameLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

static void Say(object words) => Console.WriteLine(JsonSerializer.Serialize(words));
