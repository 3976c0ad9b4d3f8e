using System.Globalization;
using System.Text;
using Consensus.Core;

namespace Consensus.Tests.Core.Scripts;

/// <summary>
/// What a script talks to: replicas whose time, network and disks stand still unless a command moves them. Every command
/// answers with what happened, and <see cref="ScriptTests"/> lists the commands.
/// </summary>
internal sealed class ScriptWorld
{
    private const long Ms = 1_000_000;

    private readonly SortedDictionary<ulong, ScriptNode> _nodes = [];
    private readonly List<RaftMessage> _messages = [];
    private readonly HashSet<(ulong, ulong)> _cuts = [];
    private StringBuilder _trace = new();
    private long _nextId;

    public RaftOptions Options { get; private set; } = new() { SleepAfterNs = 0 };

    /// <summary>The last command's trace is hidden.</summary>
    public bool IsQuiet { get; private set; }

    public void Say(string line)
    {
        if (!IsQuiet)
        {
            _trace.Append(line).Append('\n');
        }
    }

    public void Post(in RaftMessage message)
    {
        bool cut = _cuts.Contains((message.From.Value, message.To.Value)) || !_nodes.ContainsKey(message.To.Value);
        Say($"{TraceText.Of(message)}{(cut ? " lost" : "")}");
        if (!cut)
        {
            _messages.Add(message with { Entries = message.Entries.ToArray() });
        }
    }

    public string Run(string command)
    {
        _trace = new StringBuilder();
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IsQuiet = words[0] == "quietly";
        words = IsQuiet ? words[1..] : words;
        switch (words[0])
        {
            case "cluster":
                Create(words);
                break;
            case "deliver" or "lose" or "repeat":
                Deliver(words);
                break;
            case "stabilize":
                Stabilize(words);
                break;
            case "cut" or "heal":
                Cut(words);
                break;
            case "status":
                Status(words);
                break;
            default:
                RunOnNode(words);
                break;
        }

        return IsQuiet ? "" : _trace.Length == 0 ? "ok\n" : _trace.ToString();
    }

    private static long Number(string word) => long.Parse(word.TrimStart('r'), CultureInfo.InvariantCulture);

    private static Member[] Members(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(w => new Member(new ReplicaId((ulong)Number(w)), new NodeId((ulong)Number(w))))];

