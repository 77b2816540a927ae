using System.Collections.Concurrent;

namespace Sightline.Media.Recording;

/// <summary>One recording at this node: its devices and its clock.</summary>
internal sealed class RunningRecording(RecordingClock clock) : IDisposable
{
    private long _heardAtUs = -1;

    /// <summary>Whoever changes which devices there are, or their connections, holds it.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public RecordingClock Clock { get; } = clock;

    public ConcurrentDictionary<(Guid PersonId, Guid DeviceId), RecordedLeg> Legs { get; } = [];

    /// <summary>Within the gate: nobody may join any more.</summary>
    public bool IsOver { get; set; }

    public RecordingHealth Health
    {
        get
        {
            var heardAtUs = Volatile.Read(ref _heardAtUs);
            var legs = Legs.Values;
            return new RecordingHealth(
                legs.Count(leg => leg.IsConnected),
                legs.Sum(leg => leg.Bytes),
                legs.Sum(leg => leg.DroppedRecords),
                heardAtUs < 0 ? null : Clock.At(heardAtUs));
        }
    }

    public void Heard(long nowUs) => Volatile.Write(ref _heardAtUs, nowUs);

    public void Dispose() => Gate.Dispose();
}
