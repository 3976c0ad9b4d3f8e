namespace LoadGen.Peers;

/// <summary>A request that waits for its reply. Its continuation runs where the reply is received, as SCP's inline one does.</summary>
internal sealed class PendingCall(Memory<byte> reply)
{
    private readonly TaskCompletionSource<int> _result = new();

    /// <summary>The reply's length, or -1.</summary>
    public Task<int> Result => _result.Task;

    public void Succeed(ReadOnlySpan<byte> payload)
    {
        payload[..Math.Min(payload.Length, reply.Length)].CopyTo(reply.Span);
        _ = _result.TrySetResult(payload.Length);
    }

    public void Fail() => _result.TrySetResult(-1);
}
