using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Protocol.Checking;

/// <summary>
/// An address that nobody has proven is sent at most three times what came from it, headers included: a session must not be
/// a weapon against a third party.
/// </summary>
internal sealed class AmplificationChecker
{
    private readonly Dictionary<PathId, long> _allowance = [];
    private readonly AddressBook _addresses;

    public AmplificationChecker(DatagramNetwork network, AddressBook addresses)
    {
        _addresses = addresses;
        network.Tap += OnSent;
    }

    /// <summary>Challenges and the like that went to strangers.</summary>
    public long DatagramsToStrangers { get; private set; }

    public void OnInjected(PathId from, int bytes) =>
        _allowance[from] = _allowance.GetValueOrDefault(from) + (ScpLimits.AntiAmplificationFactor * (long)(bytes + DatagramNetwork.HeaderBytes));

    private void OnSent(int from, int to, PathId address, ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (_addresses.Resolve(address, out _) != AddressKind.Stranger)
        {
            return;
        }

        DatagramsToStrangers++;
        long left = _allowance.GetValueOrDefault(address) - (bytes.Length + DatagramNetwork.HeaderBytes);
        _allowance[address] = left;
        if (left < 0)
        {
            throw new SimulationFailedException(
                $"n{from} has sent a stranger more than {ScpLimits.AntiAmplificationFactor} times what came from there, by {-left} bytes ({SimTime.Text(nowNs)}).");
        }
    }
}
