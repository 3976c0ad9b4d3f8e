using System.Buffers.Binary;
using FsCheck;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

/// <summary>
/// Everything goes wrong at once: datagrams are lost or blocked, lanes are cut or fall silent, addresses change, both
/// processes stand still, calls are withdrawn or run out of time, the session may be closed. What must hold all the same
/// is the promise of each outcome.
/// </summary>
[TestFixture]
internal sealed class SessionChaosTests
{
    private static readonly int[] Sizes = [8, 100, 1088, 1089, 8704, 8705, 60_000, 700_000];

    [Property(MaxTest = 60)]
    public void EveryOutcomeIsToldOnceAndTrue(DoNotSize<int> anySeed)
    {
        int seed = anySeed.Item;
        var random = new Random(seed);
        SessionPair pair = new SessionPair(new EndpointOptions { Slots = random.Next(2) == 0 ? 2 : 64 }).Connected();
        var seen = new Dictionary<long, int>();
        pair.Server.OnEvent = (session, item) =>
        {
            if (item.Kind is SessionEventKind.Request or SessionEventKind.Message)
            {
                long context = BinaryPrimitives.ReadInt64LittleEndian(item.Payload);
                seen[context] = seen.GetValueOrDefault(context) + 1;
                if (item.Kind == SessionEventKind.Request && random.Next(10) > 0)
                {
                    _ = session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, new byte[Sizes[random.Next(Sizes.Length)]], pair.NowNs);
                }
            }
        };

        var accepted = new Dictionary<long, (MessageKind Kind, MessageHandle Handle)>();
        for (int step = 0; step < 150 && !pair.Client.Session!.IsClosed; step++)
        {
            Act(pair, random, accepted, step);
            pair.RunFor(random.Next(200) * 1_000_000L);
            Redial(pair);
        }

        pair.DropDatagram = (_, _) => false;
        EndSilence(pair);
        Redial(pair);
        pair.RunFor(20_000_000_000);
        pair.Client.Session!.Close(ErrorCode.None, "done", pair.NowNs);
        pair.RunFor(40_000_000_000);
        Check(pair, accepted, seen, seed);
    }

    private static void Act(SessionPair pair, Random random, Dictionary<long, (MessageKind Kind, MessageHandle Handle)> accepted, int step)
    {
        switch (random.Next(20))
        {
            case 0:
                int loss = random.Next(60);
                pair.DropDatagram = (_, _) => random.Next(100) < loss;
                break;
            case 1:
                pair.DropDatagram = (_, _) => true;
                break;
            case 2 or 3 when pair.IsLaneUp:
                pair.CutLane();
                break;
            case 4:
                pair.IsLaneSilent = true;
                break;
            case 10:
                EndSilence(pair);
                break;
            case 5:
                pair.Client.Address = new PathId((ulong)(100 + step));
                break;
            case 6:
                pair.StandStill(random.Next(1, 100) * 1_000_000_000L);
                break;
            case 7 or 8 when accepted.Count > 0:
                _ = pair.Client.Session!.Cancel(accepted.ElementAt(random.Next(accepted.Count)).Value.Handle, pair.NowNs);
                break;
            case 9 when random.Next(20) == 0:
                pair.Server.Session!.Close(ErrorCode.Draining, "", pair.NowNs);
                break;
            default:
                Send(pair, random, accepted, step);
                break;
        }
    }

    /// <summary>A connection that swallowed bytes cannot go on as if nothing had been.</summary>
    private static void EndSilence(SessionPair pair)
    {
        if (pair.IsLaneSilent && pair.IsLaneUp)
        {
            pair.CutLane();
        }

        pair.IsLaneSilent = false;
    }

    private static void Send(SessionPair pair, Random random, Dictionary<long, (MessageKind Kind, MessageHandle Handle)> accepted, int step)
    {
        for (int i = random.Next(6); i >= 0; i--)
        {
            long context = (step * 10) + i;
            var payload = new byte[Sizes[random.Next(Sizes.Length)]];
            BinaryPrimitives.WriteInt64LittleEndian(payload, context);
            MessageKind kind = random.Next(3) == 0 ? MessageKind.ReliableOneWay : MessageKind.Request;
            var options = new MessageOptions
            {
                Context = context,
                IsUrgent = random.Next(4) == 0,
                Priority = (Priority)random.Next(4),
                DeadlineNs = random.Next(3) == 0 ? pair.NowNs + (random.Next(1, 2000) * 1_000_000L) : 0,
            };
            if (pair.Client.Session!.TrySend(kind, payload, options, pair.NowNs, out MessageHandle handle) == SendStatus.Accepted)
            {
                accepted[context] = (kind, handle);
            }
        }
    }

    /// <summary>What the owner of both endpoints does: closes lanes that are to be closed, and dials when asked.</summary>
    private static void Redial(SessionPair pair)
    {
        bool mustClose = pair.IsLaneUp
            && (pair.Client.Endpoint.LaneMustClose(pair.Client.Lane!.Value) || pair.Server.Endpoint.LaneMustClose(pair.Server.Lane!.Value));
        if (mustClose)
        {
            pair.CutLane();
        }

        if (!pair.IsLaneUp && !pair.Client.Session!.IsClosed)
        {
            pair.OpenLane();
        }
    }

    private static void Check(SessionPair pair, Dictionary<long, (MessageKind Kind, MessageHandle Handle)> accepted, Dictionary<long, int> seen, int seed)
    {
        List<SessionEvent> completed = [.. pair.Client.Of(SessionEventKind.Completed).Select(item => item.Event)];
        Assert.That(completed.Select(item => item.Context).Order(), Is.EqualTo(accepted.Keys.Order()), $"one outcome each, seed {seed}");
        Assert.That(seen.Values, Is.All.EqualTo(1), $"each was seen at most once, seed {seed}");
        foreach (SessionEvent item in completed)
        {
            bool wasSeen = seen.ContainsKey(item.Context);
            Assert.That(item.Outcome != CallOutcome.NotRun || !wasSeen, $"{item.Context} is said not to have run, seed {seed}");
            Assert.That(item.Outcome is not (CallOutcome.Replied or CallOutcome.Delivered) || wasSeen, $"{item.Context} never arrived, seed {seed}");
        }

        Assert.That(pair.Client.Events[^1].Event.Kind, Is.EqualTo(SessionEventKind.Closed), $"nothing follows the end, seed {seed}");
        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).MessagesQueued, Is.Zero, $"seed {seed}");
        Assert.That(pair.Server.Session!.IsClosed, $"the server noticed, seed {seed}");
        Assert.That(pair.Server.Session!.GetStatistics(pair.NowNs).IncomingBytesHeld, Is.Zero, $"seed {seed}");
    }
}
