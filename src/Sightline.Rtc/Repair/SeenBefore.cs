namespace Sightline.Rtc.Repair;

/// <summary>Which of the last packets came, for those that come again after their place was taken or given up.</summary>
internal sealed class SeenBefore
{
    /// <summary>Packets that are remembered.</summary>
    public const int Window = 4096;

    private readonly ulong[] _bits = new ulong[Window / 64];

    public bool Has(long sequence) => (_bits[Word(sequence)] & Bit(sequence)) != 0;

    public void Set(long sequence, bool came)
    {
        if (came) _bits[Word(sequence)] |= Bit(sequence);
        else _bits[Word(sequence)] &= ~Bit(sequence);
    }

    public void SetAll(bool came) => Array.Fill(_bits, came ? ulong.MaxValue : 0);

    private static int Word(long sequence) => (int)(sequence & (Window - 1)) / 64;

    private static ulong Bit(long sequence) => 1UL << (int)(sequence & 63);
}
