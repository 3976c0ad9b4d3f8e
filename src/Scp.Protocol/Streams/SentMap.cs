namespace Scp.Protocol.Streams;

/// <summary>
/// Says of everything that a stream has sent and not seen acknowledged on which lane it went, so that the end of a lane
/// sends again exactly what that lane may have swallowed. Every byte is in one run: with a lane, or waiting to be sent
/// again. Runs lie end to end from <see cref="Start"/> to <see cref="End"/> and neighbours differ.
/// </summary>
internal sealed class SentMap
{
    private const byte Requeued = byte.MaxValue;

    /// <summary>Sending again may split runs; this leaves room for that beyond what fresh data may use.</summary>
    private const int MaxRuns = 2 * StreamLimits.MaxSentRuns;

    private Run[] _runs = new Run[4];
    private int _head;
    private int _count;
    private int _requeuedRuns;

    private struct Run
    {
        public long End;
        public byte Lane;
    }

    /// <summary>Everything below is acknowledged.</summary>
    public long Start { get; private set; }

    /// <summary>Nothing from here on was ever sent.</summary>
    public long End { get; private set; }

    public int Count => _count;

    public bool HasRequeued => _requeuedRuns > 0;

    public bool CanAppend(int lane) => _count < StreamLimits.MaxSentRuns || _runs[_head + _count - 1].Lane == lane;

    /// <summary>The next <paramref name="length"/> bytes went out on a lane.</summary>
    public void Append(long length, int lane)
    {
        if (length == 0)
        {
            return;
        }

        End += length;
        if (_count > 0 && _runs[_head + _count - 1].Lane == lane)
        {
            _runs[_head + _count - 1].End = End;
            return;
        }

        Insert(_count, End, (byte)lane);
    }

    /// <summary>The lowest run that waits to be sent again.</summary>
    public bool TryFindRequeued(out long start, out long end)
    {
        if (_requeuedRuns == 0)
        {
            start = end = 0;
            return false;
        }

        int index = FirstRequeued();
        start = StartOf(index);
        end = _runs[_head + index].End;
        return true;
    }

    /// <summary>
    /// True when the first <paramref name="length"/> bytes of the lowest requeued run may go out on a lane. Only a run at
    /// the very front may exceed the bound, since nothing else would then ever be acknowledged.
    /// </summary>
    public bool CanResend(long length, int lane)
    {
        int index = FirstRequeued();
        bool splits = _runs[_head + index].End - StartOf(index) > length && (index == 0 || _runs[_head + index - 1].Lane != lane);
        return !splits || index == 0 || _count < MaxRuns;
    }

    /// <summary>The first <paramref name="length"/> bytes of the lowest requeued run went out on a lane.</summary>
    public void Resend(long length, int lane)
    {
        int index = FirstRequeued();
        long end = StartOf(index) + length;
        if (end == _runs[_head + index].End)
        {
            _runs[_head + index].Lane = (byte)lane;
            _requeuedRuns--;
            MergeWithNext(index);
        }
        else
        {
            Insert(index, end, (byte)lane);
        }

        if (index > 0)
        {
            MergeWithNext(index - 1);
        }
    }

    /// <summary>Everything below <paramref name="offset"/>, which is not past <see cref="End"/>, has arrived.</summary>
    public void TrimTo(long offset)
    {
        while (_count > 0 && _runs[_head].End <= offset)
        {
            if (_runs[_head].Lane == Requeued)
            {
                _requeuedRuns--;
            }

            _head++;
            _count--;
        }

        Start = Math.Max(Start, offset);
        if (_count == 0)
        {
            _head = 0;
        }
    }

    /// <summary>What went out on a lane must be sent again.</summary>
    public void RequeueLane(int lane) => Requeue(lane, everything: false);

    public void RequeueAll() => Requeue(0, everything: true);

    private void Requeue(int lane, bool everything)
    {
        int kept = 0;
        _requeuedRuns = 0;
        for (int i = 0; i < _count; i++)
        {
            Run run = _runs[_head + i];
            if (everything || run.Lane == lane)
            {
                run.Lane = Requeued;
            }

            if (kept > 0 && _runs[kept - 1].Lane == run.Lane)
            {
                _runs[kept - 1].End = run.End;
                continue;
            }

            _runs[kept++] = run;
            _requeuedRuns += run.Lane == Requeued ? 1 : 0;
        }

        _head = 0;
        _count = kept;
    }

    private int FirstRequeued()
    {
        int index = 0;
        while (_runs[_head + index].Lane != Requeued)
        {
            index++;
        }

        return index;
    }

    private long StartOf(int index) => index == 0 ? Start : _runs[_head + index - 1].End;

    private void MergeWithNext(int index)
    {
        if (index + 1 < _count && _runs[_head + index].Lane == _runs[_head + index + 1].Lane)
        {
            _runs[_head + index].End = _runs[_head + index + 1].End;
            _count--;
            Array.Copy(_runs, _head + index + 2, _runs, _head + index + 1, _count - index - 1);
        }
    }

    private void Insert(int index, long end, byte lane)
    {
        if (_head + _count == _runs.Length)
        {
            MakeRoom();
        }

        Array.Copy(_runs, _head + index, _runs, _head + index + 1, _count - index);
        _runs[_head + index] = new Run { End = end, Lane = lane };
        _count++;
    }

    /// <summary>Moves the runs to the front when acknowledged ones left room there, else doubles the array.</summary>
    private void MakeRoom()
    {
        Run[] target = _head >= _runs.Length / 2 ? _runs : new Run[_runs.Length * 2];
        Array.Copy(_runs, _head, target, 0, _count);
        _runs = target;
        _head = 0;
    }
}
