using System.Net.Sockets;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Udp;

/// <summary>Many datagrams a call, by recvmmsg and sendmmsg, with runs joined and split by the kernel where it can.</summary>
internal unsafe class BatchedUdpSocket : UdpSocket
{
    /// <summary>
    /// The shortest run that is left to the kernel to split. Measured per datagram against a batch of single ones, a run of
    /// two costs 0.55 where it stays whole to the receiving socket, and 0.8 where that socket must split it, or a device
    /// without the feature; each further datagram saves more, down to 0.06, 0.3 and 0.3 for a run of 32.
    /// </summary>
    public const int MinRunDatagrams = 2;

    private readonly ReceiveHeaders _receive;
    private readonly SendHeaders _send;

    /// <summary>For each message of the last batch, the index of its first datagram; then one beyond the last.</summary>
    private readonly int[] _firstOf;
    private UdpSocketMode _mode;
    private int _messages;
    private int _cursor;

    internal BatchedUdpSocket(Socket socket, UdpSocketMode mode)
        : base(socket)
    {
        _mode = mode;
        _receive = new ReceiveHeaders((mode & UdpSocketMode.JoinsRuns) != 0);
        _send = new SendHeaders(IsIPv4);
        _firstOf = new int[_receive.Messages + 1];
    }

    public override UdpSocketMode Mode => _mode;

    public override int Receive()
    {
        _receive.Reset(_messages);
        _messages = 0;
        _cursor = 0;
        Count.ReceiveCalls++;
        int result = SocketCalls.Receive(Handle, _receive.Headers, _receive.Messages);
        if (result < 0)
        {
            CheckMisuse(-result);
            Count.ReceiveErrors += -result is Errno.Again or Errno.Interrupted ? 0 : 1;
            return 0;
        }

        _messages = result;
        for (int i = 0; i < result; i++)
        {
            _firstOf[i + 1] = _firstOf[i] + Accept(i);
        }

        Count.DatagramsReceived += _firstOf[result];
        return _firstOf[result];
    }

    public override Span<byte> Datagram(int index, out PathId from)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_firstOf[_messages]);
        if (index < _firstOf[_cursor])
        {
            _cursor = 0;
        }

        // They are read in order, so that the search seldom goes further than one message.
        while (index >= _firstOf[_cursor + 1])
        {
            _cursor++;
        }

        int segment = _receive.SegmentOf(_cursor);
        int offset = (index - _firstOf[_cursor]) * segment;
        from = _receive.SenderOf(_cursor);
        return _receive.Bytes(_cursor, offset, Math.Min(segment, _receive.LengthOf(_cursor) - offset));
    }

    private protected override void Send(OutgoingBatch batch)
    {
        int minRun = (_mode & UdpSocketMode.SplitsRuns) != 0 ? MinRunDatagrams : int.MaxValue;
        CountSend(SendOutcome.Refused, _send.Fill(batch, minRun), 0);
        int next = 0;
        while (next < _send.Count)
        {
            int result = CallKernel(_send.Headers + next, _send.Count - next);
            if (result > 0)
            {
                CountAll(SendOutcome.Sent, next, next + result);
                next += result;
            }
            else if (result == -Errno.Again)
            {
                // There is no room in the socket's buffer, for the rest as little as for this one.
                CountAll(SendOutcome.NoRoom, next, _send.Count);
                next = _send.Count;
            }
            else if (result != -Errno.Interrupted)
            {
                HandleRefusal(batch, next, -result);
                next++;
            }
        }
    }

    /// <summary>Sends messages, at least one; or returns the negative error number of the first. Tests stand in for the kernel here.</summary>
    private protected virtual int SendMessages(MessageHeader* messages, int count) => SocketCalls.Send(Handle, messages, count);

    /// <summary>How many datagrams a message holds that are let through.</summary>
    private int Accept(int message)
    {
        int length = _receive.LengthOf(message);
        int segment = _receive.SegmentOf(message);
        int datagrams = length <= segment ? 1 : (length + segment - 1) / segment;
        if (segment > ScpLimits.MaxDatagramBytes || _receive.IsCut(message))
        {
            Count.ReceivedTooLarge += datagrams;
            return 0;
        }

        Count.BytesReceived += length;
        return datagrams;
    }

    private int CallKernel(MessageHeader* messages, int count)
    {
        int result = SendMessages(messages, count);
        Count.SendCalls++;
        if (result == 0)
        {
            ThrowMisuse(0);
        }

        CheckMisuse(-result);

        return result;
    }

    private void HandleRefusal(OutgoingBatch batch, int message, int error)
    {
        SendHeaders.Run run = _send.RunOf(message);
        if (run.Datagrams > 1 && error is (Errno.InputOutput or Errno.Invalid or Errno.MessageSize))
        {
            SendOneByOne(batch, run);
        }
        else
        {
            CountSend(SendOutcomes.Of(error), run.Datagrams, run.Bytes);
        }
    }

    /// <summary>
    /// For a run that was refused for being one, perhaps. The errors of a device that cannot split are also those of a bad
    /// address and of a size above the MTU; so runs are given up only if the first datagram goes out when it is alone. A
    /// size above the MTU concerns all but a shorter last one, which must not be lost with the probe before it.
    /// </summary>
    private void SendOneByOne(OutgoingBatch batch, SendHeaders.Run run)
    {
        for (int i = run.First; i < run.First + run.Datagrams; i++)
        {
            _send.FillAlone(batch, i);
            int result;
            do
            {
                result = CallKernel(_send.AloneHeader, 1);
            }
            while (result == -Errno.Interrupted);

            SendOutcome outcome = result > 0 ? SendOutcome.Sent : SendOutcomes.Of(-result);
            CountSend(outcome, 1, batch.LengthOf(i));
            if (i == run.First && outcome == SendOutcome.Sent)
            {
                _mode &= ~UdpSocketMode.SplitsRuns;
            }
        }
    }

    private void CountAll(SendOutcome outcome, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            SendHeaders.Run run = _send.RunOf(i);
            CountSend(outcome, run.Datagrams, run.Bytes);
            Count.SentInRuns += outcome == SendOutcome.Sent && run.Datagrams > 1 ? run.Datagrams : 0;
        }
    }
}
