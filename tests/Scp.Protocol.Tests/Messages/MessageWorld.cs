using System.Buffers.Binary;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Messages;

/// <summary>
/// Two message layers and a network that loses, repeats and reorders as a seed says: any packet ever sent may arrive at
/// any later time, any number of times. It keeps account of what was sent, what reached an application and how each call
/// ended, and checks the one against the other.
/// </summary>
internal sealed class MessageWorld(int seed, int slots)
{
    private readonly Random _random = new(seed);
    private readonly MessageSide[] _sides = [new(slots), new(slots)];
    private readonly List<(int From, ulong Number, byte[] Packet)> _sent = [];
    private readonly List<(int Of, ulong Number)> _acks = [];
    private readonly List<(int At, MessageId Id, byte[] Payload)> _running = [];
    private readonly List<Account> _accounts = [];
    private long _nowNs = 1_000_000;

    public int Replied => _accounts.Count(account => account.Outcome == CallOutcome.Replied);

    public int Uncertain => _accounts.Count(account => account.Outcome == CallOutcome.Unknown);

    public int NotRun => _accounts.Count(account => account.Outcome == CallOutcome.NotRun);

    public int Repeats { get; private set; }

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
        }

        Finish();
        Check();
    }

    private void Step()
    {
        int side = _random.Next(2);
        _nowNs += _random.Next(0, 20_000);
        switch (_random.Next(12))
        {
            case 0 or 1:
                Send(side);
                break;
            case 2 or 3 or 4:
                Transmit(side);
                break;
            case 5 or 6 when _sent.Count > 0:
                // The newer ones mostly, and sometimes one from long ago.
                Deliver(_random.Next(6) == 0 ? _random.Next(_sent.Count) : _random.Next(Math.Max(0, _sent.Count - 8), _sent.Count));
                break;
            case 7 when _acks.Count > 0:
                (int of, ulong number) = _acks[_random.Next(_acks.Count)];
                _sides[of].OnAcked(number);
                break;
            case 8 when _sides[side].Open.Count > 0:
                ulong open = _sides[side].Open.ElementAt(_random.Next(_sides[side].Open.Count));
                if (_random.Next(3) == 0)
                {
                    _sides[side].OnProbed(open);
                }
                else
                {
                    _sides[side].OnLost(open);
                }

                break;
            case 9:
                TakeEvents(side);
                break;
            case 10:
                Answer();
                break;
            default:
                Withdraw(side);
                break;
        }
    }

    private void Send(int side)
    {
        var account = new Account { Kind = (MessageKind)_random.Next(3) switch { MessageKind.Reply => MessageKind.ReliableOneWay, var kind => kind }, Side = side };
        var payload = new byte[_random.Next(3) == 0 ? _random.Next(sizeof(int), 4 * ScpLimits.PartBytes) : _random.Next(sizeof(int), 200)];
        _random.NextBytes(payload);
        BinaryPrimitives.WriteInt32LittleEndian(payload, _accounts.Count);
        account.Payload = payload;
        var options = new MessageOptions
        {
            Context = _accounts.Count,
            Priority = (Priority)_random.Next(4),
            DeadlineNs = _random.Next(3) == 0 ? _nowNs + _random.Next(1, 400_000) : 0,
        };
        _sides[side].Outgoing.NowNs = _nowNs;
        SendStatus status = _sides[side].Outgoing.TrySend(account.Kind, payload, options, out OutgoingMessage? message);
        Assert.That(status, Is.EqualTo(SendStatus.Accepted));
        account.Handle = new MessageHandle(message!);
        _accounts.Add(account);
    }

    private bool Transmit(int side)
    {
        bool any = _sides[side].TryTransmit(_nowNs, out ulong number, out byte[] packet);
        if (any)
        {
            _sent.Add((side, number, packet));
        }

        return any;
    }

    private void Deliver(int index)
    {
        (int from, ulong number, byte[] packet) = _sent[index];
        Repeats += _acks.Contains((from, number)) ? 1 : 0;
        if (_sides[1 - from].Receive(packet, _nowNs))
        {
            _acks.Add((from, number));
        }
    }

    private void TakeEvents(int side)
    {
        MessageSide me = _sides[side];
        while (me.Events.TryTake(out SessionEvent item))
        {
            byte[] payload = item.Payload.ToArray();
            if (item.Buffer is { } buffer)
            {
                me.Incoming.ReturnPayload(buffer, wasIncoming: item.Kind is SessionEventKind.Request or SessionEventKind.Message);
            }

            switch (item.Kind)
            {
                case SessionEventKind.Request when me.Incoming.MayRun(item, _nowNs):
                    Note(payload, MessageKind.Request);
                    _running.Add((side, item.Id, payload));
                    break;
                case SessionEventKind.Message:
                    Note(payload, null);
                    break;
                case SessionEventKind.Completed:
                    Complete(item, payload);
                    break;
                default:
                    break;
            }
        }
    }

    private void Note(byte[] payload, MessageKind? kind)
    {
        Account account = _accounts[BinaryPrimitives.ReadInt32LittleEndian(payload)];
        account.Deliveries++;
        Assert.That(account.Deliveries, Is.EqualTo(1), $"seed {seed}: delivered again");
        Assert.That(payload, Is.EqualTo(account.Payload), $"seed {seed}: delivered otherwise than sent");
        Assert.That(kind ?? account.Kind, Is.EqualTo(account.Kind));
    }

    private void Complete(in SessionEvent item, byte[] payload)
    {
        Account account = _accounts[(int)item.Context];
        Assert.That(account.Outcome, Is.Null, $"seed {seed}: two outcomes of one message");
        Assert.That(account.Kind, Is.Not.EqualTo(MessageKind.OneWay));
        account.Outcome = item.Outcome;
        if (item.Outcome == CallOutcome.Replied)
        {
            Assert.That(payload, Is.EqualTo(account.Payload), $"seed {seed}: another reply than was given");
        }
    }

    private void Answer()
    {
        if (_running.Count > 0)
        {
            int index = _random.Next(_running.Count);
            (int at, MessageId id, byte[] payload) = _running[index];
            _running.RemoveAt(index);
            _ = _sides[at].Incoming.Reply(id, ReplyStatus.Ok, ErrorCode.None, payload);
        }
    }

    private void Withdraw(int side)
    {
        _sides[side].Outgoing.NowNs = _nowNs;
        _sides[side].Outgoing.ExpireDeadlines(_nowNs);
        if (_accounts.Count > 0 && _random.Next(4) == 0)
        {
            Account account = _accounts[_random.Next(_accounts.Count)];
            if (account.Handle.IsOpen)
            {
                _sides[account.Side].Outgoing.Abandon(account.Handle.Message!, ErrorCode.Cancelled);
            }
        }
    }

    /// <summary>A network without faults from here on: whatever is open comes to its end.</summary>
    private void Finish()
    {
        bool any = true;
        for (int i = 0; any; i++)
        {
            Assert.That(i, Is.LessThan(1000), $"seed {seed}: no end comes");
            any = false;
            _nowNs += 1_000_000;
            for (int side = 0; side < 2; side++)
            {
                foreach (ulong number in _sides[side].Open.ToArray())
                {
                    _sides[side].OnLost(number);
                }

                while (Transmit(side))
                {
                    any = true;
                    Deliver(_sent.Count - 1);
                    _sides[side].OnAcked(_sent[^1].Number);
                }
            }

            TakeEvents(0);
            TakeEvents(1);
            while (_running.Count > 0)
            {
                any = true;
                Answer();
            }

            Withdraw(0);
            Withdraw(1);
        }
    }

    private void Check()
    {
        TakeEvents(0);
        TakeEvents(1);
        foreach (Account account in _accounts)
        {
            Assert.That(account.Outcome.HasValue, Is.EqualTo(account.Kind != MessageKind.OneWay), $"seed {seed}: {account.Kind} without an end");
            int? deliveries = account.Outcome switch
            {
                CallOutcome.Replied or CallOutcome.Delivered => 1,
                CallOutcome.NotRun => 0,
                _ => null,
            };
            Assert.That(account.Deliveries, Is.EqualTo(deliveries ?? account.Deliveries), $"seed {seed}: {account.Kind} ended {account.Outcome}");
        }

        foreach (MessageSide side in _sides)
        {
            Assert.That(side.Outgoing.Alive, Is.Zero, $"seed {seed}: a message stays behind");
            Assert.That(side.Outgoing.Slots.InUse, Is.Zero, $"seed {seed}: a slot stays taken");
            Assert.That(side.Incoming.ReplyBytes, Is.Zero, $"seed {seed}: a reply stays behind");
        }
    }

    private sealed class Account
    {
        public MessageKind Kind { get; init; }

        public int Side { get; init; }

        public byte[] Payload { get; set; } = [];

        public MessageHandle Handle { get; set; }

        public int Deliveries { get; set; }

        public CallOutcome? Outcome { get; set; }
    }
}
