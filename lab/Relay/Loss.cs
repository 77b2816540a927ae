namespace Sightline.Relay;

/// <summary>
/// Which packets are lost. Bursts follow the model of Gilbert (Bell System Technical Journal 39, 1960) in continuous time: a
/// good and a bad state, and in the bad one every packet is lost. So a burst lasts as long whether much or little is sent.
/// </summary>
internal sealed class Loss(Chance chance)
{
    private const int MaxChanges = 1000;

    private double _lossPct;
    private double _badNs;
    private double _goodNs;
    private bool _bad;
    private double _changesAtNs;

    public void Set(double lossPct, double burstMs, long nowNs)
    {
        if (lossPct == _lossPct && burstMs * 1e6 == _badNs) return;

        _lossPct = lossPct;
        _badNs = burstMs * 1e6;
        _goodNs = lossPct > 0 ? _badNs * (100 - lossPct) / lossPct : double.PositiveInfinity;
        Start(nowNs);
    }

    public bool Hits(long nowNs)
    {
        if (_badNs == 0 || _lossPct is 0 or 100) return chance.Happens(_lossPct);

        // After so long a silence the state says nothing any more.
        if (nowNs - _changesAtNs > MaxChanges * (_badNs + _goodNs)) Start(nowNs);

        while (_changesAtNs <= nowNs)
        {
            _bad = !_bad;
            _changesAtNs += Stay();
        }

        return _bad;
    }

    private void Start(long nowNs)
    {
        _bad = chance.Happens(_lossPct);
        _changesAtNs = nowNs + Stay();
    }

    private double Stay() => chance.NextWait(_bad ? _badNs : _goodNs);
}
