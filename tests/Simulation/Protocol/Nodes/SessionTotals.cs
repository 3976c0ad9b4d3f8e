using Scp.Protocol;
using Scp.Protocol.Session;

namespace Simulation.Protocol.Nodes;

/// <summary>What all sessions of a simulation did together.</summary>
internal sealed class SessionTotals
{
    public long Sessions { get; private set; }

    public long PacketsSent { get; private set; }

    public long PacketsLost { get; private set; }

    public long SpuriousLosses { get; private set; }

    public long PacketsRecovered { get; private set; }

    public long ProbesSent { get; private set; }

    public long RedundantBytes { get; private set; }

    public long UrgentBytes { get; private set; }

    public long DatagramsDropped { get; private set; }

    public long RepliesForgotten { get; private set; }

    public long Resumes { get; private set; }

    public long Rekeys { get; private set; }

    /// <summary>Sessions that moved into their lanes, and that came back.</summary>
    public long Blocked { get; set; }

    public long Opened { get; set; }

    public long PathsChanged { get; set; }

    public long IdleTimeouts { get; private set; }

    /// <summary>Ended by one side's own wish, told to the other.</summary>
    public long Closes { get; private set; }

    /// <summary>The peer knew nothing of the session any more.</summary>
    public long ResumesRefused { get; private set; }

    /// <summary>Adds a session that ends, or that still lives when the simulation does.</summary>
    public void Add(in SessionStatistics statistics)
    {
        Sessions++;
        PacketsSent += statistics.PacketsSent;
        PacketsLost += statistics.PacketsLost;
        SpuriousLosses += statistics.SpuriousLosses;
        PacketsRecovered += statistics.PacketsRecovered;
        ProbesSent += statistics.ProbesSent;
        RedundantBytes += statistics.RedundantBytesSent;
        UrgentBytes += statistics.UrgentBytesSent;
        DatagramsDropped += statistics.DatagramsDropped;
        RepliesForgotten += statistics.RepliesForgotten;
        Resumes += statistics.Resumes;
        Rekeys += statistics.Rekeys;
    }

    public void NoteEnd(ErrorCode code)
    {
        IdleTimeouts += code == ErrorCode.IdleTimeout ? 1 : 0;
        Closes += code == ErrorCode.None ? 1 : 0;
        ResumesRefused += code == ErrorCode.UnknownSession ? 1 : 0;
        if (code is ErrorCode.Malformed or ErrorCode.ProtocolViolation or ErrorCode.CreditExceeded or ErrorCode.LimitExceeded or ErrorCode.Unauthorized or ErrorCode.Internal or ErrorCode.KeysExhausted)
        {
            throw new Harness.SimulationFailedException($"A session between two honest nodes ended with {code}.");
        }
    }
}
