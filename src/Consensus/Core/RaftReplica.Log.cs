using System.Runtime.InteropServices;

namespace Consensus.Core;

/// <summary>
/// The log, on its way to the disk and to the state machine. Writes are handed out one after the other, several may be
/// under way, and what leaves the replica never runs ahead of them. Entries are applied once they are committed, and
/// durable here too: the state machine must not hold what this replica's own log could lose.
/// </summary>
public sealed partial class RaftReplica
{
    private const int RecoverBytes = 256 * 1024;

    private readonly Queue<(long Token, HardState State)> _statesUnderWay = new();
    private HardState _durableState;
    private HardState _handedState;
    private long _lastToken;
    private long _appliedIndex;
    private long _applyingIndex;
    private long _applyingBytes;

    /// <summary>The bytes of each run handed out to be applied, by its last index.</summary>
    private readonly Queue<(long LastIndex, long Bytes)> _applying = new();

    /// <summary>Puts everything that follows from the inputs so far into the output.</summary>
    public void Flush()
    {
        if (_role == RaftRole.Leader)
        {
            FlushLeader();
        }
        else
        {
            ForwardReads();
        }

        HandOutWrite();
        HandOutCommitted();
        HandOutReads();
        TrimMemory();
    }

    /// <summary>The write with this token, and all before it, are durable.</summary>
    public void HandleWritten(long token, long nowNs)
    {
        Observe(nowNs);
        if (token > _lastToken)
        {
            Fail.Now($"Write {token} is reported, but the last one was {_lastToken}.");
        }

        while (_statesUnderWay.TryPeek(out var oldest) && oldest.Token <= token)
        {
            _durableState = _statesUnderWay.Dequeue().State;
        }

        _log.EndWrites(token);
        SendOwedVote();
        CountOwnVote();
        if (_role == RaftRole.Leader)
        {
            AdvanceLeaderCommit();
        }
        else if (_owesReply && !_leader.IsNone)
        {
            SendAppendReply();
        }
    }

    /// <summary>The state machine holds everything up to an index.</summary>
    public void HandleApplied(long index, long nowNs)
    {
        Observe(nowNs);
        if (index > _applyingIndex)
        {
            Fail.Now($"Entry {index} is reported applied, but only {_applyingIndex} have been handed out.");
        }

        _appliedIndex = Math.Max(_appliedIndex, index);
        while (_applying.TryPeek(out var oldest) && oldest.LastIndex <= index)
        {
            _applyingBytes -= _applying.Dequeue().Bytes;
        }

        while (_proposals.TryTakeApplied(_appliedIndex, out long proposalId, out long at))
        {
            _output.Outcomes.Add(new ProposalOutcome(Group, proposalId, Applied: true, at, _leader));
        }
    }

    /// <summary>The term of an entry of this log, for whoever compares logs.</summary>
    internal bool TryGetTerm(long index, out long term) => _log.TryGetTerm(index, out term);

    private void AppendToLog(in Entry entry)
    {
        _log.Append(entry);
        if (entry.Kind == EntryKind.Configuration)
        {
            UseConfiguration(entry);
        }
    }

    private void CutLogFrom(long index)
    {
        if (index <= _commitIndex)
        {
            Fail.Now($"Entry {index} of {Group} is committed and was to be replaced: a leader was elected without it.");
        }

        _log.CutFrom(index);
        if (_configurations.CurrentIndex >= index)
        {
            _configurations.CutFrom(index);
            ReportConfiguration();
        }
    }

    private void AdvanceCommit(long index)
    {
        if (index > _commitIndex)
        {
            _commitIndex = index;
            _proposals.HandleCommitted(index);
        }
    }

    private void HandOutWrite()
    {
        bool stateChanged = _handedState.Term != _term || _handedState.VotedFor != _votedFor;
        if ((!stateChanged && !_log.HasUnwritten) || _log.WritesUnderWay >= _options.MaxWritesInFlight)
        {
            return;
        }

        _handedState = new HardState(_term, _votedFor, _commitIndex);
        _statesUnderWay.Enqueue((++_lastToken, _handedState));
        var (entries, mark, resets) = _log.BeginWrite(_lastToken, _output.Entries);
        _output.Writes.Add(new LogWrite(Group, _lastToken, _handedState, entries, mark, resets));
    }

    private void HandOutCommitted()
    {
        long until = Math.Min(_commitIndex, _log.DurableIndex) + 1;
        while (!IsInstalling && _applyingIndex + 1 < until && _applyingBytes < _options.MaxApplyBytesInFlight)
        {
            long room = _options.MaxApplyBytesInFlight - _applyingBytes;
            var entries = _log.Read(_applyingIndex + 1, until, (int)room, _options.MaxAppendEntries, _output.Entries);
            long bytes = 0;
            foreach (ref readonly var entry in entries.Span)
            {
                bytes += entry.Data.Length + ProposalQueue.EntryOverheadBytes;
            }

            _applyingIndex += entries.Length;
            _applyingBytes += bytes;
            _applying.Enqueue((_applyingIndex, bytes));
            _output.Committed.Add(new CommittedEntries(Group, entries));
        }
    }

    private void TrimMemory()
    {
        long needed = _appliedIndex;
        foreach (var peer in CollectionsMarshal.AsSpan(_peers))
        {
            needed = peer.State == ProgressState.Replicate ? Math.Min(needed, peer.Match) : needed;
        }

        _log.Trim(needed, _options.MaxCachedBytes);
    }

    /// <summary>Finds the configurations in a log that is being opened.</summary>
    private static ConfigurationHistory Recover(IGroupLogReader log)
    {
        var mark = log.Snapshot;
        if (!ConfigurationCodec.TryDecode(mark.Configuration.Span, out var first))
        {
            Fail.Now("The configuration that the log begins with cannot be read.");
        }

        var history = new ConfigurationHistory(mark.Index, first);
        var entries = new List<Entry>();
        for (long next = mark.Index + 1; next <= log.LastIndex; next = entries[^1].Index + 1)
        {
            entries.Clear();
            log.Read(next, log.LastIndex + 1, RecoverBytes, entries);
            foreach (var entry in entries.Where(e => e.Kind == EntryKind.Configuration))
            {
                history.Push(entry.Index, DecodeConfiguration(entry));
            }
        }

        return history;
    }

    private static Configuration DecodeConfiguration(in Entry entry)
    {
        if (!ConfigurationCodec.TryDecode(entry.Data.Span, out var configuration))
        {
            Fail.Now($"The configuration in entry {entry.Index} cannot be read.");
        }

        return configuration;
    }
}