    private static string? Option(string[] words, string name) =>
        Array.Find(words, w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static Configuration ConfigurationOf(string[] words) =>
        Configuration.TryCreate(Members(Option(words, "voters")!), Members(Option(words, "learners") ?? ""), out string? problem)
        ?? throw new ArgumentException(problem);

    private void Create(string[] words)
    {
        foreach (string word in words.Skip(1))
        {
            string[] pair = word.Split('=');
            Options = pair[0] switch
            {
                "sleep" => Options with { SleepAfterNs = Number(pair[1]) * Ms },
                "append-bytes" => Options with { MaxAppendBytes = (int)Number(pair[1]) },
                "append-entries" => Options with { MaxAppendEntries = (int)Number(pair[1]) },
                "inflight" => Options with { MaxInflightAppends = (int)Number(pair[1]) },
                "uncommitted" => Options with { MaxUncommittedBytes = Number(pair[1]) },
                "held" => Options with { MaxHeldEntries = (int)Number(pair[1]) },
                "repeat" => Options with { RepeatTailBytes = (int)Number(pair[1]) },
                _ => Options,
            };
        }

        var configuration = ConfigurationOf(words);
        foreach (var member in configuration.Members)
        {
            Add(member.Replica.Value, configuration);
        }
    }

    private void Add(ulong id, Configuration configuration)
    {
        _nodes[id] = new ScriptNode(this, new ReplicaId(id), configuration);
        _nodes[id].Start();
    }

    /// <summary>Messages under way, oldest first: all, or `r1>r2`, or only some kinds of them.</summary>
    private void Deliver(string[] words)
    {
        string[] wanted = [.. words.Skip(1).Select(w => w.Contains('>') ? "r" + w.Replace(">", ">r", StringComparison.Ordinal) : w)];
        var taken = _messages.Where(m => wanted.All(w => TraceText.Of(m).Contains(w, StringComparison.Ordinal))).ToList();
        foreach (var message in taken)
        {
            if (words[0] != "repeat")
            {
                _ = _messages.Remove(message);
            }

            if (words[0] != "lose" && _nodes[message.To.Value].Raft is not null)
            {
                var node = _nodes[message.To.Value];
                node.Do(r => r.HandleMessage(message, node.NowNs));
            }
        }
    }

    /// <summary>Disks, machines and network work until nothing is left to do; time stands still.</summary>
    private void Stabilize(string[] words)
    {
        var only = words.Length > 1 ? words.Skip(1).Select(w => (ulong)Number(w)).ToHashSet() : [.. _nodes.Keys];
        bool worked = true;
        while (worked)
        {
            worked = false;
            foreach (var node in _nodes.Values.Where(n => only.Contains(n.Id.Value) && n.IsBusy).ToList())
            {
                worked = true;
                node.EndWrites();
                node.EndApplies();
            }

            foreach (var message in _messages.Where(m => only.Contains(m.To.Value)).ToList())
            {
                worked = true;
                _ = _messages.Remove(message);
                var node = _nodes[message.To.Value];
                if (node.Raft is not null)
                {
                    node.Do(r => r.HandleMessage(message, node.NowNs));
                }
            }
        }
    }

    private void Cut(string[] words)
    {
        if (words[0] == "heal")
        {
            _cuts.Clear();
            return;
        }

        foreach (ulong other in _nodes.Keys)
        {
            foreach (string word in words.Skip(1))
            {
                _ = _cuts.Add(((ulong)Number(word), other));
                _ = _cuts.Add((other, (ulong)Number(word)));
            }
        }
    }

    private void Status(string[] words)
    {
        foreach (var node in _nodes.Values.Where(n => words.Length == 1 || words.Skip(1).Any(w => Number(w) == (long)n.Id.Value)))
        {
            Say($"{node.Id} {(node.Raft is null ? "down" : TraceText.Of(node.Raft))}");
        }
    }

    private void RunOnNode(string[] words)
    {
        ulong id = (ulong)Number(words.Length > 1 ? words[1] : "0");
        if (words[0] == "add")
        {
            Add(id, Configuration.Empty);
            return;
        }

        if (words[0] == "elapse")
        {
            foreach (var each in _nodes.Values)
            {
                each.Elapse(Number(words[^1]) * Ms);
            }

            return;
        }

        var node = _nodes[id];
        long nowNs = node.NowNs;
        switch (words[0])
        {
            case "campaign":
                int before = node.Campaigns;
                node.Elapse(long.MaxValue / 4, () => node.Campaigns > before);
                break;
            case "pass":
                node.Elapse(Number(words[2]) * Ms);
                break;
            case "jump":
                node.NowNs += Number(words[2]) * Ms;
                break;
            case "write":
                node.EndWrites();
                break;
            case "apply":
                node.EndApplies();
                break;
            case "crash":
                node.Crash();
                break;
            case "restart":
                node.Start();
                break;
            case "propose":
                node.Do(r => Answer(r.Propose(Encoding.UTF8.GetBytes(words[2]), ++_nextId, nowNs)));
                break;
            case "configure":
                node.Do(r => Answer(r.ProposeConfiguration(ConfigurationOf(words), ++_nextId, nowNs)));
                break;
            default:
                RunInput(node, words, nowNs);
                break;
        }
    }

    private void RunInput(ScriptNode node, string[] words, long nowNs)
    {
        switch (words[0])
        {
            case "read":
                node.Do(r => Say(r.RequestRead(++_nextId, words.Contains("lease") ? ReadMode.Lease : ReadMode.ReadIndex, nowNs).ToString()));
                break;
            case "confirm":
                node.Do(r => Say(r.ConfirmLeaseRead(r.Term, nowNs) ? "the lease holds" : "there is no lease"));
                break;
            case "transfer":
                node.Do(r => Say(r.TransferLeadership(new ReplicaId((ulong)Number(words[2])), nowNs).ToString()));
                break;
            case "suspect":
                node.Do(r => r.HandlePeerSuspect(new ReplicaId((ulong)Number(words[2])), nowNs));
                break;
            case "unreachable":
                node.Do(r => r.HandleUnreachable(new ReplicaId((ulong)Number(words[2])), nowNs));
                break;
            case "compact":
                node.Do(r => r.HandleSnapshotTaken(MarkOf(r), nowNs));
                break;
            case "snapshot":
                SendSnapshot(node, _nodes[(ulong)Number(words[2])]);
                break;
            default:
                throw new ArgumentException($"no such command: {words[0]}");
        }
    }

    private void SendSnapshot(ScriptNode from, ScriptNode to)
    {
        var mark = MarkOf(from.Raft!);
        to.Do(r =>
        {
            var verdict = r.HandleSnapshotReceived(mark, from.Id, from.Raft!.Term, to.NowNs);
            Say($"{to.Id} {verdict} snapshot at {mark.Index}");
            if (verdict == SnapshotVerdict.Install)
            {
                to.Disk.SaveMachine(mark, 0);
                r.HandleSnapshotInstalled(mark, installed: true, to.NowNs);
            }
        });
        from.Do(r => r.HandleSnapshotSent(to.Id, installed: true, from.NowNs));
    }

    private static SnapshotMark MarkOf(RaftReplica r) =>
        r.TryMakeMark(r.AppliedIndex, out var mark) ? mark : throw new ArgumentException("nothing is applied");

    private void Answer(ProposeResult result) =>
        Say($"{result.Status}{(result.IsAccepted ? $" at {result.Index} as proposal {_nextId}" : result.LeaderHint.IsNone ? "" : $", ask {result.LeaderHint}")}");
}
