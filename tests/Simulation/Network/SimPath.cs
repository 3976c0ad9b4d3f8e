using Scp.PathModel;

namespace Simulation.Network;

/// <summary>
/// One direction between two nodes as faults see it: a profile that may be replaced for a while, an MTU and a loss that may be
/// overridden, and cuts that are counted, since they may overlap. Datagrams and bulk lanes are cut apart.
/// </summary>
internal sealed class SimPath
{
    private readonly PathProfile _base;
    private PathProfile? _replacement;
    private int _mtuBytes;
    private double _lossProbability;
    private int _datagramCuts;
    private int _laneCuts;

    public SimPath(PathProfile profile, ulong seed)
    {
        _base = profile;
        Datagrams = new PathDirection(profile, seed);
    }

    public PathDirection Datagrams { get; }

    public PathProfile Profile => Datagrams.Profile;

    /// <summary>The profile that the path has when no fault is under way.</summary>
    public PathProfile Base => _base;

    public bool AreLanesCut => _laneCuts > 0;

    public bool AreDatagramsCut => _datagramCuts > 0;

    public void CutDatagrams()
    {
        _datagramCuts++;
        Datagrams.Cut();
    }

    public void HealDatagrams()
    {
        if (--_datagramCuts == 0)
        {
            Datagrams.Heal();
        }
    }

    public void CutLanes() => _laneCuts++;

    public void HealLanes() => _laneCuts--;

    /// <summary>Null goes back to the base.</summary>
    public void Replace(PathProfile? profile, long nowNs)
    {
        _replacement = profile;
        Apply(nowNs);
    }

    /// <summary>Zero goes back to the profile's.</summary>
    public void SetMtu(int mtuBytes, long nowNs)
    {
        _mtuBytes = mtuBytes;
        Apply(nowNs);
    }

    /// <summary>Zero goes back to the profile's.</summary>
    public void SetLoss(double probability, long nowNs)
    {
        _lossProbability = probability;
        Apply(nowNs);
    }

    private void Apply(long nowNs)
    {
        PathProfile profile = _replacement ?? _base;
        Datagrams.Apply(
            profile with
            {
                MtuBytes = _mtuBytes != 0 ? _mtuBytes : profile.MtuBytes,
                LossProbability = _lossProbability != 0 ? _lossProbability : profile.LossProbability,
            },
            nowNs);
    }
}
