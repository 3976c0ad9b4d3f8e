using System.Diagnostics;

namespace Consensus.Host;

/// <summary>The thread that steps a worker: when there is mail, and when time brings something.</summary>
internal sealed class WorkerThread : IDisposable
{
    private const long NsPerMs = 1_000_000;
    private const int MaxWaitMs = 60_000;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly Action<Exception> _onFailed;
    private int _isAwake = 1;
    private readonly Func<long> _clock = NowNs;
    private bool _isStopping;

    public WorkerThread(int number, WorkerSetup setup, Action<Exception> onFailed)
    {
        _onFailed = onFailed;
        Worker = new Worker(number, setup, Wake);
        _thread = new Thread(Run) { IsBackground = true, Name = $"consensus {number}" };
    }

    public Worker Worker { get; }

    public void Start() => _thread.Start();

    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Worker.Stop();
        _wake.Dispose();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            _ = _wake.Release();
        }
    }

    private void Run()
    {
        try
        {
            while (!Volatile.Read(ref _isStopping))
            {
                Rest(Worker.Step(_clock));
            }
        }
        catch (Exception e)
        {
            // Whatever it is, what this worker holds in memory may no longer be right: the node must not go on with it.
            _onFailed(e);
        }
    }

    private void Rest(long untilNs)
    {
        Volatile.Write(ref _isAwake, 0);
        Interlocked.MemoryBarrier();
        if (!Worker.HasMail && !Volatile.Read(ref _isStopping))
        {
            long waitNs = untilNs - NowNs();
            int waitMs = waitNs <= 0 ? 0 : (int)Math.Min((waitNs + NsPerMs - 1) / NsPerMs, MaxWaitMs);
            if (waitMs > 0 && _wake.Wait(waitMs))
            {
                return;
            }
        }

        if (Interlocked.Exchange(ref _isAwake, 1) == 1)
        {
            // Somebody has decided to wake it: that must not wake it another time.
            _wake.Wait();
        }
    }

    private static long NowNs()
    {
        const long NsPerSecond = 1_000_000_000;
        long ticks = Stopwatch.GetTimestamp();
        return Stopwatch.Frequency == NsPerSecond ? ticks : (long)(ticks * ((double)NsPerSecond / Stopwatch.Frequency));
    }
}
