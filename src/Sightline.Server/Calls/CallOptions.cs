using System.ComponentModel.DataAnnotations;
using Sightline.Calls;

namespace Sightline.Server.Calls;

/// <summary>The section <c>Calls</c> of the configuration.</summary>
internal sealed class CallOptions
{
    public const string Section = "Calls";

    /// <summary>How long a call rings before it is missed.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RingTimeout { get; set; } = CallTimeouts.Default.Ring;

    /// <summary>How long an answered call may take to its first media.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:02:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan SetupTimeout { get; set; } = CallTimeouts.Default.Setup;

    /// <summary>How long a device may be without its socket before the call ends.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Grace { get; set; } = CallTimeouts.Default.Grace;

    public CallTimeouts ToTimeouts() => new(RingTimeout, SetupTimeout, Grace);
}
