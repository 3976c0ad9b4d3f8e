using Scp.Protocol.Messages;
using Simulation.Harness;
using Simulation.Protocol.Nodes;
using Simulation.Protocol.Workload;

namespace Simulation.Protocol.Checking;

/// <summary>
/// Once faults are over and there was time to settle, every wanted session exists and works both ways: whoever believes that a
/// session is up gets an answer in it.
/// </summary>
internal static class ProgressChecker
{
    public static List<Call> AskEverybody(SimNode[] nodes, NodeApplication[] applications, long nowNs)
    {
        var questions = new List<Call>();
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (Uplink uplink in nodes[i].Uplinks)
            {
                RequireUp(nodes[i], uplink, nowNs);
            }

            foreach (Peering peering in nodes[i].Peerings)
            {
                if (!peering.IsOver && !peering.Session.IsClosed)
                {
                    questions.Add(applications[i].Calls.SendPlain(peering, nowNs));
                }
            }

            nodes[i].Wake();
        }

        return questions;
    }

    public static void RequireAnswers(List<Call> questions, long nowNs)
    {
        foreach (Call call in questions)
        {
            if (!call.IsCompleted || call.Outcome != CallOutcome.Replied)
            {
                string end = call.IsCompleted ? $"ended as {call.Outcome} with {call.Code}" : "has no outcome";
                throw new SimulationFailedException(
                    $"{call.Peering} believed that it was up long after the network had healed, but a call sent in it at {SimTime.Text(call.SentAtNs)} {end} ({SimTime.Text(nowNs)}).");
            }
        }
    }

    private static void RequireUp(SimNode node, Uplink uplink, long nowNs)
    {
        if (uplink.Current is not { UpAtNs: < long.MaxValue, IsOver: false } peering || !peering.Session.IsUp)
        {
            throw new SimulationFailedException(
                $"n{node.Number} has no session with n{uplink.Peer} although the network healed long ago ({SimTime.Text(nowNs)}).");
        }
    }
}
