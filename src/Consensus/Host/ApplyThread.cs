using System.Collections.Concurrent;

namespace Consensus.Host;

/// <summary>
/// The thread on which state machines take entries in, so that one that is slow, or waits for its disk, holds up no
/// group's elections and heartbeats. What waits here is bounded by what each replica hands out at a time.
/// </summary>
internal sealed class ApplyThread : IApplySink, IDisposable
{
    private readonly BlockingCollection<MachineWork> _work = [];
    private readonly Action<Exception> _onFailed;
    private readonly Thread _thread;

    public ApplyThread(Action<Exception> onFailed)
    {
        _onFailed = onFailed;
        _thread = new Thread(Run) { IsBackground = true, Name = "consensus apply" };
    }

    public void Start() => _thread.Start();

    public void Submit(MachineWork work) => _work.Add(work);

    public void Dispose()
    {
        _work.CompleteAdding();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _work.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (MachineWork work in _work.GetConsumingEnumerable())
            {
                work.Run();
                work.Group.Worker.Post(work);
            }
        }
        catch (Exception e)
        {
            // Replicas whose machines disagree on an entry are of no use: the node must not go on as if it had been applied.
            _onFailed(e);
        }
    }
}
