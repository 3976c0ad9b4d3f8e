using System.Buffers;
using Consensus.Core;

namespace Consensus.Host;

/// <summary>Gathers what a worker's groups say in one step, by the node that it goes to.</summary>
internal sealed class OutgoingBatches(IMessageCarrier carrier)
{
    private readonly Dictionary<NodeId, Batch> _batches = [];
    private readonly List<Batch> _begun = [];

    public void Add(NodeId to, in RaftMessage message, in BatchHead head)
    {
        Batch batch = Begin(to, head);
        MessageBatch.WriteMessage(batch.Bytes, message);
        if (batch.Bytes.WrittenCount >= HostLimits.MaxBatchBytes)
        {
            Send(batch);
        }
    }

    /// <summary>A sign of life, unless something else goes there in this step anyway.</summary>
    public void AddBeat(NodeId to, in BatchHead head) => _ = Begin(to, head);

    public void SendAll()
    {
        foreach (Batch batch in _begun)
        {
            if (batch.Bytes.WrittenCount > 0)
            {
                Send(batch);
            }

            batch.IsBegun = false;
        }

        _begun.Clear();
    }

    private Batch Begin(NodeId to, in BatchHead head)
    {
        if (!_batches.TryGetValue(to, out Batch? batch))
        {
            _batches[to] = batch = new Batch(to);
        }

        if (!batch.IsBegun)
        {
            batch.IsBegun = true;
            _begun.Add(batch);
        }

        if (batch.Bytes.WrittenCount == 0)
        {
            MessageBatch.WriteHead(batch.Bytes, head);
        }

        return batch;
    }

    private void Send(Batch batch)
    {
        carrier.Send(batch.To, batch.Bytes.WrittenSpan);
        batch.Bytes.ResetWrittenCount();
    }

    private sealed class Batch(NodeId to)
    {
        public NodeId To => to;

        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public bool IsBegun { get; set; }
    }
}
