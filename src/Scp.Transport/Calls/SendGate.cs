using Scp.Transport.Engine;

namespace Scp.Transport.Calls;

/// <summary>
/// Lets so many operations, and so many of their bytes, into a session at once; the rest wait here in order, on the
/// caller's side, instead of growing a queue. Also where operations rest between their lives. For any thread.
/// </summary>
internal sealed class SendGate
{
    private readonly Lock _lock = new();
    private readonly SessionDriver _driver;
    private readonly Stack<CallOperation> _resting = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private int _operations;
    private long _bytes;
    private bool _isClosed;

    public SendGate(SessionDriver driver) => _driver = driver;

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>How many callers wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>An operation that may start now; null when its caller has to wait.</summary>
    public CallOperation? TryEnter(int bytes)
    {
        lock (_lock)
        {
            return _waiting.Count == 0 && HasRoom(bytes) ? Admit(bytes) : null;
        }
    }

    /// <summary>Waits for its turn; null when the session has ended meanwhile.</summary>
    public async Task<CallOperation?> EnterAsync(int bytes, CancellationToken cancellation)
    {
        var waiter = new Waiter(bytes);
        lock (_lock)
        {
            if (_isClosed)
            {
                return null;
            }

            waiter.Place = _waiting.AddLast(waiter);
            LetIn();
        }

        await using (cancellation.UnsafeRegister(static state => ((Waiter)state!).Turn.TrySetCanceled(), waiter).ConfigureAwait(false))
        {
            try
            {
                return await waiter.Turn.Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                GiveUp(waiter);
                throw;
            }
        }
    }

    /// <summary>An operation has ended: there is room for others.</summary>
    public void Leave(int bytes)
    {
        lock (_lock)
        {
            _operations--;
            _bytes -= bytes;
            LetIn();
        }
    }

    /// <summary>Takes back an operation that its caller is done with.</summary>
    public void Recycle(CallOperation operation)
    {
        lock (_lock)
        {
            _resting.Push(operation);
        }
    }

    /// <summary>The session has ended: whoever waits is told.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_waiting.First is { Value: var waiter })
            {
                _waiting.RemoveFirst();
                _ = waiter.Turn.TrySetResult(null);
            }
        }
    }

    private bool HasRoom(int bytes) =>
        _operations < TransportLimits.MaxOperations && (_bytes == 0 || _bytes + bytes <= TransportLimits.MaxOperationBytes);

    private CallOperation Admit(int bytes)
    {
        _operations++;
        _bytes += bytes;
        if (!_resting.TryPop(out CallOperation? operation))
        {
            operation = new CallOperation(_driver);
        }

        operation.AdmittedBytes = bytes;
        return operation;
    }

    /// <summary>One that leaves the line lets those behind it go on: there may be room for them.</summary>
    private void GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Place?.List is not null)
            {
                _waiting.Remove(waiter.Place);
                LetIn();
            }
        }
    }

    private void LetIn()
    {
        while (_waiting.First is { Value: var waiter } && HasRoom(waiter.Bytes))
        {
            _waiting.RemoveFirst();
            CallOperation operation = Admit(waiter.Bytes);
            if (!waiter.Turn.TrySetResult(operation))
            {
                // Its caller gave up in this very moment.
                _operations--;
                _bytes -= waiter.Bytes;
                _resting.Push(operation);
            }
        }
    }

    private sealed class Waiter(int bytes)
    {
        public int Bytes { get; } = bytes;

        public LinkedListNode<Waiter>? Place { get; set; }

        public TaskCompletionSource<CallOperation?> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
