using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Transport.Engine;

namespace Scp.Transport.Calls;

/// <summary>The operations of a session that are under way, by the number that comes back with their outcome. The engine's.</summary>
internal sealed class CallTable
{
    private CallOperation?[] _underWay = new CallOperation?[64];
    private int[] _free = [];
    private int _freeCount;
    private int _used;
    private CallOperation? _firstDeferred;
    private CallOperation? _lastDeferred;
    private long _deferredDueNs = long.MaxValue;

    /// <summary>When the first deadline in line passes, or earlier; those under way are the core's to watch.</summary>
    public long DueNs => _deferredDueNs;

    /// <summary>Offers the operation to the core; one that finds no room there waits in line.</summary>
    public void Begin(SessionDriver driver, CallOperation operation, ReadOnlySpan<byte> payload, long nowNs)
    {
        operation.IsBegun = true;
        if (_firstDeferred is not null || !TrySend(driver, operation, payload, nowNs))
        {
            operation.Keep(payload);
            Defer(operation, _lastDeferred);
        }
    }

    /// <summary>Those in line try again, in order; those whose deadline has passed are late wherever they stand.</summary>
    public void RetryDeferred(SessionDriver driver, long nowNs)
    {
        if (nowNs >= _deferredDueNs)
        {
            ExpireDeferred(nowNs);
        }

        while (_firstDeferred is { } operation)
        {
            // Out of the line before it is tried: what completes here may serve again before the attempt returns.
            RemoveDeferred(operation);
            if (!TrySend(driver, operation, operation.Payload, nowNs))
            {
                Defer(operation, after: null);
                return;
            }
        }
    }

    public void Cancel(SessionDriver driver, CallOperation operation, long nowNs)
    {
        if (operation.TableIndex >= 0)
        {
            _ = driver.Session.Cancel(operation.Message, nowNs);
        }
        else if (operation.IsDeferred)
        {
            RemoveDeferred(operation);
            operation.Complete(CallOutcome.NotRun, ReplyStatus.NotRun, ErrorCode.Cancelled, default);
        }
    }

    public void Complete(in SessionEvent item)
    {
        int index = (int)item.Context;
        if (_underWay[index] is { } operation)
        {
            Remove(operation);
            operation.Complete(item.Outcome, item.Status, item.Code, item.Payload);
        }
    }

    /// <summary>The session is gone and told nothing more: what is left was never accepted, or lost with it.</summary>
    public void FailAll()
    {
        for (int i = 0; i < _used; i++)
        {
            if (_underWay[i] is { } operation)
            {
                Remove(operation);
                operation.Complete(CallOutcome.Unknown, ReplyStatus.Unknown, ErrorCode.UnknownSession, default);
            }
        }

        while (_firstDeferred is { } deferred)
        {
            RemoveDeferred(deferred);
            deferred.Complete(CallOutcome.NotRun, ReplyStatus.NotRun, ErrorCode.UnknownSession, default);
        }
    }

    private bool TrySend(SessionDriver driver, CallOperation operation, ReadOnlySpan<byte> payload, long nowNs)
    {
        int index = Add(operation);
        MessageOptions options = operation.Options.ToMessage(operation.Topic, index);
        SendStatus status = driver.Session.TrySend(operation.Kind, payload, options, nowNs, out MessageHandle message);
        operation.Message = message;
        if (status == SendStatus.Accepted && operation.Kind != MessageKind.OneWay)
        {
            return true;
        }

        Remove(operation);
        switch (status)
        {
            case SendStatus.Busy:
                return false;
            case SendStatus.Accepted:
                operation.Complete(CallOutcome.Delivered, ReplyStatus.Ok, ErrorCode.None, default);
                return true;
            default:
                ErrorCode code = status == SendStatus.TooLarge ? ErrorCode.LimitExceeded : ErrorCode.UnknownSession;
                operation.Complete(CallOutcome.NotRun, ReplyStatus.NotRun, code, default);
                return true;
        }
    }

    private int Add(CallOperation operation)
    {
        if (_freeCount == 0)
        {
            if (_used == _underWay.Length)
            {
                Array.Resize(ref _underWay, 2 * _used);
            }

            operation.TableIndex = _used++;
        }
        else
        {
            operation.TableIndex = _free[--_freeCount];
        }

        _underWay[operation.TableIndex] = operation;
        return operation.TableIndex;
    }

    private void Remove(CallOperation operation)
    {
        if (_free.Length < _underWay.Length)
        {
            Array.Resize(ref _free, _underWay.Length);
        }

        _underWay[operation.TableIndex] = null;
        _free[_freeCount++] = operation.TableIndex;
        operation.TableIndex = -1;
    }

    private void ExpireDeferred(long nowNs)
    {
        _deferredDueNs = long.MaxValue;
        CallOperation? next;
        for (CallOperation? operation = _firstDeferred; operation is not null; operation = next)
        {
            next = operation.NextDeferred;
            long dueNs = operation.Options.DeadlineNs;
            if (dueNs == 0 || dueNs > nowNs)
            {
                NoteDue(dueNs);
                continue;
            }

            RemoveDeferred(operation);
            operation.Complete(CallOutcome.NotRun, ReplyStatus.NotRun, ErrorCode.DeadlineExceeded, default);
        }
    }

    private void NoteDue(long dueNs)
    {
        if (dueNs != 0)
        {
            _deferredDueNs = Math.Min(_deferredDueNs, dueNs);
        }
    }

    private void Defer(CallOperation operation, CallOperation? after)
    {
        operation.IsDeferred = true;
        operation.PreviousDeferred = after;
        operation.NextDeferred = after is null ? _firstDeferred : after.NextDeferred;
        if (operation.PreviousDeferred is { } previous)
        {
            previous.NextDeferred = operation;
        }
        else
        {
            _firstDeferred = operation;
        }

        if (operation.NextDeferred is { } next)
        {
            next.PreviousDeferred = operation;
        }
        else
        {
            _lastDeferred = operation;
        }

        NoteDue(operation.Options.DeadlineNs);
    }

    private void RemoveDeferred(CallOperation operation)
    {
        CallOperation? previous = operation.PreviousDeferred;
        CallOperation? next = operation.NextDeferred;
        if (previous is null)
        {
            _firstDeferred = next;
        }
        else
        {
            previous.NextDeferred = next;
        }

        if (next is null)
        {
            _lastDeferred = previous;
        }
        else
        {
            next.PreviousDeferred = previous;
        }

        operation.PreviousDeferred = null;
        operation.NextDeferred = null;
        operation.IsDeferred = false;
        if (_firstDeferred is null)
        {
            _deferredDueNs = long.MaxValue;
        }
    }
}
