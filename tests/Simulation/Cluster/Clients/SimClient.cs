using Consensus;
using Consensus.Core;
using Scp.PathModel;
using Simulation.Cluster.Calls;
using Simulation.Cluster.Checking;
using Simulation.Cluster.Machine;
using Simulation.Cluster.Nodes;
using Simulation.Harness;

namespace Simulation.Cluster.Clients;

/// <summary>
/// One client: one operation at a time, through nodes that it picks, again and again until it is answered or has had
/// enough. A write keeps its sequence number through all attempts.
/// </summary>
internal sealed class SimClient
{
    private readonly ulong _number;
    private readonly ClusterServices _services;
    private readonly HistoryBook _history;
    private readonly Queue<GroupId> _mustWrite = new();
    private readonly Dictionary<GroupId, ReplicaId> _hints = [];
    private readonly ulong[,] _seen;
    private PathRandom _random;
    private GroupId _focus = new(1);
    private long _focusUntilNs;
    private ulong _sequence;
    private ClientOperation? _operation;

    public SimClient(ulong number, ClusterServices services, HistoryBook history, PathRandom random)
    {
        _number = number;
        _services = services;
        _history = history;
        _random = random;
        _seen = new ulong[services.Plan.Groups + 1, KvMachine.Keys];
        services.Agenda.At(services.Plan.ClientsFromNs + _random.NextBelow(SimTime.Second), Begin);
    }

    private long NowNs => _services.Agenda.NowNs;

    /// <summary>It is to write to this group before anything else.</summary>
    public void MustWrite(GroupId group) => _mustWrite.Enqueue(group);

    /// <summary>The end of the simulation: what is open is unknown.</summary>
    public void Stop()
    {
        if (_operation is { } operation)
        {
            End(operation, null);
        }
    }

    private void Begin()
    {
        if (_services.AreClientsQuiet)
        {
            return;
        }

        if (_services.Lulls.EndOf(NowNs) is { } endNs)
        {
            _services.Agenda.At(endNs, Begin);
            return;
        }

        _services.Counts.Operations++;
        _operation = Draw();
        Try(_operation);
    }

    private ClientOperation Draw()
    {
        bool must = _mustWrite.TryDequeue(out GroupId group);
        group = must ? group : DrawGroup();
        int key = (int)_random.NextBelow(KvMachine.Keys);
        long kind = must ? 0 : _random.NextBelow(10);
        bool isRead = kind >= 5;
        bool isSwap = kind is >= 3 and < 5;
        _sequence++;
        var command = new KvCommand(_number, _sequence, (byte)key, isSwap, isSwap ? _seen[(int)group.Value, key] : 0, (_number << 32) | _sequence);
        return new ClientOperation
        {
            Group = group,
            Command = command,
            Bytes = isRead ? null : command.Encode(DrawPadding()),
            Mode = _random.Chance(0.5) ? ReadMode.Lease : ReadMode.ReadIndex,
            StartNs = NowNs,
            GiveUpAtNs = NowNs + _random.NextBetween(3, 20) * SimTime.Second,
        };
    }

    private GroupId DrawGroup()
    {
        if (NowNs >= _focusUntilNs)
        {
            _focus = new GroupId((ulong)_random.NextBetween(1, _services.Plan.Groups));
            _focusUntilNs = NowNs + _random.NextBetween(SimTime.Second, 5 * SimTime.Second);
        }

        return _focus;
    }

    private int DrawPadding() => (int)(_random.NextBelow(30) == 0 ? _random.NextBetween(500, 6_000) : _random.NextBelow(200));

    private void Try(ClientOperation operation)
    {
        if (NowNs >= operation.GiveUpAtNs)
        {
            End(operation, null);
            return;
        }

        int attempt = ++operation.Attempts;
        operation.IsWaiting = true;
        _services.Counts.Note(ClusterEvent.Retries, attempt > 1 ? 1 : 0);
        if (!_random.Chance(0.01))
        {
            ReplicaSlot slot = Choose(operation.Group);
            _services.Agenda.In(DrawLatency(), () => Arrive(operation, attempt, slot));
        }

        _services.Agenda.In(_random.NextBetween(300, 2_000) * SimTime.Ms + (4 * _services.Plan.Path.OneWayDelayNs), () =>
        {
            if (operation == _operation && operation.Attempts == attempt && operation.IsWaiting)
            {
                operation.IsWaiting = false;
                operation.MayHappen = true;
                _ = _hints.Remove(operation.Group);
                Try(operation);
            }
        });
    }

    private ReplicaSlot Choose(GroupId group)
    {
        if (_random.Chance(0.6) && _hints.TryGetValue(group, out ReplicaId hint) && _services.Checks.Find(group, hint) is { } hinted)
        {
            return hinted;
        }

        ReplicaSlot[] all = [.. _services.SlotsOf(group)];
        return all[_random.NextBelow(all.Length)];
    }

    private void Arrive(ClientOperation operation, int attempt, ReplicaSlot slot)
    {
        if (slot.Node.Process is not { } process || slot.Handle is null)
        {
            // Nobody listens: the client learns that at once, or not at all.
            if (_random.Chance(0.7))
            {
                Reply(operation, attempt, new CallAnswer(CallEnd.NotTaken, default, 0, ReplicaId.None));
            }

            return;
        }

        GroupBook book = _services.Books[operation.Group];
        void Answer(CallAnswer answer) => Reply(operation, attempt, answer);
        process.At(NowNs, () =>
        {
            if (slot.Handle is null)
            {
                return;
            }

            process.Follow(operation.Bytes is { } bytes
                ? new ProposeCall(slot, operation.Command, bytes, book, _services.Counts, Answer)
                : new ReadCall(slot, operation.Command.Key, operation.Mode, book, _services, DrawPause(), Answer));
        });
    }

    private void Reply(ClientOperation operation, int attempt, CallAnswer answer)
    {
        if (!_random.Chance(0.01))
        {
            _services.Agenda.In(DrawLatency(), () => Take(operation, attempt, answer));
        }
    }

    private void Take(ClientOperation operation, int attempt, CallAnswer answer)
    {
        if (operation != _operation)
        {
            return;
        }

        if (answer.End == CallEnd.Done)
        {
            _hints[operation.Group] = answer.LeaderHint;
            End(operation, answer);
            return;
        }

        operation.MayHappen |= answer.End == CallEnd.Unknown;
        if (operation.Attempts != attempt || !operation.IsWaiting)
        {
            return;
        }

        operation.IsWaiting = false;
        if (answer.LeaderHint.IsNone)
        {
            _ = _hints.Remove(operation.Group);
        }
        else
        {
            _hints[operation.Group] = answer.LeaderHint;
        }

        _services.Agenda.In(_random.NextBetween(5, 150) * SimTime.Ms, () => Try(operation));
    }

    private void End(ClientOperation operation, CallAnswer? answer)
    {
        operation.MayHappen |= operation.IsWaiting;
        _operation = null;
        _history.Note(operation, answer, NowNs);
        if (answer is { } known)
        {
            if (operation.IsRead)
            {
                _seen[(int)operation.Group.Value, operation.Command.Key] = known.Value;
            }
            else if (operation.StartNs >= _services.Plan.HealAtNs)
            {
                _services.Books[operation.Group].HasProgressed = true;
            }
        }

        _services.Agenda.In(_random.NextExponential(_services.Plan.RestNs), Begin);
    }

    private long DrawLatency() => _random.NextBetween(50 * SimTime.Us, 2 * SimTime.Ms);

    private long DrawPause() => _random.NextBelow(10) == 0 ? _random.NextBelow(400 * SimTime.Ms) : 0;
}
