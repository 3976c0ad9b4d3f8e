using System.IO.Pipelines;

namespace Scp.Transport.Streams;

/// <summary>
/// The program's end of what arrives. A pipe tells its writer of a reader that left only when there is something to
/// write; here the pump hears at once, so that a peer with nothing to say is told too and the stream can end.
/// </summary>
internal sealed class IncomingReader(PipeReader reader, Action onLeft) : PipeReader
{
    public override bool TryRead(out ReadResult result) => reader.TryRead(out result);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => reader.ReadAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        reader.Complete(exception);
        onLeft();
    }

    protected override ValueTask<ReadResult> ReadAtLeastAsyncCore(int minimumSize, CancellationToken cancellationToken) =>
        reader.ReadAtLeastAsync(minimumSize, cancellationToken);
}
