namespace Sightline.Rtc.Tests.Support;

/// <summary>
/// Damaged copies of good inputs, decided by a seed. <c>RTC_FUZZ_SEED</c> and <c>RTC_FUZZ_TIMES</c> in the environment try
/// others, and more of them; a failure names its seed.
/// </summary>
internal sealed class Mutations
{
    private static readonly byte[] Interesting = [0, 1, 3, 4, 0x7F, 0x80, 0xFE, 0xFF];

    private readonly byte[][] _seeds;
    private readonly int _times;
    private readonly int _seed;

    /// <param name="times">How many inputs to make, each from one of the seeds.</param>
    public Mutations(int times, params byte[][] seeds)
    {
        _seeds = seeds;
        _times = times * Setting("RTC_FUZZ_TIMES", 1);
        _seed = Setting("RTC_FUZZ_SEED", 1);
    }

    /// <summary>Hands each damaged input to the parser, which must neither throw nor go on for ever.</summary>
    public void Try(Action<byte[]> parser)
    {
        var chance = new Random(_seed);
        for (var time = 0; time < _times; time++)
        {
            var input = Next(chance);
            try
            {
                parser(input);
            }
            catch (Exception thrown)
            {
                throw new InvalidOperationException($"Seed {_seed}, input {time}: {Convert.ToHexString(input)}", thrown);
            }
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), provider: null, out var value) ? value : otherwise;

    private byte[] Next(Random chance)
    {
        var bytes = new List<byte>(_seeds[chance.Next(_seeds.Length)]);
        for (var changes = chance.Next(1, 9); changes > 0 && bytes.Count > 0; changes--) Change(bytes, chance);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, Random chance)
    {
        var at = chance.Next(bytes.Count);
        var length = chance.Next(1, Math.Min(16, bytes.Count - at) + 1);
        switch (chance.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << chance.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[chance.Next(Interesting.Length)];
                break;
            case 2:
                bytes[at] = (byte)chance.Next(256);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                // A length that nearly fits.
                if (at + 1 < bytes.Count) (bytes[at], bytes[at + 1]) = (0, (byte)(bytes.Count - at + chance.Next(-3, 4)));
                break;
            default:
                var other = _seeds[chance.Next(_seeds.Length)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(Math.Min(at, other.Length)));
                break;
        }
    }
}
