namespace Scp.Transport.Engine;

/// <summary>The drivers of an engine by the time of their next timeout: a binary heap in which each knows its place.</summary>
internal sealed class TimerHeap
{
    private SessionDriver[] _heap = new SessionDriver[16];
    private int _count;

    /// <summary><see cref="long.MaxValue"/> for never.</summary>
    public long EarliestNs => _count == 0 ? long.MaxValue : _heap[0].DueNs;

    public SessionDriver? Earliest => _count == 0 ? null : _heap[0];

    public void Set(SessionDriver driver, long dueNs)
    {
        if (driver.HeapIndex < 0)
        {
            if (_count == _heap.Length)
            {
                Array.Resize(ref _heap, 2 * _count);
            }

            driver.DueNs = dueNs;
            Place(driver, _count++);
            Rise(driver);
            return;
        }

        long before = driver.DueNs;
        driver.DueNs = dueNs;
        if (dueNs < before)
        {
            Rise(driver);
        }
        else if (dueNs > before)
        {
            Sink(driver);
        }
    }

    public void Remove(SessionDriver driver)
    {
        int index = driver.HeapIndex;
        if (index < 0)
        {
            return;
        }

        driver.HeapIndex = -1;
        SessionDriver last = _heap[--_count];
        _heap[_count] = null!;
        if (!ReferenceEquals(last, driver))
        {
            Place(last, index);
            Rise(last);
            Sink(last);
        }
    }

    private void Rise(SessionDriver driver)
    {
        while (driver.HeapIndex > 0)
        {
            int above = (driver.HeapIndex - 1) / 2;
            if (_heap[above].DueNs <= driver.DueNs)
            {
                return;
            }

            Swap(driver, _heap[above]);
        }
    }

    private void Sink(SessionDriver driver)
    {
        while (true)
        {
            int below = (2 * driver.HeapIndex) + 1;
            if (below >= _count)
            {
                return;
            }

            if (below + 1 < _count && _heap[below + 1].DueNs < _heap[below].DueNs)
            {
                below++;
            }

            if (_heap[below].DueNs >= driver.DueNs)
            {
                return;
            }

            Swap(driver, _heap[below]);
        }
    }

    private void Swap(SessionDriver a, SessionDriver b)
    {
        int index = a.HeapIndex;
        Place(a, b.HeapIndex);
        Place(b, index);
    }

    private void Place(SessionDriver driver, int index)
    {
        _heap[index] = driver;
        driver.HeapIndex = index;
    }
}
