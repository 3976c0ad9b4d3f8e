using System.Buffers.Binary;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;
using Simulation.Harness;

namespace Simulation.Protocol.Checking;

/// <summary>
/// No datagram is taken twice, whoever repeats it: the network, an attacker, or a sender by mistake. Messages would hide
/// a second taking, since they are told apart once more above; so this looks at the datagrams themselves.
/// </summary>
internal sealed class ReplayChecker
{
    private readonly Dictionary<ScpSession, Taken> _sessions = [];

    /// <summary>What tells a datagram from every other: its header, which says its number. Read it before the datagram is opened in place.</summary>
    public static UInt128 KeyOf(ReadOnlySpan<byte> datagram) =>
        datagram.Length < DatagramHeader.Size ? default : BinaryPrimitives.ReadUInt128LittleEndian(datagram);

    public void OnHandled(ScpSession? session, UInt128 key, long nowNs)
    {
        if (session is null)
        {
            return;
        }

        if (!_sessions.TryGetValue(session, out Taken? taken))
        {
            _sessions[session] = taken = new Taken();
        }

        bool wasTaken = session.DatagramsTaken > taken.Count;
        taken.Count = session.DatagramsTaken;
        if (wasTaken && !taken.Keys.Add(key))
        {
            throw new SimulationFailedException($"A session took the same datagram twice ({SimTime.Text(nowNs)}).");
        }
    }

    private sealed class Taken
    {
        public long Count;

        public HashSet<UInt128> Keys { get; } = [];
    }
}
