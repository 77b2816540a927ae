namespace Sightline.Rtc.Repair;

/// <summary>Why packets are missing.</summary>
public enum GapCause
{
    /// <summary>They were asked for as long as the wait allows, and did not come.</summary>
    NotRepaired,

    /// <summary>The sender does not send again.</summary>
    NotRepairable,

    /// <summary>More packets were held behind them than there is room for.</summary>
    NoRoom,

    /// <summary>So many at once that nobody asked for them: the line was down for long.</summary>
    Outage,

    /// <summary>The sender began its numbers anew; how many packets are missing cannot be known.</summary>
    Restart,
}

/// <summary>Packets that will not come any more.</summary>
/// <param name="FirstSequence">Unwrapped.</param>
/// <param name="Packets">How many; 0 where that cannot be known.</param>
/// <param name="TimestampBefore">Unwrapped, of the last packet before the gap.</param>
/// <param name="TimestampAfter">Unwrapped, of the first packet behind it.</param>
public readonly record struct Gap(long FirstSequence, long Packets, GapCause Cause, long TimestampBefore, long TimestampAfter);
