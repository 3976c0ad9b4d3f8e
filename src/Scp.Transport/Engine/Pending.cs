using System.Diagnostics.CodeAnalysis;

namespace Scp.Transport.Engine;

/// <summary>
/// What a pipe has not finished yet: kept until it has, taken exactly once. For a thread that looks again when woken
/// instead of awaiting.
/// </summary>
internal struct Pending<T>
{
    private ValueTask<T> _task;

    /// <summary>Something was begun and not taken.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>What was begun has not ended.</summary>
    public readonly bool IsWaiting => IsBegun && !_task.IsCompleted;

    /// <summary>Keeps what was begun; true when it has ended already, else the wake-up comes when it has.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "It is consumed once, by Take.")]
    public bool Begin(ValueTask<T> task, Action wake)
    {
        _task = task;
        IsBegun = true;
        if (task.IsCompleted)
        {
            return true;
        }

        task.GetAwaiter().UnsafeOnCompleted(wake);
        return false;
    }

    /// <summary>The result; throws what the other end completed with.</summary>
    public T Take()
    {
        ValueTask<T> task = _task;
        _task = default;
        IsBegun = false;
        return task.GetAwaiter().GetResult();
    }
}
