using System.Runtime.InteropServices;

namespace Histories.Linearizability;

/// <summary>
/// Looks for an order of calls that explains every answer: the depth-first search of Wing and Gong with Lowe's memory of
/// the configurations it has been in. A call may come next if it can have taken effect before every other unplaced
/// certain call had to. What keeps the search narrow, each without giving up an order that exists:
/// <list type="bullet">
/// <item>a read that fits the state is placed at once, since later it could only be harder to place;</item>
/// <item>certain calls are tried before uncertain ones, the most urgent first;</item>
/// <item>before the most urgent call only what it depends on is tried, see <see cref="Dependence"/>;</item>
/// <item>an uncertain call must change the state, must be the first to start of those equal to it, and must make a difference to the call right after it;</item>
/// <item>where a configuration failed on some slots, placements on others are not reconsidered;</item>
/// <item>a configuration is entered once, see <see cref="VisitedSet"/>, and no needed fact may end, see <see cref="Ledger{TState, TCall}"/>.</item>
/// </list>
/// </summary>
internal sealed class Search<TState, TCall>
    where TState : notnull, IEquatable<TState>
    where TCall : notnull
{
    private const int Nothing = -1;
    private const int StepsBetweenClockReads = 4096;

    private readonly IModel<TState, TCall> _model;
    private readonly IReadOnlyList<TimedCall<TCall>> _calls;
    private readonly Windows _windows;
    private readonly CheckLimits _limits;
    private readonly long _deadline;
    private readonly Ledger<TState, TCall> _ledger;
    private readonly OpenCalls _open;
    private readonly Dependence _dependence;
    private readonly bool[] _isRead;
    private readonly StateTable<TState> _states = new();
    private readonly VisitedSet _visited;

    private readonly List<int> _placed = [];
    private readonly List<int> _due = [];
    private readonly List<int> _candidates = [];
    private readonly List<int> _configuration = [];
    private readonly List<Frame> _frames = [];
    private readonly ulong[] _everything;
    private readonly LongestPrefix _longest = new();
    private int _state;
    private long _stepsAtClockRead = -1;

    /// <param name="deadline">In the clock's timestamps; <see cref="long.MaxValue"/> for none.</param>
    public Search(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, Windows windows, FactTable facts, CheckLimits limits, long deadline)
    {
        _model = model;
        _calls = calls;
        _windows = windows;
        _limits = limits;
        _deadline = deadline;
        _ledger = new Ledger<TState, TCall>(model, facts);
        _open = new OpenCalls(windows, TwinNumbers(calls));
        _dependence = Dependence.Of(model, calls);
        _everything = new ulong[_dependence.Words];
        Array.Fill(_everything, ulong.MaxValue);
        _isRead = [.. calls.Select(c => model.IsRead(c.Call))];
        _visited = new VisitedSet(_open.SpentWords.Length, limits.MaxVisitedBytes);
        _state = _states.IdOf(model.Initial);
    }

    public long Steps { get; private set; }

    /// <summary>The calls of the longest order found, which is complete only if the verdict is good.</summary>
    public IReadOnlyList<int> Longest => _longest.Calls;

    public Verdict Run()
    {
        Enter(new Frame { State = _state, Call = Nothing });
        while (_frames.Count > 0)
        {
            if (_open.CertainLeft == 0)
            {
                _longest.Offer(_placed, _open.CertainLeft);
                return Verdict.Linearizable;
            }

            if (IsExhausted())
            {
                return Verdict.Unknown;
            }

            Frame frame = _frames[^1];
            if (frame.NextCandidate < frame.EndOfCandidates)
            {
                int candidate = _candidates[frame.NextCandidate++];
                TryPlace(candidate, frame);
            }
            else
            {
                Leave(frame);
            }
        }

        return _visited.IsFull ? Verdict.Unknown : Verdict.NotLinearizable;
    }

    /// <summary>Equal calls get the same number.</summary>
    private static Func<int, int> TwinNumbers(IReadOnlyList<TimedCall<TCall>> calls)
    {
        Dictionary<TCall, int> numbers = [];
        return call =>
        {
            _ = numbers.TryAdd(calls[call].Call, numbers.Count);
            return numbers[calls[call].Call];
        };
    }

    private bool IsExhausted() =>
        _visited.IsFull
        || Steps >= _limits.MaxSteps
        || (_deadline != long.MaxValue && Steps / StepsBetweenClockReads != _stepsAtClockRead && IsLate());

    private bool IsLate()
    {
        _stepsAtClockRead = Steps / StepsBetweenClockReads;
        return _limits.Clock.GetTimestamp() >= _deadline;
    }

    private void TryPlace(int call, Frame frame)
    {
        if (!TryApply(_state, call, out int next))
        {
            return;
        }

        bool isCertain = _windows.IsCertain[call];
        if ((!isCertain && next == _state) || _ledger.FindLost(call, _states[_state], _states[next]) is not null)
        {
            return;
        }

        if (frame.IsUncertainAlone && TryApply(frame.State, call, out int without) && without == next)
        {
            // The order without the uncertain call is tried from the frame before: this one fails only if that does.
            frame.IsConditional = true;
            _dependence.Add(frame.Blame, frame.Call);
            return;
        }

        var entered = new Frame { Call = call, State = _state, Mark = _placed.Count, IsUncertainAlone = !isCertain };
        Place(call);
        _state = next;
        Enter(entered);
    }

    /// <summary>Places what reads fit, and opens the configuration unless it was seen.</summary>
    private void Enter(Frame frame)
    {
        int before = _placed.Count;
        PlaceReads();
        frame.IsUncertainAlone &= _placed.Count == before;
        _configuration.Clear();
        _configuration.Add(_state);
        _open.DescribePlaced(_configuration);
        if (!_visited.TryAdd(CollectionsMarshal.AsSpan(_configuration), _open.SpentWords, out frame.Configuration))
        {
            Unplace(frame);
            OnFailed(frame.Call, _visited.BlameOf(frame.Configuration) ?? _everything);
            return;
        }

        frame.Blame = new ulong[_dependence.Words];
        frame.FirstCandidate = frame.NextCandidate = _candidates.Count;
        ListCandidates(frame.Blame);
        frame.EndOfCandidates = _candidates.Count;
        _frames.Add(frame);
    }

    private void Leave(Frame frame)
    {
        _longest.Offer(_placed, _open.CertainLeft);
        _candidates.RemoveRange(frame.FirstCandidate, _candidates.Count - frame.FirstCandidate);
        _frames.RemoveAt(_frames.Count - 1);
        Unplace(frame);
        if (!frame.IsConditional && _dependence.Words > 0)
        {
            _visited.Blame(frame.Configuration, frame.Blame);
        }

        OnFailed(frame.Call, frame.Blame);
    }

    /// <summary>A call was placed and led nowhere. If it is not to blame, no other call in its place does better.</summary>
    private void OnFailed(int call, ulong[] blame)
    {
        if (_frames.Count == 0)
        {
            return;
        }

        Frame frame = _frames[^1];
        if (_dependence.IsToBlame(call, blame))
        {
            Dependence.Add(frame.Blame, blame);
        }
        else
        {
            blame.CopyTo(frame.Blame, 0);
            frame.NextCandidate = frame.EndOfCandidates;
        }
    }

    private void ListCandidates(ulong[] blame)
    {
        _due.Clear();
        _open.ListDue(_due);
        _dependence.KeepWhatFirstDependsOn(_due, blame);
        foreach (int call in _due)
        {
            // A read that fitted would have been placed.
            if (!_isRead[call])
            {
                _candidates.Add(call);
            }
        }
    }

    private void PlaceReads()
    {
        // Calls come by start; a read that is placed no longer bounds those after it, and one that does not fit does.
        long urgentNs = long.MaxValue;
        for (int call = _open.First; call >= 0 && _windows.StartNs[call] <= urgentNs;)
        {
            int following = _open.After(call);
            if (_isRead[call] && TryApply(_state, call, out _))
            {
                Place(call);
            }
            else
            {
                urgentNs = Math.Min(urgentNs, _windows.EndNs[call]);
            }

            call = following;
        }
    }

    private bool TryApply(int state, int call, out int next)
    {
        Steps++;
        if (_model.TryApply(_states[state], _calls[call].Call, out TState reached))
        {
            next = _states.IdOf(reached);
            return true;
        }

        next = -1;
        return false;
    }

    private void Place(int call)
    {
        _placed.Add(call);
        _open.Place(call);
        _ledger.Place(call);
    }

    private void Unplace(Frame frame)
    {
        while (_placed.Count > frame.Mark)
        {
            int call = _placed[^1];
            _placed.RemoveAt(_placed.Count - 1);
            _open.Unplace(call);
            _ledger.Unplace(call);
        }

        _longest.OnUnplaced(frame.Mark);
        _state = frame.State;
    }

    /// <summary>A configuration that is being tried, and the placements that led to it from the one before.</summary>
    private sealed class Frame
    {
        /// <summary>The state before this frame's placements, and how many calls were placed then.</summary>
        public int State;
        public int Mark;

        /// <summary>The call placed, before the reads that it made fit.</summary>
        public int Call;

        /// <summary>Whether it is uncertain and made no read fit.</summary>
        public bool IsUncertainAlone;

        /// <summary>Whether it fails only if the frame before fails; its own call is then among those to blame.</summary>
        public bool IsConditional;

        public int Configuration;
        public ulong[] Blame = [];
        public int FirstCandidate;
        public int NextCandidate;
        public int EndOfCandidates;
    }
}
