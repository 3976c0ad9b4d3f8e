using Consensus.Log;

namespace Consensus.Host;

/// <summary>
/// The thread that writes a node's log. Whatever workers have brought while it wrote goes together under the next sync;
/// with nothing to write it tidies the log. When the disk fails it says so once and writes nothing more.
/// </summary>
internal sealed class LogWriterThread : ILogSink, IDisposable
{
    /// <summary>Between two writes, so that tidying never holds one up for long.</summary>
    private const int CompactBytes = 256 * 1024;

    /// <summary>With nothing to write, how often it looks whether there is something to tidy.</summary>
    private const int RestMs = 100;

    private readonly NodeLog _log;
    private readonly Action<Exception> _onFailed;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Thread _thread;
    private List<WrittenMail> _waiting = [];
    private List<WrittenMail> _writing = [];
    private LogBatch[] _batches = new LogBatch[1];
    private bool _isStopping;

    public LogWriterThread(NodeLog log, Action<Exception> onFailed)
    {
        _log = log;
        _onFailed = onFailed;
        _thread = new Thread(Run) { IsBackground = true, Name = "consensus log" };
    }

    public void Start() => _thread.Start();

    public void Submit(WrittenMail write)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _waiting.Count == 0;
            _waiting.Add(write);
        }

        if (isFirst)
        {
            Wake();
        }
    }

    /// <summary>Ends once what has been brought is written.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
            {
                _ = _wake.Release();
            }
        }
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                bool mustEnd = Volatile.Read(ref _isStopping);
                if (!TryWrite())
                {
                    if (mustEnd)
                    {
                        return;
                    }

                    if (!_log.CompactStep(CompactBytes))
                    {
                        _ = _wake.Wait(RestMs);
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or LogCorruptException)
        {
            _onFailed(e);
        }
    }

    private bool TryWrite()
    {
        lock (_lock)
        {
            (_waiting, _writing) = (_writing, _waiting);
        }

        if (_writing.Count == 0)
        {
            return false;
        }

        if (_batches.Length < _writing.Count)
        {
            _batches = new LogBatch[_writing.Count];
        }

        for (int i = 0; i < _writing.Count; i++)
        {
            _batches[i] = _writing[i].Batch;
        }

        _log.Write(_batches.AsSpan(0, _writing.Count));
        foreach (WrittenMail written in _writing)
        {
            written.PostBack();
        }

        _writing.Clear();
        return true;
    }
}
