using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Messages;

/// <summary>
/// The specification's table of a receiver's slot, written down as slowly as it reads. Kind and number of parts of a
/// message follow from its id, so that any part of any message can come at any time.
/// </summary>
internal sealed class SlotTable
{
    private readonly Dictionary<int, Row> _rows = [];
    private readonly List<(SessionEventKind, int, ulong)> _expected = [];

    private enum State
    {
        Done,
        Assembling,
        Running,
        Answered,
    }

    public static int PartsOf(MessageId id) => 1 + (int)(((id.Sequence * 7) + id.Slot) % 3);

    public static MessageKind KindOf(MessageId id) =>
        ((id.Sequence * 5) + id.Slot) % 3 == 0 ? MessageKind.ReliableOneWay : MessageKind.Request;

    public List<(SessionEventKind, int, ulong)> TakeExpected()
    {
        List<(SessionEventKind, int, ulong)> expected = [.. _expected];
        _expected.Clear();
        return expected;
    }

    public void Part(MessageId id, int part)
    {
        Row row = RowOf(id);
        if (id.Sequence > row.Sequence)
        {
            Begin(row, id);
        }

        if (id.Sequence != row.Sequence || row.State != State.Assembling)
        {
            return;
        }

        row.Parts.Add(part);
        if (row.Parts.Count == PartsOf(id))
        {
            bool isRequest = KindOf(id) == MessageKind.Request;
            row.State = isRequest ? State.Running : State.Done;
            Expect(isRequest ? SessionEventKind.Request : SessionEventKind.Message, id);
        }
    }

    public void Cancel(MessageId id)
    {
        Row row = RowOf(id);
        if (id.Sequence > row.Sequence)
        {
            Begin(row, id);
            row.State = State.Done;
        }
        else if (id.Sequence == row.Sequence && row.State == State.Assembling)
        {
            row.State = State.Done;
        }
        else if (id.Sequence == row.Sequence && row.State == State.Running)
        {
            Withdraw(row, id);
        }
    }

    public bool Answer(MessageId id)
    {
        Row row = RowOf(id);
        bool may = row.State == State.Running && row.Sequence == id.Sequence;
        row.State = may ? State.Answered : row.State;
        return may;
    }

    public void AcknowledgeReplies()
    {
        foreach (Row row in _rows.Values.Where(row => row.State == State.Answered))
        {
            row.State = State.Done;
        }
    }

    private void Begin(Row row, MessageId id)
    {
        if (row.State == State.Running)
        {
            Withdraw(row, id with { Sequence = row.Sequence });
        }

        row.Sequence = id.Sequence;
        row.State = State.Assembling;
        row.IsWithdrawn = false;
        row.Parts.Clear();
    }

    /// <summary>Whoever runs the request is told once, however often its caller says so.</summary>
    private void Withdraw(Row row, MessageId id)
    {
        if (!row.IsWithdrawn)
        {
            row.IsWithdrawn = true;
            Expect(SessionEventKind.Cancelled, id);
        }
    }

    private void Expect(SessionEventKind kind, MessageId id) => _expected.Add((kind, id.Slot, id.Sequence));

    private Row RowOf(MessageId id) => _rows.TryGetValue(id.Slot, out Row? row) ? row : _rows[id.Slot] = new Row();

    private sealed class Row
    {
        public ulong Sequence { get; set; }

        public State State { get; set; }

        public bool IsWithdrawn { get; set; }

        public HashSet<int> Parts { get; } = [];
    }
}
